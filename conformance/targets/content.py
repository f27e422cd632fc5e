"""The body of an answer that has been read, where botocore expects one to be read."""

from __future__ import annotations

from collections.abc import Iterator


class Content:
    """What botocore reads an answer from."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: object) -> Iterator[bytes]:
        """The whole body in one piece."""
        yield self._content
