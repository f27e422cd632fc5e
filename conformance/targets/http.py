"""Sending over HTTP, by botocore's own session."""

from __future__ import annotations

import os
import socket
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

CONNECT_SECONDS = 10
READ_SECONDS = 60
FIRST_CONTACT_SECONDS = 8
"""How long each of the few first requests waits, so that an address where nothing answers is told within seconds."""

FIRST_CONTACT_PATIENCE = 20.0
"""Seconds after which a first request is not tried again: three times, where nothing answers at all."""

TRIES = 12
"""How often a call is tried that draws nothing but faults."""

PATIENCE = 90.0
"""Seconds after which a call that draws nothing but faults is not tried again."""


class HttpSender:
    """Sends signed requests over kept-alive connections; safe to use from several threads."""

    def __init__(
        self, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS, *,
        certificates: str | None = None, url: str = "",
    ) -> None:  # fmt: skip
        """Trust the `certificates` of a file, or AWS_CA_BUNDLE's; go to `url` by the proxies of the environment."""
        # A request is sent in two pieces; without this option the second waits 40 ms for a delayed acknowledgement.
        at_once: Any = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        timeout: Any = (connect_seconds, read_seconds)
        trusted: Any = certificates or os.environ.get("AWS_CA_BUNDLE") or True
        proxies: Any = get_environ_proxies(url) if url else None
        self._session = URLLib3Session(trusted, proxies, timeout, max_pool_connections=32, socket_options=at_once)

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send one request. Raises botocore.exceptions.HTTPClientError where no answer comes within the time."""
        return self._session.send(request)
