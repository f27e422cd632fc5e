"""Rare mutants of requests: ARNs that are read loosely, and ARNs of the other kind."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import re
from urllib.parse import quote, unquote

from tests.meta.emulator.messages import Offering, Purchase, Refusal, Region, Reservation
from tests.meta.emulator.rare.play import Play, shown_by
from tests.meta.emulator.right import RightEmulator

EXACT = ("errors/arn-is-exact",)
MALFORMED = ("errors/malformed-arn",)
UNKNOWN = ("errors/unknown-offering",)
FAULT = ("errors/no-server-fault",)
ARNS = (
    "errors/malformed-arn",
    "errors/arn-is-exact",
    "errors/arn-is-exact-in-case",
    "errors/unknown-offering",
    "errors/unknown-reservation",
    "wire/members-in-their-place",
)
NOW = "2026-03-15T12:00:00Z"


def described_with(play: Play, tail: str) -> Play:
    """Describe an offering by its ARN with something after it."""
    return play.at(NOW).show_offering(play.offering_arn() + tail)


def described_at(play: Play, tail: str) -> Play:
    """Describe an offering with something after its ARN in the path, as it is."""
    return play.at(NOW).show_offering_at(quote(play.offering_arn(), safe="") + tail)


@shown_by(lambda play: described_at(play, "%zz"))
class BadEscapesFail(RightEmulator):
    """Fails on a percent sign in the path that begins no escape."""

    breaks = FAULT

    def decode_arn(self, segment: str) -> str:
        if re.search("%(?![0-9A-Fa-f]{2})", segment):
            raise ValueError(segment)
        return super().decode_arn(segment)


class CutArn(RightEmulator):
    """Cuts an ARN at a sign; a base of mutants, and no mutant itself."""

    sign = ""

    def find_offering(self, region: Region, arn: str) -> Offering:
        return super().find_offering(region, arn.partition(self.sign)[0])


@shown_by(lambda play: described_with(play, "/versions/1"))
class CutAtASlash(CutArn):
    """Ends the ARN of an offering at an encoded slash."""

    breaks = EXACT
    may_break = ARNS
    sign = "/"


@shown_by(lambda play: described_with(play, ";version=1"))
class CutAtASemicolon(CutArn):
    """Takes what follows a semicolon in an offering's ARN for a parameter of the path."""

    breaks = EXACT
    may_break = ARNS
    sign = ";"


@shown_by(lambda play: described_with(play, "?version=1"))
class CutAtAQuestionMark(CutArn):
    """Takes what follows an encoded question mark in an offering's ARN for a query."""

    breaks = EXACT
    may_break = ARNS
    sign = "?"


@shown_by(lambda play: described_with(play, "\0.json"))
class CutAtANull(CutArn):
    """Ends the ARN of an offering at a null character."""

    breaks = EXACT
    may_break = ARNS
    sign = "\0"


@shown_by(lambda play: play.at(NOW).buy("a1", escapes_in_lower_case=True))
class EscapesInCapitalsAlone(RightEmulator):
    """Decodes %3A in a path, and not %3a."""

    breaks = ("wire/members-in-their-place",)

    def decode_arn(self, segment: str) -> str:
        return super().decode_arn(segment.replace("%3a", "%253a"))


@shown_by(lambda play: play.at(NOW).buy(arn=play.offering_arn() + "."))
class DotsAtTheEndDropped(RightEmulator):
    """Drops dots at the end of the ARN that is purchased."""

    breaks = EXACT
    may_break = ARNS

    def check_offering(self, purchase: Purchase) -> None:
        purchase.offering_arn = purchase.offering_arn.rstrip(".")
        super().check_offering(purchase)


@shown_by(lambda play: described_with(play, ":1"))
class SeventhPartIsTheLast(RightEmulator):
    """Reads seven parts of an offering's ARN, and ignores an eighth."""

    breaks = EXACT
    may_break = ARNS

    def find_offering(self, region: Region, arn: str) -> Offering:
        return super().find_offering(region, ":".join(arn.split(":")[:7]))


@shown_by(lambda play: play.at(NOW).buy("a1").show_offering(play.bought))
class ReservationDescribedAsOffering(RightEmulator):
    """Describes the offering of a reservation where DescribeOffering is given the reservation's ARN."""

    breaks = MALFORMED
    may_break = ARNS

    def find_offering(self, region: Region, arn: str) -> Offering:
        reservation = region.reservations.get(arn)
        return super().find_offering(region, arn) if reservation is None else reservation.offering


@shown_by(lambda play: play.at(NOW).buy("a1").at("2026-05-01T12:00:00Z").buy("b1", arn=play.bought))
class ExpiredReservationIsPurchased(RightEmulator):
    """Sells an expired reservation's offering again where its ARN is purchased."""

    breaks = MALFORMED
    may_break = ARNS

    def check_offering(self, purchase: Purchase) -> None:
        reservation = purchase.region.reservations.get(purchase.offering_arn)
        if reservation is not None and self.is_over(reservation, purchase.now):
            purchase.offering_arn = reservation.offering.arn
        super().check_offering(purchase)


@shown_by(lambda play: play.at(NOW).buy("a1").show_arn("reservations", play.offering_arn()))
class OfferingDescribedAsReservation(RightEmulator):
    """Describes the newest reservation of an offering where DescribeReservation is given the offering's ARN."""

    breaks = MALFORMED
    may_break = ARNS

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        own = [reservation for reservation in region.reservations.values() if reservation.offering.arn == arn]
        return own[-1] if own else super().find_reservation(region, arn)


@shown_by(lambda play: play.at(NOW).show_arn("reservations", play.offering_arn()))
class OfferingAsReservationFails(RightEmulator):
    """Fails where DescribeReservation is given an offering's ARN."""

    breaks = FAULT
    may_break = ARNS

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        if arn in region.offerings:
            raise AttributeError("'Offering' object has no attribute 'start'")
        return super().find_reservation(region, arn)


@shown_by(lambda play: play.at(NOW).buy("a1").show_arn("reservations", play.bought + ":a1"))
class ReservationByALongerArn(RightEmulator):
    """Finds a reservation by an ARN that goes on with the reservation's name."""

    breaks = EXACT
    may_break = ARNS

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        longer = {f"{item.arn}:{item.name}": item.arn for item in region.reservations.values()}
        return super().find_reservation(region, longer.get(arn, arn))


@shown_by(lambda play: play.at(NOW).buy("a1").show_arn("reservations", quote(play.bought)))
class ReservationsArnDecodedTwice(RightEmulator):
    """Decodes the ARN of a reservation a second time where its first colon is still escaped."""

    breaks = ("wire/members-in-their-place",)
    may_break = ARNS

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        escaped = arn.lower().startswith("arn%3a")
        return super().find_reservation(region, unquote(arn) if escaped else arn)


@shown_by(lambda play: play.at(NOW).show_offering("arn:aws:mediaconnect:us-east-1:111122223333:offering:(a"))
class ArnAsAPatternFails(RightEmulator):
    """Uses an ARN as a regular expression, and fails on a parenthesis that is not closed."""

    breaks = FAULT
    may_break = ARNS

    def find_offering(self, region: Region, arn: str) -> Offering:
        for own in region.offerings:
            if re.fullmatch(arn, own) and own != arn:
                raise Refusal(404, "NotFoundException", "There is no such offering.")
        return super().find_offering(region, arn)


class KeyOfAnIdentifier(RightEmulator):
    """Finds an offering by a part of its identifier; a base of mutants, and no mutant itself."""

    def find_offering(self, region: Region, arn: str) -> Offering:
        own = {self.key(item): item for item in region.offerings}
        return super().find_offering(region, own.get(self.key(arn), arn))

    def key(self, arn: str) -> str:
        """The part of an ARN by which it is found."""
        raise NotImplementedError


@shown_by(lambda play: play.at(NOW).show_offering(play.offering_arn()[:-4] + "0000"))
class KeyOfTheFirstGroup(KeyOfAnIdentifier):
    """Finds an offering by the first group of its UUID alone."""

    breaks = UNKNOWN
    may_break = ARNS

    def key(self, arn: str) -> str:
        return (
            arn.rpartition(":")[2].partition("-")[0] if re.fullmatch(self.offering_arn_pattern, arn, re.ASCII) else arn
        )


@shown_by(lambda play: play.at(NOW).show_offering(re.sub("offering:....", "offering:0000", play.offering_arn())))
class KeyOfTheLastGroup(KeyOfAnIdentifier):
    """Finds an offering by the last group of its UUID alone."""

    breaks = UNKNOWN
    may_break = ARNS

    def key(self, arn: str) -> str:
        well_formed = re.fullmatch(self.offering_arn_pattern, arn, re.ASCII)
        return arn.rpartition("-")[2] if well_formed else arn


@shown_by(lambda play: play.at(NOW).show_offering(play.offering_arn().replace("offering:", "offering:0")))
class UuidOfGroupsAsNumbers(KeyOfAnIdentifier):
    """Reads each group of a UUID as a number, so that zeros before it mean nothing."""

    breaks = UNKNOWN
    may_break = ARNS

    def key(self, arn: str) -> str:
        head, _, identifier = arn.rpartition(":")
        return f"{head}:{'-'.join(group.lstrip('0') for group in identifier.split('-'))}"


@shown_by(lambda play: play.at(NOW).buy("a1").show_arn("reservations", play.bought[:-2] + "zz"))
class ReservationByMostOfItsArn(RightEmulator):
    """Finds a reservation by its ARN without the last two characters."""

    breaks = ("errors/unknown-reservation",)
    may_break = ARNS

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        own = {item.arn[:-2]: item.arn for item in region.reservations.values()}
        return super().find_reservation(region, own.get(arn[:-2], arn))
