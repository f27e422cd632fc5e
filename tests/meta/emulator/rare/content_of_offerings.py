"""Rare mutants of content: descriptions, prices, bit rates and durations of offerings that come back altered."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import html
import re
import string
import struct
import unicodedata
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from tests.meta.emulator.messages import Offering, Reservation, Wire
from tests.meta.emulator.rare.bases import DescriptionOtherwise
from tests.meta.emulator.rare.play import Play, shown_by
from tests.meta.emulator.right import RightEmulator

COPIES = ("reservation/copies-offering",)
AGREE = ("lists/offerings-agree",)
NOW = "2026-03-15T12:00:00Z"


def bought_with(play: Play, **terms: object) -> Play:
    """Define an offering and purchase it."""
    return play.at(NOW).offer(**terms).buy()


@shown_by(lambda play: bought_with(play, offeringDescription="cafe\u0301"))
class DescriptionComposed(DescriptionOtherwise):
    """Composes the characters of a description (NFC)."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return unicodedata.normalize("NFC", text)


@shown_by(lambda play: bought_with(play, offeringDescription="20 Mbps \U0001f4e1"))
class DescriptionOfThreeByteCharacters(DescriptionOtherwise):
    """Puts the replacement character for characters beyond U+FFFF, as a database with three bytes for each does."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return re.sub("[\U00010000-\U0010ffff]", "\ufffd", text)


@shown_by(lambda play: bought_with(play, offeringDescription="20 Mbps\n"))
class LineBreakAtTheEndDropped(DescriptionOtherwise):
    """Drops a line break at the end of a description."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return text.removesuffix("\n").removesuffix("\r")


@shown_by(lambda play: bought_with(play, offeringDescription="20 Mbps  outbound"))
class RunsOfBlanksCollapsed(DescriptionOtherwise):
    """Shows several blanks in a row as one."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return re.sub(" {2,}", " ", text)


@shown_by(lambda play: bought_with(play, offeringDescription="up &amp; down"))
class EntitiesRead(DescriptionOtherwise):
    """Reads the entities of HTML in a description."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return html.unescape(text)


@shown_by(lambda play: bought_with(play, offeringDescription="C:\\new"))
class BackslashesRead(DescriptionOtherwise):
    """Reads a backslash and n, t or r in a description as the control character."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return re.sub(r"\\([ntr])", lambda found: {"n": "\n", "t": "\t", "r": "\r"}[found[1]], text)


@shown_by(lambda play: bought_with(play, offeringDescription="50%25 off"))
class PercentSignsRead(DescriptionOtherwise):
    """Undoes percent-encoding in a description."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return re.sub("%([2-7][0-9A-Fa-f])", lambda found: chr(int(found[1], 16)), text)


@shown_by(lambda play: bought_with(play, offeringDescription="5+1 Mbps"))
class PlusIsABlank(DescriptionOtherwise):
    """Shows a plus between two characters as a blank, as forms have it."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return re.sub(r"(?<=\S)\+(?=\S)", " ", text)


@shown_by(lambda play: bought_with(play, offeringDescription="costs $$"))
class DollarSignsRead(DescriptionOtherwise):
    """Reads a description as a template, in which two dollar signs are one."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return string.Template(text).safe_substitute()


@shown_by(lambda play: bought_with(play, offeringDescription='the "large" one'))
class StraightQuotesDoubled(DescriptionOtherwise):
    """Doubles the straight quotes of a description, as CSV does."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return text.replace('"', '""')


@shown_by(lambda play: bought_with(play, offeringDescription="20 Mbps\x00 outbound"))
class TextEndsWithANull(DescriptionOtherwise):
    """Ends a description at its first null character."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return text.partition("\0")[0]


@shown_by(lambda play: bought_with(play, offeringDescription="\ufeff20 Mbps"))
class ByteOrderMarkDropped(DescriptionOtherwise):
    """Drops a byte order mark at the beginning of a description."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return text.removeprefix("\ufeff")


@shown_by(lambda play: bought_with(play, offeringDescription="x" * 1100))
class DescriptionOfAKibibyte(DescriptionOtherwise):
    """Keeps 1024 characters of a description."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return text[:1024]


@shown_by(lambda play: bought_with(play, offeringDescription=""))
class EmptyDescriptionFilled(DescriptionOtherwise):
    """Makes up a description where it is empty."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return text or "Outbound bandwidth"


class PriceOtherwise(RightEmulator):
    """Shows a reservation with another price; a base of mutants, and no mutant itself."""

    def other_price(self, price: Decimal) -> str | None:
        raise NotImplementedError

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        wire = super().reservation_wire(reservation, now)
        try:
            price = Decimal(wire["pricePerUnit"])
        except InvalidOperation:
            return wire
        other = self.other_price(price) if price.is_finite() else None
        return wire if other is None else {**wire, "pricePerUnit": other}


@shown_by(lambda play: bought_with(play, pricePerUnit="0.1234567"))
class PriceOfSixDecimals(PriceOtherwise):
    """Rounds a price of more than six decimals."""

    breaks = COPIES

    def other_price(self, price: Decimal) -> str | None:
        return f"{price:.6f}" if int(price.as_tuple().exponent) < -6 else None


@shown_by(lambda play: bought_with(play, pricePerUnit="1E-7"))
class PriceWithoutItsExponent(PriceOtherwise):
    """Writes a price with an exponent in digits."""

    breaks = COPIES

    def other_price(self, price: Decimal) -> str | None:
        return f"{price:f}" if "E" in str(price) else None


class BitrateOtherwise(RightEmulator):
    """Shows a reservation with another bitrate; a base of mutants, and no mutant itself."""

    def other_bitrate(self, bitrate: int) -> int | None:
        raise NotImplementedError

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        bitrate = reservation.offering.reserved_bitrate
        shown = None if bitrate is None else self.other_bitrate(bitrate)
        offering = replace(reservation.offering, reserved_bitrate=shown)
        return super().reservation_wire(replace(reservation, offering=offering), now)


@shown_by(lambda play: bought_with(play, reservedBitrate=2**31))
class BitrateOf32Bits(BitrateOtherwise):
    """Shows a bitrate from 2**31 on as a negative number."""

    breaks = COPIES

    def other_bitrate(self, bitrate: int) -> int | None:
        return (bitrate + 2**31) % 2**32 - 2**31


@shown_by(lambda play: bought_with(play, reservedBitrate=2**24 + 1))
class BitrateInASingle(BitrateOtherwise):
    """Keeps a bitrate as a number of single precision, which has 24 bits for it."""

    breaks = COPIES

    def other_bitrate(self, bitrate: int) -> int | None:
        return int(struct.unpack("f", struct.pack("f", bitrate))[0])


@shown_by(lambda play: bought_with(play, reservedBitrate=0))
class BitrateOfZeroDropped(BitrateOtherwise):
    """Drops a bitrate of zero, which it takes for none."""

    breaks = COPIES

    def other_bitrate(self, bitrate: int) -> int | None:
        return bitrate or None


@shown_by(lambda play: bought_with(play, duration=130))
class DurationInASignedByte(RightEmulator):
    """Shows a duration of over 127 months in a reservation as one signed byte."""

    breaks = COPIES
    may_break = ("end/adds-duration",)

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        shown = (reservation.offering.duration + 128) % 256 - 128
        return {**super().reservation_wire(reservation, now), "duration": shown}


@shown_by(lambda play: play.at(NOW).offer(offeringDescription="20 Mbps\noutbound").page("offerings"))
class ListedWithItsFirstLine(RightEmulator):
    """Lists an offering with the first line of its description."""

    breaks = AGREE
    may_break = COPIES

    def listed_offering_wire(self, offering: Offering) -> Wire:
        first_line = offering.description.partition("\n")[0]
        return {**super().listed_offering_wire(offering), "offeringDescription": first_line}


@shown_by(lambda play: play.at(NOW).offer(pricePerUnit="3.00").show_offering())
class DescribedWithAWholePrice(RightEmulator):
    """Describes an offering with a price without its decimals, where these are all zero."""

    breaks = AGREE
    may_break = COPIES

    def described_offering_wire(self, offering: Offering) -> Wire:
        price = re.sub(r"\A(\d+)\.0+\Z", r"\1", offering.price_per_unit)
        return {**super().described_offering_wire(offering), "pricePerUnit": price}
