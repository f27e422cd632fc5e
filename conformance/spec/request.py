"""A request as raw as it came, and whose it is: by SigV4 scope, or by a header of the target."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

_SCOPE = re.compile(r"Credential=(?P<key>[^/,\s]+)/[0-9]*/(?P<region>[^/,\s]+)/[^/,\s]+/aws4_request")


class Place(NamedTuple):
    """An account (12 digits) in a Region: what offerings and reservations belong to."""

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Request:
    """Method, target (path and query, percent-encoded as sent), headers, and the bytes of the body."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query string, percent-encoded; empty where there is none."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str:
        """A header, whatever the case of its name; empty where there is none."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class AccountMapping:
    """How a target tells whose a request is: by `header`, else by the 12-digit access key; or there is `only` one.

    `prefix` is the path below which the target has the operations.
    """

    header: str = ""
    only: str = ""
    prefix: str = ""

    def place(self, request: Request) -> Place:
        """The account and Region of a request; the Region is that of its SigV4 scope. Unknown parts are empty."""
        scope = _SCOPE.search(request.header("authorization"))
        key, region = (scope["key"], scope["region"]) if scope else ("", "")
        account = self.only or (request.header(self.header) if self.header else "") or key
        return Place(account, region)
