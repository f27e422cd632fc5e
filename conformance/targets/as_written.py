"""Requests go out with the path as it is written: botocore and urllib3 rewrite some paths that mean something else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
    AWSPreparedRequest,
)
from botocore.httpsession import URLLib3Session

_WRITTEN: ContextVar[str | None] = ContextVar("written", default=None)
"""The target of the request line, as the request that is being sent has it."""


class _Connection:
    """Has the target as it is written in the request line; a mixin of connections."""

    def putrequest(self, method: str, url: str, *arguments: Any, **options: Any) -> None:
        """Begin the request; a proxy that is told the whole URL gets it as urllib3 writes it."""
        written = _WRITTEN.get()
        target = written if written is not None and url.startswith("/") else url
        super().putrequest(method, target, *arguments, **options)  # type: ignore[misc]


class _HttpConnection(_Connection, AWSHTTPConnection):  # type: ignore[misc]
    pass


class _HttpsConnection(_Connection, AWSHTTPSConnection):  # type: ignore[misc]
    pass


class _HttpPool(AWSHTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(AWSHTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


def let_targets_be_written(session: URLLib3Session) -> None:
    """Make the session's connections such that `as_written` has an effect on them."""
    vars(session)["_pool_classes_by_scheme"].update(http=_HttpPool, https=_HttpsPool)


@contextmanager
def as_written(request: AWSPreparedRequest) -> Iterator[None]:
    """Within the block this thread sends the request with the path and the query that its URL has.

    Left to themselves botocore drops what follows a bare semicolon, and urllib3 writes `%3a` as `%3A`. What no request
    line can have, such as white space, is still encoded by them.
    """
    url = urlsplit(request.url)
    target = f"{url.path}?{url.query}" if url.query else url.path
    can_be_written = target.startswith("/") and target.isascii() and target.isprintable() and " " not in target
    token = _WRITTEN.set(target if can_be_written else None)
    try:
        yield
    finally:
        _WRITTEN.reset(token)
