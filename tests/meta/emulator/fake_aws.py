"""A fake AWS on loopback: STS and a right MediaConnect in one account, which counts every request that could buy."""

import threading
from dataclasses import replace

from tests.meta.emulator.messages import Purchase, Refusal, Request, Reservation, Response
from tests.meta.emulator.right import RightEmulator

ACCOUNT = "111122223333"
IDENTITY = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::{ACCOUNT}:user/tester</Arn><UserId>AIDA</UserId><Account>{ACCOUNT}</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"""


class FakeAws(RightEmulator):
    """One account, whatever the access key; `attempts` and `purchases` are those of PurchaseOffering that arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.attempts = 0
        self.purchases = 0
        self.counting = threading.Lock()

    def handle(self, request: Request) -> Response:
        """Answer for STS, or count and answer for MediaConnect."""
        if request.path == "/" and b"GetCallerIdentity" in request.body:
            return Response(200, {"Content-Type": "text/xml"}, IDENTITY.encode())
        response = super().handle(replace(request, account=ACCOUNT))
        if request.method != "GET":
            with self.counting:
                self.attempts += 1
                self.purchases += response.status == 201
        return response


class SellsAnything(FakeAws):
    """Accepts every purchase, so that each request that is wrong on purpose would cost money."""

    purchase_checks = ("check_members", "accept_anything", "check_offering")

    def accept_anything(self, purchase: object) -> None:
        """Take any Start for the current time."""
        vars(purchase)["start"] = vars(purchase)["now"]


class LetsOnlyRead(FakeAws):
    """Does not let the caller purchase, as a policy of IAM may."""

    def purchase_offering(self, request: Request, segment: str) -> Response:  # noqa: ARG002
        """Refuse before the service is asked."""
        raise Refusal(403, "AccessDeniedException", "User is not authorized to perform: mediaconnect:PurchaseOffering")


class LosesAnswers(FakeAws):
    """Makes each purchase, and answers it with a fault."""

    def handle(self, request: Request) -> Response:
        """Say that something went wrong, though nothing did."""
        response = super().handle(request)
        if request.method == "POST" and response.status == 201:
            return self.error(500, "InternalServerErrorException", "Something went wrong.")
        return response


class ShowsLate(FakeAws):
    """Lists a reservation only at the fourth time of asking after its purchase."""

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        """Begin to lag."""
        super().insert(purchase, reservation)
        purchase.region.notes["late"] = 3

    def list_reservations(self, request: Request) -> Response:
        """Show an older list."""
        notes = self.region(request).notes
        notes["late"] = notes.get("late", 0) - 1
        return super().list_reservations(request if notes["late"] < 0 else replace(request, account="999999999999"))
