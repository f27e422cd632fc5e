"""Variations in the grammar of ARNs. No document gives one, so that an identifier of another shape is no less right."""
# ruff: noqa: ARG002, D102 - a variation overrides methods whose arguments and docstrings are the right emulator's

import base64
import hashlib
import re
import uuid
from typing import ClassVar

from tests.meta.emulator.base import BAD_REQUEST, FORBIDDEN
from tests.meta.emulator.messages import Account, Purchase, Refusal, Region
from tests.meta.emulator.right import RightEmulator


class GrammarBase(RightEmulator):
    """Has a grammar of its own, and refuses whatever is not of it with BadRequestException."""

    partition: ClassVar[str] = "aws"
    # What stands between the account and the identifier.
    infix: ClassVar[str] = ":{kind}:"
    identifier_pattern: ClassVar[str] = r"[0-9a-f-]{36}"

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        """Give the last part of an ARN."""
        return str(unique)

    def is_identifier(self, text: str) -> bool:
        """Tell whether a last part is as the target's own are."""
        return re.fullmatch(self.identifier_pattern, text, re.ASCII) is not None

    def owner(self, region: Region) -> str:
        """Give the account field of an offering's ARN."""
        return region.account.number

    def arn(self, region: Region, owner: str, kind: str, unique: uuid.UUID) -> str:
        """Put an ARN together."""
        head = f"arn:{self.partition}:mediaconnect:{region.name}:{owner}"
        return head + self.infix.format(kind=kind) + self.identifier(region, kind, unique)

    def offering_arn(self, region: Region, unique: str) -> str:
        return self.arn(region, self.owner(region), "offering", uuid.UUID(unique))

    def reservation_arn(self, purchase: Purchase) -> str:
        return self.arn(purchase.region, purchase.region.account.number, "reservation", uuid.uuid4())

    def check_arn(self, pattern: str, arn: str) -> None:
        kind = "offering" if pattern == self.offering_arn_pattern else "reservation"
        head = rf"arn:{self.partition}:mediaconnect:[a-z0-9-]+:(?:\d{{12}}|aws)?"
        found = re.match(head + re.escape(self.infix.format(kind=kind)), arn, re.ASCII)
        if found is None or not self.is_identifier(arn[found.end() :]):
            raise Refusal(*BAD_REQUEST, "The ARN is not well formed.")


class NumbersInArns(GrammarBase):
    """Identifies by decimal numbers of twelve digits."""

    identifier_pattern = r"\d{12}"

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        return f"{unique.int % 10**12:012}"


class ThirtyOneBitsInArns(GrammarBase):
    """Identifies by numbers of ten digits that a signed integer of 32 bits holds, and refuses larger ones."""

    identifier_pattern = r"[1-9]\d{9}"

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        return str(10**9 + unique.int % (2**31 - 10**9))

    def is_identifier(self, text: str) -> bool:
        return super().is_identifier(text) and int(text) < 2**31


class CheckDigitInArns(GrammarBase):
    """Identifies by numbers whose last digit is a check digit."""

    identifier_pattern = r"\d{12}"

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        number = unique.int % 10**11
        return f"{number:011}{number % 97 % 10}"

    def is_identifier(self, text: str) -> bool:
        return super().is_identifier(text) and int(text[:-1]) % 97 % 10 == int(text[-1])


class CountedArns(GrammarBase):
    """Counts offerings and reservations from 1 on, so that an ARN and its beginning, or its neighbour, both exist."""

    identifier_pattern = r"[1-9]\d*"

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        region.notes[kind] = region.notes.get(kind, 0) + 1
        return str(region.notes[kind])


class Base32InArns(GrammarBase):
    """Identifies by base32, in which the digits 0, 1, 8 and 9 are not."""

    identifier_pattern = r"[A-Z2-7]{26}"

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        return base64.b32encode(unique.bytes).decode().rstrip("=")


class LettersInArns(GrammarBase):
    """Identifies by letters alone: a change of the digits changes nothing."""

    identifier_pattern = r"[a-p]{32}"

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        return unique.hex.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))


class UpperCaseHexInArns(GrammarBase):
    """Identifies by UUIDs in upper case, and takes none in lower case."""

    identifier_pattern = r"[0-9A-F-]{36}"

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        return str(unique).upper()


class SlashInEveryArn(GrammarBase):
    """Has a slash after the kind, as many services have."""

    infix = ":{kind}/"


class PathsInArns(GrammarBase):
    """Has a path of several parts in each ARN."""

    infix = ":{kind}/mbps/standard/"


class NamesOfOfferings(GrammarBase):
    """Identifies by speaking names in upper and lower case, with dots, dashes and underscores."""

    identifier_pattern = r"Std[.]Outbound_x[0-9]+-[A-Za-z0-9_-]{22}"

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        return f"Std.Outbound_x{unique.int % 97}-{base64.urlsafe_b64encode(unique.bytes).decode().rstrip('=')}"


class Base64InArns(GrammarBase):
    """Identifies by base64 with its plus signs, slashes and equals signs, which a path must escape."""

    identifier_pattern = r"[A-Za-z0-9+/]{26,27}={1,2}"

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        return base64.b64encode(b"\xfb\xff\xbf" + unique.bytes).decode()


class PercentSignsInArns(GrammarBase):
    """Has percent signs in each ARN: one that is decoded twice is another."""

    identifier_pattern = r"20%3A25%2F[0-9a-f]{32}%"

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        return f"20%3A25%2F{unique.hex}%"


class LongArns(GrammarBase):
    """Identifies by five hundred characters."""

    identifier_pattern = r"[0-9a-f]{500}"

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        return hashlib.shake_256(unique.bytes).hexdigest(250)


class ShortArns(GrammarBase):
    """Identifies by six characters that look random, and never come twice in a Region."""

    identifier_pattern = r"[a-j]{6}"

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        region.notes[kind] = region.notes.get(kind, 0) + 1
        # The factor has no divisor in common with a million: different numbers stay different.
        return f"{region.notes[kind] * 379_721 % 10**6:06}".translate(str.maketrans("0123456789", "abcdefghij"))


class ChecksumInArns(GrammarBase):
    """Ends each ARN with a checksum, so that an altered identifier is malformed rather than unknown."""

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        return f"{unique.hex[:16]}-{self.checksum(unique.hex[:16])}"

    def checksum(self, text: str) -> str:
        """Give the eight characters that follow."""
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]

    def is_identifier(self, text: str) -> bool:
        body, dash, checksum = text.partition("-")
        return len(body) == 16 and bool(dash) and checksum == self.checksum(body)


class VersionBase(GrammarBase):
    """Identifies by UUIDs of one version, and refuses every other version with BadRequestException."""

    version: ClassVar[int] = 4

    def identifier(self, region: Region, kind: str, unique: uuid.UUID) -> str:
        variant = unique.int & ~(0xF000 << 64) & ~(0xC000 << 48) | 0x8000 << 48
        return str(uuid.UUID(int=variant | self.version << 76))

    def is_identifier(self, text: str) -> bool:
        return re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text, re.ASCII) is not None and (
            uuid.UUID(text).variant == uuid.RFC_4122 and uuid.UUID(text).version == self.version
        )


class VersionFourOnly(VersionBase):
    """Takes UUIDs of version 4 only; an unknown ARN with another identifier is malformed."""


class VersionFiveOnly(VersionBase):
    """Takes UUIDs of version 5 only; an unknown ARN with another identifier is malformed."""

    version = 5


class VersionSevenOnly(VersionBase):
    """Takes UUIDs of version 7 only; an unknown ARN with another identifier is malformed."""

    version = 7


class GovernmentPartition(GrammarBase):
    """Is in the partition aws-us-gov, as an emulator may be whatever the Region's name."""

    partition = "aws-us-gov"


class ChinesePartition(GrammarBase):
    """Is in the partition aws-cn, as an emulator may be whatever the Region's name."""

    partition = "aws-cn"


class OfferingsOfNobody(GrammarBase):
    """Leaves the account out of an offering's ARN: offerings are the service's own, not the account's."""

    def owner(self, region: Region) -> str:
        return ""


class OfferingsOfAws(GrammarBase):
    """Has `aws` for the account in an offering's ARN, as managed policies have."""

    def owner(self, region: Region) -> str:
        return "aws"


class OfferingsOfAwsAlone(OfferingsOfAws):
    """Refuses ARNs of offerings with an account in them as somebody else's, the caller's own account too."""

    def check_arn(self, pattern: str, arn: str) -> None:
        if pattern == self.offering_arn_pattern and re.match(r"arn:aws:mediaconnect:[a-z0-9-]+:\d{12}:", arn, re.ASCII):
            raise Refusal(*FORBIDDEN, "The offering is not for you.")
        super().check_arn(pattern, arn)


class AccountsNumberedOtherwise(RightEmulator):
    """Gives each access key an account whose number is another one, as AWS does, and has no control API."""

    has_control = False

    def account(self, number: str) -> Account:
        digest = hashlib.sha256(number.encode()).digest()
        return super().account(f"{int.from_bytes(digest[:8]) % 10**12:012}")


class ReservationsUnderOfferings(RightEmulator):
    """Has reservations whose ARNs begin with their offering's ARN and go on after it."""

    reservation_arn_pattern = RightEmulator.offering_arn_pattern + r"/reservation/\d{12}"

    def reservation_arn(self, purchase: Purchase) -> str:
        return f"{purchase.offering_arn}/reservation/{uuid.uuid4().int % 10**12:012}"


class WhiteSpaceAroundArns(RightEmulator):
    """Takes an ARN with white space around it for the ARN, which only a rule of level should minds."""

    departs_from = ("errors/arn-is-exact-in-case",)

    def decode_arn(self, segment: str) -> str:
        return super().decode_arn(segment).strip()
