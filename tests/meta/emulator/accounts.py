"""Right emulators that keep accounts apart otherwise than by the access key, or not at all."""

from dataclasses import replace

from tests.meta.emulator.messages import Request, Response
from tests.meta.emulator.right import RightEmulator

ONLY = "123456789012"


class ByHeader(RightEmulator):
    """Takes moto's header for the account."""

    def handle(self, request: Request) -> Response:
        """Look for the header."""
        return super().handle(replace(request, account=request.headers.get("x-moto-account-id", ONLY)))


class ByRegion(RightEmulator):
    """Has one account, with a state for each Region."""

    def handle(self, request: Request) -> Response:
        """Forget who asks."""
        return super().handle(replace(request, account=ONLY))


class OneAccount(RightEmulator):
    """Has one account and one Region."""

    def handle(self, request: Request) -> Response:
        """Forget who asks, and where."""
        return super().handle(replace(request, account=ONLY, region="us-east-1"))
