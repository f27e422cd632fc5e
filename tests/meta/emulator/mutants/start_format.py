"""Mutants that read the Start wrongly."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import re
from datetime import UTC, datetime, timedelta

from tests.meta.emulator.base import FORBIDDEN
from tests.meta.emulator.messages import Purchase, Refusal
from tests.meta.emulator.right import RightEmulator

ACCEPTS = ("start-format/accepts",)
INSIDE = (
    "start-window/interior",
    "start-window/lower-bound-inclusive",
    "start-window/upper-bound-inclusive",
    "start-window/follows-the-clock",
    "start-window/utc",
    "errors/refusal-has-no-effect",
    "end/adds-duration",
    "end/month-end-consistent",
    "lifecycle/isolated",
)
OTHER_FORMS = ("start-format/rejects-other-forms",)
IMPOSSIBLE = ("start-format/rejects-impossible",)


class AfternoonIsRefused(RightEmulator):
    """Reads the hour on a twelve-hour clock, so that 00 and 13 to 23 are refused."""

    breaks = ACCEPTS
    may_break = INSIDE

    def parse_start(self, text: str) -> datetime:
        start = super().parse_start(text)
        datetime.strptime(text, "%Y-%m-%dT%I:%M:%SZ").replace(tzinfo=UTC)
        return start


class LastHourIsRefused(RightEmulator):
    """Has hours up to 22 only."""

    breaks = ACCEPTS
    may_break = INSIDE
    start_pattern = r"(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-2]):(\d{2}):(\d{2})Z"


class LastSecondIsRefused(RightEmulator):
    """Has seconds up to 58 only."""

    breaks = ACCEPTS
    may_break = INSIDE
    start_pattern = r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):([0-4]\d|5[0-8])Z"


class LastDaysAreRefused(RightEmulator):
    """Has days up to 28 in every month."""

    breaks = ACCEPTS
    may_break = INSIDE
    start_pattern = r"(\d{4})-(\d{2})-([01]\d|2[0-8])T(\d{2}):(\d{2}):(\d{2})Z"


class LeapDayIsRefused(RightEmulator):
    """Knows no February 29."""

    breaks = ACCEPTS
    may_break = INSIDE

    def parse_start(self, text: str) -> datetime:
        if text[5:10] == "02-29":
            raise ValueError(text)
        return super().parse_start(text)


class IsoFormsAreTaken(RightEmulator):
    """Reads whatever datetime.fromisoformat reads, and takes UTC where no zone is given."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        start = datetime.fromisoformat(text)
        return start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)


class StrptimeFormsAreTaken(RightEmulator):
    """Reads whatever strptime reads, so fields without leading zeros too."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


class OffsetsAreTaken(RightEmulator):
    """Takes an offset from UTC in place of Z."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", text, re.ASCII):
            return datetime.fromisoformat(text).astimezone(UTC)
        return super().parse_start(text)


class OffsetsAreIgnored(RightEmulator):
    """Takes any offset for Z."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        return super().parse_start(re.sub(r"[+-]\d\d:?\d\d\Z", "Z", text))


class ZoneMayBeMissing(RightEmulator):
    """Takes a Start without a zone as UTC."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        return super().parse_start(text if text.endswith("Z") else text + "Z")


class LowerCaseLetters(RightEmulator):
    """Takes t and z for T and Z."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        return super().parse_start(text.upper())


class FractionsAreTaken(RightEmulator):
    """Takes fractions of a second, and drops them."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        return super().parse_start(re.sub(r"\.\d+Z\Z", "Z", text))


class WhiteSpaceIsStripped(RightEmulator):
    """Strips white space around a Start."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        return super().parse_start(text.strip())


class LineBreakAtTheEnd(RightEmulator):
    """Ends its pattern with a dollar sign, which also matches before a line break."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        return super().parse_start(text.removesuffix("\n"))


class RestIsIgnored(RightEmulator):
    """Looks only at the beginning of a Start, and ignores what follows."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        return super().parse_start(text[: len("2020-03-05T23:30:00Z")])


class DigitsOfOtherScripts(RightEmulator):
    """Takes the digits of any script."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        fields = re.fullmatch(self.start_pattern, text)
        if fields is None:
            raise ValueError(text)
        return super().parse_start("{}-{}-{}T{}:{}:{}Z".format(*(f"{int(field):02}" for field in fields.groups())))


class SpaceForT(RightEmulator):
    """Takes a space for T."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        return super().parse_start(text[:10] + text[10:11].replace(" ", "T") + text[11:])


class SecondsMayBeMissing(RightEmulator):
    """Takes a Start without seconds."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        return super().parse_start(re.sub(r"(T\d\d:\d\d)Z\Z", r"\1:00Z", text))


class DateAlone(RightEmulator):
    """Takes a date alone as its midnight."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        return super().parse_start(re.sub(r"\A(\d{4}-\d\d-\d\d)\Z", r"\1T00:00:00Z", text))


class BasicForm(RightEmulator):
    """Takes the form without hyphens and colons."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        basic = r"\A(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\Z"
        return super().parse_start(re.sub(basic, r"\1-\2-\3T\4:\5:\6Z", text))


class SecondsSince1970(RightEmulator):
    """Takes a text of digits as seconds since 1970."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        if re.fullmatch(r"[0-9]{1,11}", text):
            return datetime.fromtimestamp(int(text), UTC)
        return super().parse_start(text)


class OtherFormsAreForbidden(RightEmulator):
    """Refuses a Start of another form with ForbiddenException."""

    breaks = OTHER_FORMS

    def check_start(self, purchase: Purchase) -> None:
        try:
            super().check_start(purchase)
        except Refusal as refusal:
            form = re.fullmatch(self.start_pattern, purchase.start_text, re.ASCII)
            raise refusal if form else Refusal(*FORBIDDEN, refusal.message) from None


class ImpossibleDaysRollOver(RightEmulator):
    """Takes February 30 for a day of March."""

    breaks = IMPOSSIBLE

    def parse_start(self, text: str) -> datetime:
        day = text[8:10]
        if not re.fullmatch(r"3[01]|29", day):
            return super().parse_start(text)
        return super().parse_start(text[:8] + "28" + text[10:]) + timedelta(days=int(day) - 28)


class ImpossibleDaysAreClamped(RightEmulator):
    """Takes February 30 for the last day of February."""

    breaks = IMPOSSIBLE

    def parse_start(self, text: str) -> datetime:
        for day in range(int(text[8:10]) if re.fullmatch(r"[23]\d", text[8:10]) else 0, 27, -1):
            try:
                return super().parse_start(text[:8] + str(day) + text[10:])
            except ValueError:
                continue
        return super().parse_start(text)


class DayZeroIsTheFirst(RightEmulator):
    """Takes day 00 for day 01."""

    breaks = IMPOSSIBLE

    def parse_start(self, text: str) -> datetime:
        return super().parse_start(re.sub(r"\A(\d{4}-\d\d)-00T", r"\1-01T", text))


class HourTwentyFour(RightEmulator):
    """Takes 24:00:00 for the next day's midnight."""

    breaks = IMPOSSIBLE

    def parse_start(self, text: str) -> datetime:
        if text[10:14] == "T24:":
            return super().parse_start(text[:10] + "T00:" + text[14:]) + timedelta(days=1)
        return super().parse_start(text)


class MinuteSixty(RightEmulator):
    """Takes minute 60 for the next hour."""

    breaks = IMPOSSIBLE

    def parse_start(self, text: str) -> datetime:
        if text[13:17] == ":60:":
            return super().parse_start(text[:13] + ":00:" + text[17:]) + timedelta(hours=1)
        return super().parse_start(text)


class LeapSecond(RightEmulator):
    """Takes second 60 for the next minute."""

    breaks = IMPOSSIBLE

    def parse_start(self, text: str) -> datetime:
        if text[16:] == ":60Z":
            return super().parse_start(text[:16] + ":00Z") + timedelta(minutes=1)
        return super().parse_start(text)


class YearZeroIsThisYear(RightEmulator):
    """Takes year 0000, which a program of two-digit years leaves, for the current one."""

    breaks = IMPOSSIBLE

    def check_start(self, purchase: Purchase) -> None:
        written = purchase.start_text
        purchase.start_text = re.sub(r"\A0000(?=-)", f"{purchase.now.year:04}", written)
        super().check_start(purchase)
        purchase.start_text = written
