"""Rare mutants of content: a class of characters, of lengths or of numbers that comes back altered."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import re
import unicodedata
from decimal import Decimal

from tests.meta.emulator.rare.bases import DescriptionOtherwise, NameOtherwise
from tests.meta.emulator.rare.content import ECHOES, NOW
from tests.meta.emulator.rare.content_of_offerings import COPIES, BitrateOtherwise, PriceOtherwise, bought_with
from tests.meta.emulator.rare.play import shown_by


@shown_by(lambda play: bought_with(play, offeringDescription="band\u00adwidth"))
class SoftHyphensDropped(DescriptionOtherwise):
    """Drops soft hyphens and other characters that only direct the layout."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return "".join(
            character for character in text if unicodedata.category(character) != "Cf" or character == "\ufeff"
        )


@shown_by(lambda play: bought_with(play, offeringDescription="20\u00a0Mbps"))
class HardBlanksSoftened(DescriptionOtherwise):
    """Shows a no-break space as a blank."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return text.replace("\u00a0", " ")


@shown_by(lambda play: bought_with(play, offeringDescription="\ue000 Mbps"))
class PrivateCharactersDropped(DescriptionOtherwise):
    """Shows characters that are private or none as a question mark."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return "".join("?" if unicodedata.category(character) in ("Co", "Cn") else character for character in text)


@shown_by(lambda play: bought_with(play, offeringDescription="ä" * 130))
class DescriptionOf255Bytes(DescriptionOtherwise):
    """Keeps 255 bytes of a description that has characters beyond ASCII."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return text if text.isascii() else text.encode()[:255].decode(errors="ignore")


@shown_by(lambda play: bought_with(play, offeringDescription="予" * 400))
class DescriptionOfAThousandBytes(DescriptionOtherwise):
    """Keeps a thousand bytes of a description of up to a thousand characters."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return text if len(text) > 1000 else text.encode()[:1000].decode(errors="ignore")


@shown_by(lambda play: bought_with(play, offeringDescription="one\r\ntwo"))
class LineBreaksOfOneCharacter(DescriptionOtherwise):
    """Shows the line break of two characters as that of one."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return text.replace("\r\n", "\n")


@shown_by(lambda play: bought_with(play, offeringDescription="caf\\u00e9"))
class EscapesOfJsonRead(DescriptionOtherwise):
    """Reads the escape of a character in a description, as JSON within JSON has it."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)


@shown_by(lambda play: bought_with(play, offeringDescription="up to {duration} months"))
class BracesRead(DescriptionOtherwise):
    """Reads a name in braces as a place to fill in."""

    breaks = COPIES

    def other_text(self, text: str) -> str:
        return re.sub(r"\{\w+\}", "", text)


@shown_by(lambda play: bought_with(play, pricePerUnit="100"))
class RoundPricesWithAnExponent(PriceOtherwise):
    """Writes a whole price that ends in zeros with an exponent."""

    breaks = COPIES

    def other_price(self, price: Decimal) -> str | None:
        return str(price.normalize()) if price == price.to_integral() and price and price % 10 == 0 else None


@shown_by(lambda play: bought_with(play, pricePerUnit="123456789.123456789"))
class PriceOfADouble(PriceOtherwise):
    """Keeps a price of more than 16 digits as a double."""

    breaks = COPIES

    def other_price(self, price: Decimal) -> str | None:
        return repr(float(price)) if len(price.as_tuple().digits) > 16 else None


@shown_by(lambda play: bought_with(play, reservedBitrate=70_000))
class BitrateOf16Bits(BitrateOtherwise):
    """Keeps sixteen bits of a bitrate."""

    breaks = COPIES

    def other_bitrate(self, bitrate: int) -> int | None:
        return bitrate % 2**16


@shown_by(lambda play: play.at(NOW).buy("12345678901234567890"))
class LongDigitsInADouble(NameOtherwise):
    """Reads a name of 16 digits and more as a double."""

    breaks = ECHOES

    def other_name(self, name: str) -> object:
        return str(int(float(name))) if re.fullmatch(r"[1-9]\d{15,30}", name) else name


@shown_by(lambda play: play.at(NOW).buy("0x10"))
class NameInHexadecimal(NameOtherwise):
    """Reads a name such as 0x10 as a hexadecimal number."""

    breaks = ECHOES

    def other_name(self, name: str) -> object:
        return str(int(name, 16)) if re.fullmatch(r"0[xX][0-9a-fA-F]{1,8}", name) else name


@shown_by(lambda play: play.at(NOW).buy("2D5F0E3A-1B7C-4E8D-9A6B-0C1D2E3F4A5B"))
class NameIsAUuid(NameOtherwise):
    """Shows a name that is a UUID in small letters."""

    breaks = ECHOES

    def other_name(self, name: str) -> object:
        return name.lower() if re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", name) else name


@shown_by(lambda play: play.at(NOW).buy("no"))
class NamesOfYaml(NameOtherwise):
    """Keeps names in a file of YAML 1.1, which reads some words as true or false."""

    breaks = ("wire/reservation-members",)
    may_break = (*ECHOES, "names/characters")

    def other_name(self, name: str) -> object:
        return {"yes": True, "on": True, "no": False, "off": False}.get(name.lower(), name)
