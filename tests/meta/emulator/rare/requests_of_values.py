"""Rare mutants of requests: one class of values of a member, an ARN or a Start that is read loosely, or fails."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import re
from typing import Any

from tests.meta.emulator.messages import Offering, Purchase, Region, Request, Reservation, Wire
from tests.meta.emulator.rare.play import shown_by
from tests.meta.emulator.rare.requests import FAULT, IN_A_BODY, MISSING, NOW, PLACE, START, WRONG_TYPE, bought_by
from tests.meta.emulator.rare.requests_of_arns import ARNS, EXACT, CutArn, described_with
from tests.meta.emulator.rare.requests_of_starts import OTHER_FORMS, TakesAnotherForm, begun
from tests.meta.emulator.right import RightEmulator

BEGUN = START.encode()


@shown_by(lambda play: bought_by(play, {"reservationName": "a1", "start": START, "": 1}))
class EmptyMemberFails(RightEmulator):
    """Fails on a member whose name is empty."""

    breaks = FAULT
    may_break = IN_A_BODY

    def check_members(self, purchase: Purchase) -> None:
        if "" in purchase.members:
            raise IndexError("string index out of range")
        super().check_members(purchase)


@shown_by(lambda play: bought_by(play, {"reservationName": "a1", "start": START, "x": [[[[[[[[[1]]]]]]]]]}))
class DeepMembersFail(RightEmulator):
    """Fails on a member that is nested more than eight deep."""

    breaks = FAULT
    may_break = IN_A_BODY

    def check_members(self, purchase: Purchase) -> None:
        if self.depth_of(purchase.members) > 9:
            raise RecursionError("maximum depth exceeded")
        super().check_members(purchase)

    def depth_of(self, value: Any) -> int:
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return 1 + max(map(self.depth_of, parts), default=0) if isinstance(value, dict | list) else 0


@shown_by(lambda play: bought_by(play, {"reservation-name": "a1", "start": START}))
class MembersWithHyphens(RightEmulator):
    """Takes reservation-name where reservationName is missing."""

    breaks = PLACE
    may_break = MISSING

    def name_member(self, purchase: Purchase) -> Any:
        name = super().name_member(purchase)
        return purchase.members.get("reservation-name") if "reservationName" not in purchase.members else name


@shown_by(lambda play: bought_by(play, [{"reservationName": "a1", "start": START}]))
class ListOfOne(RightEmulator):
    """Takes a list of one object for the object."""

    breaks = ("errors/malformed-body",)
    may_break = ("errors/malformed-body-is-bad-request",)

    def decode_body(self, text: str) -> Any:
        value = super().decode_body(text)
        return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) else value


@shown_by(lambda play: bought_by(play, {"reservationName": ["a1"], "start": [START]}))
class ListsOfOneText(RightEmulator):
    """Takes lists of one text for the texts, where both members are such."""

    breaks = WRONG_TYPE
    may_break = ("errors/wrong-type-is-bad-request",)

    def check_members(self, purchase: Purchase) -> None:
        values = list(purchase.members.values())
        if values and all(isinstance(value, list) and len(value) == 1 for value in values):
            purchase.members = {name: value[0] for name, value in purchase.members.items()}
        super().check_members(purchase)


@shown_by(lambda play: described_with(play, "@2"))
class CutAtAnAt(CutArn):
    """Takes what follows an at sign in an offering's ARN for its version."""

    breaks = EXACT
    may_break = ARNS
    sign = "@"


@shown_by(lambda play: described_with(play, ",x"))
class CutAtAComma(CutArn):
    """Takes an offering's ARN for a list, and reads its first part."""

    breaks = EXACT
    may_break = ARNS
    sign = ","


@shown_by(lambda play: play.at(NOW).show_offering("/" + play.offering_arn()))
class SlashBeforeAnArn(RightEmulator):
    """Drops slashes before an offering's ARN."""

    breaks = EXACT
    may_break = ARNS

    def find_offering(self, region: Region, arn: str) -> Offering:
        return super().find_offering(region, arn.lstrip("/"))


@shown_by(lambda play: play.at(NOW).show_offering(play.offering_arn()[:-20]))
class BeginningOfAnIdentifier(RightEmulator):
    """Finds an offering by the first characters of its identifier, from eight on, where no other begins so."""

    breaks = EXACT
    may_break = ARNS

    def find_offering(self, region: Region, arn: str) -> Offering:
        identifier = arn.rpartition(":")[2]
        own = [item for item in region.offerings if item.startswith(arn)] if 8 <= len(identifier) < 35 else []
        return super().find_offering(region, own[0] if len(own) == 1 else arn)


@shown_by(lambda play: play.at(NOW).buy("a1").show_arn("reservations", play.bought.replace(":reservation:", "::")))
class ReservationWithoutItsKind(RightEmulator):
    """Finds a reservation by an ARN that lacks the word reservation."""

    breaks = EXACT
    may_break = ARNS

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        without = {item.arn.replace(":reservation:", "::"): item.arn for item in region.reservations.values()}
        return super().find_reservation(region, without.get(arn, arn))


@shown_by(lambda play: begun(play, "2026-3-05T08:15:20Z"))
class MonthOfOneDigit(TakesAnotherForm):
    """Takes a month without its leading zero."""

    breaks = OTHER_FORMS
    pattern, replacement = r"\A(\d{4})-(\d)-", r"\1-0\2-"


@shown_by(lambda play: begun(play, "2026-03-05T08:15:20Z(UTC)"))
class CommentAfterAStart(TakesAnotherForm):
    """Takes a Start with a comment in parentheses."""

    breaks = OTHER_FORMS
    pattern, replacement = r"Z\s*\([^)]*\)\Z", "Z"


@shown_by(lambda play: begun(play, "2026-03-05T08:15:20Z\u00a0"))
class HardBlankAfterAStart(TakesAnotherForm):
    """Drops white space beyond ASCII after a Start."""

    breaks = OTHER_FORMS
    pattern, replacement = r"Z[\u00a0\u2000-\u200a\u3000]+\Z", "Z"


@shown_by(lambda play: begun(play, "20260305T08:15:20Z"))
class DateOfTheBasicForm(TakesAnotherForm):
    """Takes a date in the basic form before a time in the extended one."""

    breaks = OTHER_FORMS
    pattern, replacement = r"\A(\d{4})(\d\d)(\d\d)T(\d\d:)", r"\1-\2-\3T\4"


@shown_by(lambda play: bought_by(play, b'{"reservationName": "a1", "start": {"$date": "%s"}}' % BEGUN))
class DatesOfADatabase(RightEmulator):
    """Takes an object with the only member $date for its Start."""

    breaks = WRONG_TYPE
    may_break = ("errors/wrong-type-is-bad-request",)

    def start_member(self, purchase: Purchase) -> Any:
        start: Wire | Any = super().start_member(purchase)
        return start["$date"] if isinstance(start, dict) and start.keys() == {"$date"} else start


@shown_by(lambda play: play.at(NOW).buy(body=b'{"reservationName": "a1", "start": "2026-03-10T12:00:00Z", "x": NaN}'))
class TakesNaN(RightEmulator):
    """Reads NaN and the infinities, as Python does, where nobody asked for them."""

    breaks = ("errors/lenient-body",)
    may_break = IN_A_BODY

    def no_constant(self, name: str) -> float:
        return float(name)


@shown_by(
    lambda play: bought_by(
        play, b'{"reservationName": "a1", "start": "2026-03-10T12:00:00Z", "x": ' + b"9" * 5_000 + b"}"
    )
)
class LongNumbersFail(RightEmulator):
    """Fails on a number of more than 4,300 digits, which Python does not read."""

    breaks = FAULT
    may_break = IN_A_BODY

    def body_of(self, request: Request) -> Wire:
        if re.search(rb"[0-9]{4301}", request.body):
            raise RuntimeError("Exceeds the limit (4300 digits) for integer string conversion")
        return super().body_of(request)
