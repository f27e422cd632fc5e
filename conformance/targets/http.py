"""Sending over HTTP, by botocore's own session."""

from __future__ import annotations

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

CONNECT_SECONDS = 10
READ_SECONDS = 60


class HttpSender:
    """Sends signed requests over kept-alive connections; safe to use from several threads."""

    def __init__(self, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS) -> None:
        self._session = URLLib3Session(timeout=(connect_seconds, read_seconds), max_pool_connections=32)

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send one request. Raises botocore.exceptions.HTTPClientError where no answer comes within the time."""
        return self._session.send(request)
