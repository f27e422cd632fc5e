"""Whose a recorded request is, and what of it is kept: of credentials nothing but the scope, of headers a few."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from conformance.spec.request import Place

_SCOPE = re.compile(r"Credential=(?P<key>[^/,\s]+)/(?P<date>[0-9]*)/(?P<region>[^/,\s]+)/(?P<service>[^/,\s]+)/")
_ACCOUNT = re.compile(r"[0-9]{12}")
_HOST = re.compile(r"mediaconnect(?:-fips)?\.(?P<region>[a-z0-9-]+)\.(?:amazonaws\.com|api\.aws)")
_PATH = re.compile(r"(?P<prefix>.*?)/v1/(?P<what>offerings|reservations)(?:/[^/]+)?")
_SIGNED_QUERY = re.compile(
    r"x-amz-(algorithm|credential|date|expires|security-token|signature|signedheaders)", re.IGNORECASE
)
_KEPT_OF_REQUEST = (
    *("content-type", "content-encoding", "transfer-encoding"),
    *("reservationname", "start", "offeringarn", "reservationarn", "maxresults", "nexttoken"),
)
_KEPT_OF_ANSWER = ("content-type", "content-length", "transfer-encoding", "x-amzn-errortype", "date")
_ACCOUNT_HEADERS = ("x-moto-account-id",)
_LARGEST = 16 * 2**20
_SERVICE = "mediaconnect"
NO_KEY = "unknown"
UNKNOWN_REGION = "unknown"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a signature says: the access key, the Region and the service; empty where there is none."""

    key: str = ""
    region: str = ""
    service: str = ""


def scope_of(headers: Mapping[str, str], query: str) -> Scope:
    """The scope of a signature in the headers or, of a presigned request, in the query."""
    found = _SCOPE.search(headers.get("authorization", ""))
    if found is None and "X-Amz-Credential" in query:
        presigned = dict(parse_qsl(query)).get("X-Amz-Credential", "")
        found = _SCOPE.search(f"Credential={presigned}/")
    return Scope(found["key"], found["region"], found["service"]) if found else Scope()


def is_of_service(scope: Scope, url: str) -> bool:
    """Whether a request is one to MediaConnect: by its signature, else by its host, else by the path alone."""
    if scope.service:
        return scope.service == _SERVICE
    parts = urlsplit(url)
    if _SERVICE in (parts.hostname or ""):
        return True
    found = _PATH.fullmatch(parts.path)
    return found is not None and not found["prefix"] and "amazonaws.com" not in (parts.hostname or "")


@lru_cache(maxsize=1_024)
def prefix_of(url: str) -> str | None:
    """What stands before `/v1/…` in the path of one of the five operations; None for any other path."""
    found = _PATH.fullmatch(urlsplit(url).path)
    return found["prefix"] if found else None


@dataclass
class Owners:
    """Whose the requests are: by what the user says, by a header of moto, or by the access key.

    A key that is not an account number is one account of its own; it gets a name, and is not kept.
    """

    account: str = ""
    region: str = ""
    _names: dict[str, str] = field(default_factory=dict)

    def place(self, headers: Mapping[str, str], scope: Scope, url: str) -> tuple[Place, bool]:
        """Account and Region of a request, and whether both are known to be so called."""
        account = self.account or next((headers[name] for name in _ACCOUNT_HEADERS if headers.get(name)), "")
        if not account and _ACCOUNT.fullmatch(scope.key):
            account = scope.key
        region = self.region or scope.region or _region_of(url)
        known = bool(account and region)
        return Place(account or self._name_of(scope.key), region or UNKNOWN_REGION), known

    def _name_of(self, key: str) -> str:
        return self._names.setdefault(key, f"key-{len(self._names) + 1}" if key else NO_KEY)


def _region_of(url: str) -> str:
    host = _HOST.search(urlsplit(url).hostname or "")
    return host["region"] if host else ""


def kept_of_request(headers: Mapping[str, str], place: Place) -> dict[str, str]:
    """The headers of a request that a server reads parameters from, and a signature with nothing but the scope."""
    kept = {name: headers[name] for name in _KEPT_OF_REQUEST if name in headers}
    kept["authorization"] = _signature_of(place)
    return kept


@lru_cache(maxsize=1_024)
def _signature_of(place: Place) -> str:
    account, region = (quote(part, safe="") for part in place)
    return f"AWS4-HMAC-SHA256 Credential={account}/00000000/{region}/{_SERVICE}/aws4_request"


def kept_of_answer(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of an answer that a rule looks at."""
    return {name: headers[name] for name in _KEPT_OF_ANSWER if name in headers}


@lru_cache(maxsize=1_024)
def clean_url(url: str, prefix: str) -> str:
    """The URL without user, fragment, a prefix of the path, and what a presigned request has in its query."""
    parts = urlsplit(url)
    query = parts.query
    if _SIGNED_QUERY.search(query):
        pairs = [one for one in parse_qsl(query, keep_blank_values=True) if not _SIGNED_QUERY.fullmatch(one[0])]
        query = urlencode(pairs)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path.removeprefix(prefix), query, ""))


def lower_names(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers under the names in lower case."""
    return {name.lower(): value for name, value in pairs}


def decoded_body(headers: Mapping[str, str], body: bytes) -> bytes:
    """The body of an answer without the compression that its headers tell of."""
    if "gzip" not in headers.get("content-encoding", "") or not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, _LARGEST)
    except zlib.error:
        return body
