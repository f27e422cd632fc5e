"""Rare mutants of requests: a Start in another form, taken in one field or at one separator only."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import re
from datetime import date, datetime

from tests.meta.emulator.messages import Purchase
from tests.meta.emulator.rare.play import Play, shown_by
from tests.meta.emulator.right import RightEmulator

OTHER_FORMS = ("start-format/rejects-other-forms",)


def begun(play: Play, start: str) -> Play:
    """Purchase with this Start on a day on which its instant would be inside the window."""
    return play.at("2026-03-15T12:00:00Z").buy(start=start)


class TakesAnotherForm(RightEmulator):
    """Reads a Start as another one; a base of mutants, and no mutant itself."""

    pattern, replacement = "", ""

    def parse_start(self, text: str) -> datetime:
        return super().parse_start(re.sub(self.pattern, self.replacement, text))


class DigitsOfOneField(RightEmulator):
    """Takes the digits of any script in one field; a base of mutants, and no mutant itself."""

    field = slice(0)

    def parse_start(self, text: str) -> datetime:
        field = text[self.field]
        own = "".join(str(int(sign)) for sign in field) if field.isdecimal() else field
        return super().parse_start(text[: self.field.start] + own + text[self.field.stop :])


@shown_by(lambda play: begun(play, "2026-03-05T08:15:２０Z"))
class SecondsInOtherDigits(DigitsOfOneField):
    """Takes the digits of any script in the seconds."""

    breaks = OTHER_FORMS
    field = slice(17, 19)


@shown_by(lambda play: begun(play, "2026-03- 5T08:15:20Z"))
class FieldsWithABlank(TakesAnotherForm):
    """Takes a blank or a sign for the zero before a field, as readers of whole numbers do."""

    breaks = OTHER_FORMS
    pattern, replacement = r"(?<=[-T:])[ +](\d)(?=[-T:Z])", r"0\1"


@shown_by(lambda play: begun(play, "2026-03–05T08:15:20Z"))
class DashBeforeTheDay(TakesAnotherForm):
    """Takes any dash for the hyphen before the day."""

    breaks = OTHER_FORMS
    pattern, replacement = r"\A(\d{4}-\d\d)[\u2010-\u2015\u2212]", r"\1-"


@shown_by(lambda play: begun(play, "2026-03-05T08:15：20Z"))
class WideColonBeforeTheSeconds(TakesAnotherForm):
    """Takes a colon of full width before the seconds."""

    breaks = OTHER_FORMS
    pattern, replacement = r"：(\d\dZ)\Z", r":\1"


@shown_by(lambda play: begun(play, "2026-03-05T08:15.20Z"))
class DotBeforeTheSeconds(TakesAnotherForm):
    """Takes a dot or a comma for the colon before the seconds."""

    breaks = OTHER_FORMS
    pattern, replacement = r"[.,](\d\dZ)\Z", r":\1"


@shown_by(lambda play: begun(play, "2026-03-05_08:15:20Z"))
class UnderscoreForT(TakesAnotherForm):
    """Takes an underscore for T."""

    breaks = OTHER_FORMS
    pattern, replacement = r"\A(\d{4}-\d\d-\d\d)_", r"\1T"


@shown_by(lambda play: begun(play, "2026-03-05T8:15:20Z"))
class HourOfOneDigit(TakesAnotherForm):
    """Takes an hour without its leading zero."""

    breaks = OTHER_FORMS
    pattern, replacement = r"T(\d):", r"T0\1:"


@shown_by(lambda play: begun(play, "+2026-03-05T08:15:20Z"))
class YearWithASign(TakesAnotherForm):
    """Takes a plus before the year, as the expanded years of ISO 8601 have it."""

    breaks = OTHER_FORMS
    pattern, replacement = r"\A\+", ""


@shown_by(lambda play: begun(play, "2026-03-05T08:15:20.000Z"))
class FractionOfZero(TakesAnotherForm):
    """Takes a fraction of a second where it is zero."""

    breaks = OTHER_FORMS
    pattern, replacement = r"\.0+Z\Z", "Z"


@shown_by(lambda play: begun(play, "2026-03-05T08:15:20-00:00"))
class OffsetOfMinusZero(TakesAnotherForm):
    """Takes the offset -00:00, which stands for an unknown one."""

    breaks = OTHER_FORMS
    pattern, replacement = r"-00:00\Z", "Z"


@shown_by(lambda play: begun(play, "\u200b2026-03-05T08:15:20Z"))
class InvisibleCharactersDropped(TakesAnotherForm):
    """Drops characters without width around a Start."""

    breaks = OTHER_FORMS
    pattern, replacement = r"\A[\u200b\ufeff]+|[\u200b\ufeff]+\Z", ""


@shown_by(lambda play: begun(play, "2026-03-05T08:15:20Z\x00x"))
class StartEndsWithANull(TakesAnotherForm):
    """Ends a Start at its first null character."""

    breaks = OTHER_FORMS
    pattern, replacement = r"\x00[\s\S]*\Z", ""


@shown_by(lambda play: begun(play, "2026-W10-4T08:15:20Z"))
class WeekDates(RightEmulator):
    """Takes the date as year, week and day of the week."""

    breaks = OTHER_FORMS

    def parse_start(self, text: str) -> datetime:
        if re.fullmatch(r"\d{4}-W\d\d-\dT.*", text, re.ASCII):
            day = date.fromisocalendar(int(text[:4]), int(text[6:8]), int(text[9]))
            return super().parse_start(f"{day}{text[10:]}")
        return super().parse_start(text)


@shown_by(lambda play: begun(play, "2026-03-09T23:59:60Z"))
class LeapSecondAtTheEndOfADay(TakesAnotherForm):
    """Takes second 60 for second 59 where it ends a day."""

    breaks = ("start-format/rejects-impossible",)
    may_break = ("errors/refusal-has-no-effect",)
    pattern, replacement = "23:59:60", "23:59:59"


@shown_by(lambda play: begun(play, "2026-03-0\u2075T06:07:08Z"))
class ExponentsAreDigits(RightEmulator):
    """Takes exponents for digits, when it looks at the form of a Start, and fails when it reads them."""

    breaks = ("errors/no-server-fault",)
    may_break = (*OTHER_FORMS, "errors/modelled")

    def check_start(self, purchase: Purchase) -> None:
        fields = re.split("[-T:]", purchase.start_text.removesuffix("Z"))
        if len(fields) == 6 and all(field.isdigit() for field in fields):
            list(map(int, fields))
        super().check_start(purchase)
