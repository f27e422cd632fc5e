"""Targets of one's own for `--target tests.meta.targets.adapters:NAME`: one that works, and some that cannot."""

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import BotocoreStubber

from conformance.targets.base import Target


class StockMoto(Target):
    """moto in process, as it is."""

    kind = "in-process"

    def __init__(self) -> None:
        self._stubber = BotocoreStubber()
        self._stubber.enabled = True

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Answer from moto's backends."""
        response = self._stubber("before-send", request)
        assert response is not None
        return response


def stock_moto() -> Target:
    """Give moto as it is."""
    return StockMoto()


def raises() -> Target:
    """Fail, with a message of several lines."""
    raise RuntimeError("no emulator\nis installed")


def leaves() -> Target:
    """Leave the process."""
    raise SystemExit(5)


def nothing() -> None:
    """Give no target."""
