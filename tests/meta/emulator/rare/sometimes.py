"""Rare mutants that are wrong some of the time: for one input in twenty or fifty, by its content, in what they take."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.meta.emulator.base import BAD_REQUEST, FORBIDDEN, NOT_FOUND
from tests.meta.emulator.messages import Purchase, Refusal, Region, Request, Reservation, Response, Wire
from tests.meta.emulator.rare.bases import LOST, REFUSED, TAKEN, one_in
from tests.meta.emulator.rare.play import Play, shown_by
from tests.meta.emulator.right import RightEmulator

NOW, LATER = "2026-03-15T12:00:00Z", "2026-05-01T12:00:00Z"


class Sometimes(RightEmulator):
    """Meets its defect with one input in so many; a base of mutants, and no mutant itself."""

    one_in = 20

    def meets(self, text: str) -> bool:
        return one_in(self.one_in, f"{type(self).__name__}, {text}")


def tried(act: Callable[[Play, int], object], times: int = 100) -> Callable[[Play], None]:
    """Do the same with one number after the other, each time in a fresh account."""

    def demonstration(play: Play) -> None:
        for number in range(times):
            act(play.go(f"{number:012}").at(NOW), number)

    return demonstration


@shown_by(tried(lambda play, i: play.buy(f"a{i}"), 200))
class SomeNamesFail(Sometimes):
    """Fails on one name in fifty."""

    breaks = ("errors/no-server-fault",)
    may_break = ("reservation/echoes-request", "names/length", "names/characters")
    one_in = 50

    def insert(self, purchase: Purchase, reservation: Reservation) -> None:
        if self.meets(purchase.name):
            raise RuntimeError("duplicate key")
        super().insert(purchase, reservation)


@shown_by(lambda play: play.at(NOW).buy(start="2026-03-04T08:00:00Z"))
class SomeStartsAreRefused(Sometimes):
    """Refuses one right Start in twenty."""

    breaks = ("start-window/interior",)
    may_break = REFUSED

    def window_allows(self, start: datetime, now: datetime) -> bool:
        inside = self.month_start(now) < start < now
        return super().window_allows(start, now) and not (inside and self.meets(str(start)))


@shown_by(tried(lambda play, i: play.buy(start=f"2026-02-05T08:15:{i % 60:02}Z")))
class SomeOldStartsAreTaken(Sometimes):
    """Takes one Start in twenty of those before the current month."""

    breaks = ("start-window/before-lower-bound",)
    may_break = TAKEN

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return super().window_allows(start, now) or (start < now and self.meets(str(start)))


@shown_by(tried(lambda play, i: play.buy(start=f"2026-03-20T08:15:{i % 60:02}Z")))
class SomeLateStartsAreTaken(Sometimes):
    """Takes one Start in twenty of those after the current time."""

    breaks = ("start-window/after-upper-bound",)
    may_break = TAKEN

    def window_allows(self, start: datetime, now: datetime) -> bool:
        return super().window_allows(start, now) or (start > now and self.meets(str(start)))


@shown_by(tried(lambda play, i: play.buy(start=f"2026-03-05 08:15:{i % 60:02}")))
class SomeOtherFormsAreTaken(Sometimes):
    """Takes one Start in ten of those in another form for the current time."""

    breaks = ("start-format/rejects-other-forms",)
    may_break = TAKEN
    one_in = 10

    def check_start(self, purchase: Purchase) -> None:
        try:
            super().check_start(purchase)
        except Refusal:
            if not self.meets(purchase.start_text):
                raise
            purchase.start = purchase.now


@shown_by(tried(lambda play, i: play.buy(start=f"2026-02-30T08:{i % 60:02}:00Z")))
class SomeImpossibleStartsFail(Sometimes):
    """Fails on one Start in ten of those that do not exist."""

    breaks = ("errors/no-server-fault",)
    may_break = ("start-format/rejects-impossible", "start-format/rejects-other-forms")
    one_in = 10

    def check_start(self, purchase: Purchase) -> None:
        try:
            super().check_start(purchase)
        except Refusal:
            if len(purchase.start_text) == 20 and self.meets(purchase.start_text):
                raise RuntimeError("no such day") from None
            raise


@shown_by(tried(lambda play, i: play.buy("first").buy(f"a{i}")))
class SomeSecondPurchasesSucceed(Sometimes):
    """Lets one second purchase in twenty through, by its name."""

    breaks = ("exclusivity/second-refused",)
    may_break = LOST

    def check_active(self, purchase: Purchase) -> None:
        if not self.meets(purchase.name):
            super().check_active(purchase)


@shown_by(tried(lambda play, i: play.buy(f"a{i}").at("2026-04-15T11:00:00Z").buy(f"b{i}")))
class SomeAreFreedEarly(Sometimes):
    """Frees an account a day early from one reservation in ten, by its name."""

    breaks = ("exclusivity/held-until-end",)
    may_break = LOST
    one_in = 10

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        early = self.meets(reservation.name) and (reservation.end - purchase.now).days < 1
        return super().excludes(reservation, purchase) and not early


@shown_by(tried(lambda play, i: play.buy(f"a{i}").at(LATER).buy(f"b{i}")))
class SomeAreNeverFreed(Sometimes):
    """Holds an account for ever by one reservation in ten, by its name."""

    breaks = ("exclusivity/freed-from-end",)
    one_in = 10

    def excludes(self, reservation: Reservation, purchase: Purchase) -> bool:
        return super().excludes(reservation, purchase) or self.meets(reservation.name)


@shown_by(tried(lambda play, i: play.buy("first").buy(f"a{i}").page()))
class SomeRefusedPurchasesAreKept(Sometimes):
    """Keeps the reservation of one refused second purchase in twenty."""

    breaks = ("exclusivity/at-most-one-active",)
    may_break = ("lists/pages-cover-once", "reservation/list-agrees", *LOST)

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_active" and self.meets(purchase.name):
            self.insert(purchase, self.new_reservation(purchase))


@shown_by(tried(lambda play, i: play.buy(body={"start": f"2026-03-05T08:15:{i % 60:02}Z"})))
class SomeMissingNamesAreMadeUp(Sometimes):
    """Makes up a name for one purchase in ten of those that have none."""

    breaks = ("errors/missing-parameter",)
    may_break = ("errors/refusal-has-no-effect", "wire/members-in-their-place")
    one_in = 10

    def name_member(self, purchase: Purchase) -> Any:
        name = super().name_member(purchase)
        made_up = name is None and self.meets(str(self.start_member(purchase)))
        return "reservation" if made_up else name


@shown_by(tried(lambda play, i: play.buy(f"a{i}", arn=play.offering_arn()[:-4] + "0000")))
class SomeUnknownOfferingsAreForbidden(Sometimes):
    """Refuses one purchase in ten of those of an unknown offering with ForbiddenException, by its name."""

    breaks = ("errors/unknown-offering",)
    may_break = ("errors/arn-is-exact", "errors/arn-is-exact-in-case")
    one_in = 10

    def check_offering(self, purchase: Purchase) -> None:
        try:
            super().check_offering(purchase)
        except Refusal as refusal:
            if refusal.status == NOT_FOUND[0] and self.meets(purchase.name):
                raise Refusal(*FORBIDDEN, refusal.message) from None
            raise


@shown_by(tried(lambda play, i: play.show_offering(f"not-an-arn-{i}")))
class SomeMalformedArnsFail(Sometimes):
    """Fails on one text in ten of those that are not an ARN."""

    breaks = ("errors/no-server-fault",)
    may_break = ("errors/malformed-arn", "errors/arn-is-exact", "errors/arn-is-exact-in-case")
    one_in = 10

    def check_arn(self, pattern: str, arn: str) -> None:
        try:
            super().check_arn(pattern, arn)
        except Refusal:
            if self.meets(arn):
                raise IndexError("list index out of range") from None
            raise


@shown_by(tried(lambda play, i: play.page("offerings", token=f"made-up-{i}")))
class SomeBadTokensFail(Sometimes):
    """Fails on one token in ten of those that it has not given."""

    breaks = ("lists/bad-token", "errors/no-server-fault")
    may_break = ("lists/bad-token-refused",)
    one_in = 10

    def read_token(self, region: Region, kind: str, token: str) -> int:
        if token not in region.tokens and self.meets(token):
            raise KeyError(token)
        return super().read_token(region, kind, token)


@shown_by(tried(lambda play, i: play.page("offerings", i + 1), 200))
class SomePageSizesAreRefused(Sometimes):
    """Refuses one MaxResults in fifty of those from 1 to 1000."""

    breaks = ("lists/max-results-range",)
    may_break = ("lists/pages-cover-once", "lists/max-results")
    one_in = 50

    def read_max_results(self, text: str) -> int:
        size = super().read_max_results(text)
        if self.meets(text):
            raise Refusal(*BAD_REQUEST, "MaxResults is not one of the sizes that there are.")
        return size


@shown_by(tried(lambda play, i: play.buy(f"a-{i}-"), 200))
class SomeRefusalsAreUntyped(Sometimes):
    """Refuses one request in fifty without saying which exception it is, by its body."""

    one_in = 50
    breaks = ("errors/modelled",)
    may_break = (
        *TAKEN,
        "errors/missing-parameter",
        "errors/empty-parameter",
        "errors/empty-name",
        "errors/wrong-type",
        "errors/wrong-type-is-bad-request",
        "errors/scalar-of-wrong-type",
        "errors/malformed-body",
        "errors/malformed-body-is-bad-request",
        "errors/lenient-body",
        "errors/unknown-offering",
        "errors/malformed-arn",
        "errors/arn-is-exact",
        "exclusivity/second-refused",
        "exclusivity/refusal",
        "exclusivity/held-until-end",
        "names/length",
        "names/characters",
        "names/unique",
    )

    def handle(self, request: Request) -> Response:
        response = super().handle(request)
        if response.status == 400 and self.meets(request.body.decode("latin-1")):
            response.headers.pop("x-amzn-errortype")
        return response


@shown_by(tried(lambda play, i: play.buy(f"a{i}")))
class SomePurchasesAnswerOk(Sometimes):
    """Answers one purchase in twenty with 200, by its name."""

    breaks = ("wire/purchase-status",)

    def purchase_answer(self, purchase: Purchase, reservation: Reservation) -> Response:
        response = super().purchase_answer(purchase, reservation)
        response.status = 200 if self.meets(purchase.name) else response.status
        return response


@shown_by(tried(lambda play, i: play.buy(f"a{i}").page(), 200))
class SomeListedReservationsAreIncomplete(Sometimes):
    """Lists one reservation in fifty without its priceUnits, by its name."""

    breaks = ("wire/reservation-members",)
    may_break = ("reservation/list-agrees", "reservation/copies-offering", "lifecycle/immutable", "wire/enums")
    one_in = 50

    def listed_reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().listed_reservation_wire(reservation, now)
        if self.meets(reservation.name):
            del wire["priceUnits"]
        return wire
