"""Pairs of defects that hide each other, in requests, answers and lists."""

from tests.meta.emulator.mutants.agreement import DescribedWithAnotherName, ListedWithShortName, NotListedAtFirst
from tests.meta.emulator.mutants.errors import LongerArnIsTheSame, NoErrorType
from tests.meta.emulator.mutants.lifecycle import ExpiredNotListed
from tests.meta.emulator.mutants.lists import LastOfPageRepeated, LastPageLost, OneItemTooMany
from tests.meta.emulator.mutants.requests import (
    InvalidBytesAreIgnored,
    MalformedArnFails,
    MissingNameIsMadeUp,
    NullMemberFails,
    WrongTypeFails,
)
from tests.meta.emulator.mutants.reservation import DurationOfAYear, NameCutAt64, PriceInCents
from tests.meta.emulator.mutants.start_window import NoLowerBound
from tests.meta.emulator.mutants.wire import (
    CurrencyInLowerCase,
    DurationUnitsInLowerCase,
    ListsAnswerPartialContent,
    PurchaseAnswersOk,
    ReservationArnMisspelt,
    ReservationWithoutPriceUnits,
)
from tests.meta.emulator.rare.play import shown_by
from tests.meta.emulator.right import RightEmulator

NOW = "2026-03-15T12:00:00Z"
START = "2026-03-05T08:15:20Z"


def of_both(*mutants: type[RightEmulator]) -> tuple[str, ...]:
    """Give every rule that mutants break or may break."""
    return tuple(dict.fromkeys(rule for kind in mutants for rule in (*kind.breaks, *kind.may_break)))


@shown_by(
    lambda play: play.at(NOW).buy("x" * 80),
    lambda play: play.at(NOW).buy("x" * 20).page(),
)
class NameCutTwice(ListedWithShortName, NameCutAt64):
    """Shows 64 characters of a name, and lists an ellipsis for what follows the fifth."""

    breaks = ("reservation/echoes-request", "reservation/list-agrees")
    may_break = of_both(ListedWithShortName, NameCutAt64)


@shown_by(
    lambda play: play.at(NOW).buy("a1").show(),
    lambda play: play.at(NOW).buy("a1").page(),
)
class ListedOnlyWhenDescribedWrongly(DescribedWithAnotherName, NotListedAtFirst):
    """Describes a reservation with another name, and lists it only once it has been described."""

    breaks = ("reservation/describe-agrees", "reservation/list-agrees")
    may_break = of_both(DescribedWithAnotherName, NotListedAtFirst)


@shown_by(
    lambda play: play.at(NOW).buy(start="yesterday"),
    lambda play: play.at(NOW).buy(start="2026-02-05T08:15:20Z"),
)
class UntypedRefusalsAndNoLowerBound(NoErrorType, NoLowerBound):
    """Refuses without saying which exception it is, and takes any Start in the past."""

    breaks = ("errors/modelled", "start-window/before-lower-bound")
    may_break = of_both(NoErrorType, NoLowerBound)
    may_be_blocked = ("start-window/before-lower-bound",)


@shown_by(
    lambda play: play.at(NOW).buy("a1"),
    lambda play: play.at(NOW).buy("a1").page(),
)
class OkWithoutPriceUnits(PurchaseAnswersOk, ReservationWithoutPriceUnits):
    """Answers a purchase with 200, and shows reservations without priceUnits."""

    breaks = ("wire/purchase-status", "wire/reservation-members")
    may_break = of_both(PurchaseAnswersOk, ReservationWithoutPriceUnits)


@shown_by(
    lambda play: play.at(NOW).page("offerings"),
    lambda play: play.at(NOW).offer(count=5).walk("offerings", 2),
)
class PartialContentWithoutTheLastPage(ListsAnswerPartialContent, LastPageLost):
    """Answers a list with 206, and gives no token for a last page that is not full."""

    breaks = ("wire/read-status", "lists/pages-cover-once")
    may_break = (*of_both(ListsAnswerPartialContent, LastPageLost), "lists/offerings-agree")
    may_be_blocked = ("lists/pages-cover-once",)


@shown_by(
    lambda play: play.at(NOW).offer(count=9).page("offerings", 1),
    lambda play: play.at(NOW).offer(count=9).walk("offerings", 3),
)
class OneItemTooManyAndTwice(OneItemTooMany, LastOfPageRepeated):
    """Puts one item too many on a page, and begins the next page with that item again."""

    breaks = ("lists/max-results", "lists/pages-cover-once")
    may_break = of_both(OneItemTooMany, LastOfPageRepeated)
    may_be_blocked = ("lists/pages-cover-once",)


@shown_by(
    lambda play: play.at(NOW).buy(body={"start": START}),
    lambda play: play.at(NOW).buy(body={"reservationName": None, "start": START}),
)
class MissingIsMadeUpAndNullFails(MissingNameIsMadeUp, NullMemberFails):
    """Makes up a name where there is none, and fails where it is null."""

    breaks = ("errors/missing-parameter", "errors/no-server-fault")
    may_break = of_both(MissingNameIsMadeUp, NullMemberFails)


@shown_by(
    lambda play: play.at(NOW).buy(body=b'{"reservationName": "a1\xff", "start": "%s"}' % START.encode()),
    lambda play: play.at(NOW).buy(body={"reservationName": ["a1"], "start": START}),
)
class BytesIgnoredAndWrongTypeFails(InvalidBytesAreIgnored, WrongTypeFails):
    """Leaves out bytes that are not UTF-8, and fails on members that are not strings."""

    breaks = ("errors/malformed-body", "errors/no-server-fault")
    may_break = (
        *of_both(InvalidBytesAreIgnored, WrongTypeFails),
        "errors/wrong-type",
        "errors/scalar-of-wrong-type",
        "errors/wrong-type-is-bad-request",
    )


@shown_by(
    lambda play: play.at(NOW).show_offering("not-an-arn"),
    lambda play: play.at(NOW).show_offering(play.offering_arn() + "0"),
)
class MalformedArnFailsAndLongerIsTheSame(MalformedArnFails, LongerArnIsTheSame):
    """Fails on an ARN of few parts, and takes one that goes on after an offering's for that offering."""

    breaks = ("errors/arn-is-exact", "errors/no-server-fault")
    may_break = of_both(MalformedArnFails, LongerArnIsTheSame)


@shown_by(
    lambda play: play.at(NOW).page("offerings"),
    lambda play: play.at(NOW).buy("a1", arn=2),
)
class SmallCurrencyAndPriceInCents(CurrencyInLowerCase, PriceInCents):
    """Writes usd for USD everywhere, and rounds the price in reservations."""

    breaks = ("wire/currency", "reservation/copies-offering")
    may_break = of_both(CurrencyInLowerCase, PriceInCents)


@shown_by(
    lambda play: play.at(NOW).page("offerings"),
    lambda play: play.at(NOW).buy("a1"),
)
class SmallUnitsAndAYear(DurationUnitsInLowerCase, DurationOfAYear):
    """Writes months for MONTHS everywhere, and a duration of twelve in reservations."""

    breaks = ("wire/enums", "reservation/copies-offering")
    may_break = of_both(DurationUnitsInLowerCase, DurationOfAYear)


@shown_by(
    lambda play: play.at(NOW).buy("a1").page(),
    lambda play: play.at(NOW).buy("a1").page().at("2026-05-01T12:00:00Z").page(),
)
class MisspeltArnAndNoHistory(ReservationArnMisspelt, ExpiredNotListed):
    """Lists reservations under reservationARN, and lists none that has expired."""

    breaks = ("wire/reservation-members", "lifecycle/history-kept")
    may_break = of_both(ReservationArnMisspelt, ExpiredNotListed)
    may_be_blocked = ("lifecycle/history-kept",)
