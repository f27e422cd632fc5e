"""The wire: requests taken apart, and answers put together, for the five operations."""

import json
import re
import zlib
from collections.abc import Callable
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl, unquote_to_bytes

from moto.core.common_types import TYPE_RESPONSE
from moto.core.request import Request
from moto.core.responses import BaseResponse
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from conformance.reference.exceptions import (
    BadRequestException,
    ForbiddenException,
    NotFoundException,
    ReservationError,
)
from conformance.reference.models import ReservationsBackend, reservations_backends

LARGEST_BODY: Final = 10_000_000
"""Bytes, after decompression; a purchase needs a few hundred."""

_PATH = re.compile(r"/v1/(offerings|reservations)(?:/(.*))?", re.DOTALL)
_CREDENTIAL_REGION = re.compile(r"Credential=[^/,\s]+/[^/,\s]+/([^/,\s]+)/[^/,\s]+/aws4_request")
_MAX_RESULTS = re.compile(r"[0-9]{1,4}")

Answer = tuple[int, dict[str, Any]]


class ReservationsResponse(BaseResponse):
    """Answers PurchaseOffering and the four reading operations around it.

    Unlike moto's other services it reads the request itself. moto decodes paths and bodies on the way to an operation,
    reads for a member in the query, the body and the path alike, and raises where a body is not UTF-8 or a form is
    broken; here every member is read from its own place only, and no input makes it raise.

    moto's optional IAM authorization is not applied.
    """

    def __init__(self) -> None:
        super().__init__(service_name="mediaconnect")
        self.querystring: dict[str, Any] = {}

    def _dispatch(
        self,
        request: Request,
        full_url: str | None = None,  # noqa: ARG002 - moto decodes it in some modes; the request has it as it came
        headers: Any = None,  # noqa: ARG002 - the request has them too
    ) -> TYPE_RESPONSE:
        answer_headers = {"content-type": "application/json", "x-amzn-requestid": str(mock_random.uuid4())}
        if not request.from_wsgi_server:
            answer_headers["date"] = http_date(utcnow())  # moto is the whole server here
        self.normalized_request, self.headers = request, request.headers
        try:
            status, members = self._answer()
        except ReservationError as refusal:
            answer_headers["x-amzn-errortype"] = refusal.code
            status, members = refusal.status, {"message": refusal.message}
        return status, answer_headers, json.dumps(members)

    def _answer(self) -> Answer:
        method, path = self.normalized_request.method, self._undecoded_path()
        parts = _PATH.fullmatch(path)
        if parts is None:
            raise NotFoundException("There is no such operation.")
        collection, encoded_arn = parts.groups()
        if encoded_arn is None and method == "GET":
            return self._list(collection)
        operation = self._operations_on_an_arn.get((method, collection))
        if operation is None:
            raise NotFoundException(f"There is no operation for {method[:20]} on {collection}.")
        return operation(self, _decoded_arn(encoded_arn or ""))

    @property
    def reservations_backend(self) -> ReservationsBackend:
        """The backend of the request's account and Region."""
        region = self._region()
        try:
            return reservations_backends[self.get_current_account()][region]
        except KeyError:
            raise ForbiddenException(f"There is no MediaConnect in a Region {region[:100]!r}.") from None

    def _list(self, collection: str) -> Answer:
        max_results, next_token = self._paging()
        backend = self.reservations_backend
        list_page = backend.list_offerings if collection == "offerings" else backend.list_reservations
        page = list_page(max_results, next_token)
        members: dict[str, Any] = {collection: page.items}
        if page.next_token is not None:
            members["nextToken"] = page.next_token
        return 200, members

    def purchase_offering(self, offering_arn: str) -> Answer:
        """Answer PurchaseOffering: 201 and the reservation."""
        members = _parse_object(self._body())
        name, start = _required_text(members, "reservationName"), _required_text(members, "start")
        return 201, {"reservation": self.reservations_backend.purchase_offering(offering_arn, name, start)}

    def describe_offering(self, offering_arn: str) -> Answer:
        """Answer DescribeOffering: 200 and the offering."""
        return 200, {"offering": self.reservations_backend.describe_offering(offering_arn)}

    def describe_reservation(self, reservation_arn: str) -> Answer:
        """Answer DescribeReservation: 200 and the reservation."""
        return 200, {"reservation": self.reservations_backend.describe_reservation(reservation_arn)}

    _operations_on_an_arn: ClassVar[dict[tuple[str, str], Callable[["ReservationsResponse", str], Answer]]] = {
        ("POST", "offerings"): purchase_offering,
        ("GET", "offerings"): describe_offering,
        ("GET", "reservations"): describe_reservation,
    }

    def _undecoded_path(self) -> str:
        # Request.raw_path is not used where it parses the path as a URL: that loses what follows a ";".
        raw_uri: str = self.normalized_request.environ.get("RAW_URI", "")
        return raw_uri.partition("?")[0] if raw_uri.startswith("/") else self.normalized_request.raw_path

    def _region(self) -> str:
        credential = _CREDENTIAL_REGION.search(self.headers.get("Authorization", ""))
        if credential is not None:
            return credential[1]
        # moto's own search also takes in the path, where an ARN may look like the host of another Region.
        host = self.region_regex.search(self.normalized_request.host)
        return self.default_region if host is None else host["region"]

    def _paging(self) -> tuple[int | None, str | None]:
        query = self.normalized_request.query_string.decode("utf-8", "replace")
        members: dict[str, str] = {}
        for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
            if name in members and name in ("maxResults", "nextToken"):
                raise BadRequestException(f"{name} is given more than once.")
            members[name] = value
        return _parse_max_results(members.get("maxResults")), members.get("nextToken")

    def _body(self) -> bytes:
        request = self.normalized_request
        try:
            body: bytes = request.get_data(cache=True, parse_form_data=False)
        except (OSError, HTTPException):
            raise BadRequestException("The request body cannot be read.") from None
        encoding = (request.headers.get("Content-Encoding") or "identity").strip().lower()
        if encoding == "gzip":
            body = _gunzip(body)
        elif encoding != "identity":
            raise BadRequestException("The request body has an unknown Content-Encoding.")
        if len(body) > LARGEST_BODY:
            raise BadRequestException("The request body is too long.")
        return body


def _decoded_arn(encoded: str) -> str:
    try:
        arn = unquote_to_bytes(encoded.encode("latin-1")).decode("utf-8")
    except UnicodeError:
        raise BadRequestException("The ARN in the path is not UTF-8.") from None
    if not arn:
        raise BadRequestException("The path has no ARN.")
    return arn


def _parse_max_results(text: str | None) -> int | None:
    if text is None:
        return None
    if _MAX_RESULTS.fullmatch(text) is None or not 1 <= int(text) <= 1000:
        raise BadRequestException("The MaxResults must be a whole number from 1 to 1000.")
    return int(text)


def _gunzip(body: bytes) -> bytes:
    decompressor = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = decompressor.decompress(body, LARGEST_BODY + 1)
    except zlib.error:
        raise BadRequestException("The request body is not compressed as its Content-Encoding says.") from None
    if len(plain) <= LARGEST_BODY and not decompressor.eof:
        raise BadRequestException("The compressed request body ends too early.")
    return plain


def _parse_object(body: bytes) -> dict[str, Any]:
    try:
        # Decoded here, for json.loads would also guess UTF-16 and UTF-32.
        members = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadRequestException("The request body is not JSON.") from None
    if not isinstance(members, dict):
        raise BadRequestException("The request body is not a JSON object.")
    return members


def _refuse_constant(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _required_text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    if value is None or value == "":
        raise BadRequestException(f"The {name} is missing.")
    if not isinstance(value, str):
        raise BadRequestException(f"The {name} must be a string.")
    return value
