"""The switch that puts the five operations into moto's MediaConnect service, and takes them out again."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from moto.mediaconnect import urls as mediaconnect_urls

from conformance.reference import urls
from conformance.reference.models import forget_everything

_lock = Lock()
_depth = 0
_stock_url_paths = mediaconnect_urls.url_paths


@contextmanager
def extended_moto() -> Iterator[None]:
    """Let moto's MediaConnect service answer the five operations within the block, beside its own flows and tags.

    It holds for the whole process: under `mock_aws`, entered before or within the block, and for moto's own server
    where it is started within the block (moto fixes a server's routes at the service's first request).
    Blocks may be nested and may overlap in several threads; the last one to end restores moto's own list of URLs,
    the only thing that is changed, and forgets all offerings, reservations and clocks.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _depth
    with _lock:
        if _depth == 0:
            # The list is replaced and not changed, for other threads may be walking through it. The extension comes
            # first: an ARN in the path may end like the path of a flow.
            mediaconnect_urls.url_paths = {**urls.url_paths, **_stock_url_paths}
        _depth += 1


def _leave() -> None:
    global _depth
    with _lock:
        _depth -= 1
        if _depth == 0:
            mediaconnect_urls.url_paths = _stock_url_paths
            forget_everything()
