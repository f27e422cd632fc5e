"""Mutants that take other names than they may."""
# ruff: noqa: ARG002, D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import re

from tests.meta.emulator.messages import Purchase, Refusal
from tests.meta.emulator.right import RightEmulator

LENGTH = ("names/length",)
CHARACTERS = ("names/characters",)
IN_NAMES = ("reservation/echoes-request", "errors/refusal-has-no-effect")
UNIQUE = ("names/unique",)


class NamesUpTo64(RightEmulator):
    """Refuses names of over 64 characters."""

    breaks = LENGTH
    may_break = (*CHARACTERS, *IN_NAMES)
    longest_name = 64


class NamesUpTo127(RightEmulator):
    """Refuses a name of 128 characters."""

    breaks = LENGTH
    may_break = (*CHARACTERS, *IN_NAMES)
    longest_name = 127


class NamesUpTo129(RightEmulator):
    """Takes a name of 129 characters."""

    breaks = LENGTH
    longest_name = 129


class NamesUpTo255(RightEmulator):
    """Takes names of up to 255 characters."""

    breaks = LENGTH
    longest_name = 255


class NamesFromTwo(RightEmulator):
    """Refuses a name of one character, because its pattern has a first and a last one."""

    breaks = LENGTH
    may_break = (*CHARACTERS, *IN_NAMES)
    name_pattern = r"[A-Za-z0-9][A-Za-z0-9_-]*[A-Za-z0-9]"


class NoUnderscores(RightEmulator):
    """Refuses underscores."""

    breaks = CHARACTERS
    may_break = (*LENGTH, *IN_NAMES)
    name_pattern = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"


class NoCapitals(RightEmulator):
    """Refuses capital letters."""

    breaks = CHARACTERS
    may_break = (*LENGTH, *IN_NAMES)
    name_pattern = r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?"


class NoLeadingDigits(RightEmulator):
    """Refuses a name that begins with a digit."""

    breaks = CHARACTERS
    may_break = (*LENGTH, *IN_NAMES)
    name_pattern = r"[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?"


class DotsAndSpaces(RightEmulator):
    """Takes dots and spaces inside a name."""

    breaks = CHARACTERS
    name_pattern = r"[A-Za-z0-9]([A-Za-z0-9_. -]*[A-Za-z0-9])?"


class HyphensAtTheEnds(RightEmulator):
    """Takes hyphens and underscores as first and last characters."""

    breaks = CHARACTERS
    name_pattern = r"[A-Za-z0-9_-]+"


class LettersOfAllScripts(RightEmulator):
    r"""Takes the letters and digits of all scripts, as \w does."""

    breaks = CHARACTERS

    def name_is_well_formed(self, name: str) -> bool:
        return re.fullmatch(r"[^\W_]([\w-]*[^\W_])?", name) is not None


class LineBreakAfterAName(RightEmulator):
    """Takes a line break after a name, where its pattern ends with a dollar sign."""

    breaks = CHARACTERS

    def name_is_well_formed(self, name: str) -> bool:
        return super().name_is_well_formed(name.removesuffix("\n"))


class AnythingIsAName(RightEmulator):
    """Takes any characters."""

    breaks = CHARACTERS

    def name_is_well_formed(self, name: str) -> bool:
        return True


class NamesAreReused(RightEmulator):
    """Takes a name again when its reservation has expired."""

    breaks = UNIQUE

    def check_name_is_free(self, purchase: Purchase) -> None:
        return None


class OnlyTheNewestNameIsTaken(RightEmulator):
    """Compares a name with that of the newest reservation only."""

    breaks = UNIQUE

    def check_name_is_free(self, purchase: Purchase) -> None:
        for reservation in self.rivals(purchase)[-1:]:
            if reservation.name == purchase.name:
                raise Refusal(400, "BadRequestException", "The name has been used.")


class NamesOfAnOffering(RightEmulator):
    """Compares a name with those of the same offering's reservations only."""

    breaks = UNIQUE

    def check_name_is_free(self, purchase: Purchase) -> None:
        for reservation in self.rivals(purchase):
            if (reservation.name, reservation.offering.arn) == (purchase.name, purchase.offering_arn):
                raise Refusal(400, "BadRequestException", "The name has been used.")
