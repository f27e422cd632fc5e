"""Rare mutants of content: names and Starts that come back altered, and names on which they fail."""
# ruff: noqa: D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

import re
from datetime import datetime

from tests.meta.emulator.messages import Purchase, Reservation, Wire
from tests.meta.emulator.rare.bases import NAMES, NameOtherwise
from tests.meta.emulator.rare.play import shown_by
from tests.meta.emulator.right import RightEmulator

ECHOES = ("reservation/echoes-request",)
FAULT = ("errors/no-server-fault",)
NOW = "2026-03-15T12:00:00Z"
YAML_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@shown_by(lambda play: play.at(NOW).buy("live--event"))
class DashesInARow(NameOtherwise):
    """Shows several dashes in a row as one, as names in URLs have them."""

    breaks = ECHOES

    def other_name(self, name: str) -> object:
        return re.sub(r"--+", "-", name)


@shown_by(lambda play: play.at(NOW).buy("backup-007"))
class NumberAtTheEnd(NameOtherwise):
    """Drops the leading zeros of a number at the end of a name."""

    breaks = ECHOES

    def other_name(self, name: str) -> object:
        return re.sub(r"(?<=\D)0+(?=\d+\Z)", "", name)


@shown_by(lambda play: play.at(NOW).buy("x" * 64))
class NameOfExactly64(NameOtherwise):
    """Loses the last character of a name of exactly 64, which it needs for the end of the text."""

    breaks = ECHOES

    def other_name(self, name: str) -> object:
        return name[:63] if len(name) == 64 else name


@shown_by(lambda play: play.at(NOW).buy("n" * 128))
class NameOfTheGreatestLength(NameOtherwise):
    """Shows a name of more than 125 characters with three dots at its end."""

    breaks = ECHOES

    def other_name(self, name: str) -> object:
        return name[:125] + "..." if len(name) > 125 else name


@shown_by(lambda play: play.at(NOW).buy("007"))
class NameOfDigits(NameOtherwise):
    """Reads a name that has digits only as a number, and so drops its leading zeros."""

    breaks = ECHOES

    def other_name(self, name: str) -> object:
        return str(int(name)) if name.isdecimal() else name


@shown_by(lambda play: play.at(NOW).buy("1e5"))
class NameWithAnExponent(NameOtherwise):
    """Reads a name such as 1e5 as a number with an exponent."""

    breaks = ECHOES

    def other_name(self, name: str) -> object:
        return str(float(name)) if re.fullmatch(r"\d+[eE]-?\d{1,2}", name) else name


@shown_by(lambda play: play.at(NOW).buy("off"))
class NameIsAWordOfYaml(NameOtherwise):
    """Reads the names yes, no, on, off, true and false as YAML does."""

    breaks = ("wire/reservation-members",)
    may_break = ECHOES

    def other_name(self, name: str) -> object:
        return YAML_WORDS.get(name, name)


@shown_by(lambda play: play.at(NOW).buy("2026-03-05"))
class NameIsADate(NameOtherwise):
    """Reads a name such as 2026-03-05 as a date, and shows it with its midnight."""

    breaks = ECHOES

    def other_name(self, name: str) -> object:
        return f"{name}T00:00:00Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", name) else name


@shown_by(lambda play: play.at(NOW).buy("null"))
class NameNullFails(RightEmulator):
    """Fails on the name null."""

    breaks = FAULT
    may_break = NAMES

    def check_name(self, purchase: Purchase) -> None:
        super().check_name(purchase)
        if purchase.name.lower() == "null":
            raise TypeError("the name must not be null")


@shown_by(lambda play: play.at(NOW).buy("constructor"))
class NameOfAnObjectsMemberFails(RightEmulator):
    """Fails on the names of members that every object of its language has."""

    breaks = FAULT
    may_break = NAMES

    def check_name(self, purchase: Purchase) -> None:
        super().check_name(purchase)
        if purchase.name in ("constructor", "toString", "valueOf", "hasOwnProperty"):
            raise TypeError(f"{purchase.name} is not iterable")


@shown_by(lambda play: play.at(NOW).buy(start="2026-03-05T08:15:00Z"))
class StartWithoutItsZeroSeconds(RightEmulator):
    """Shows a Start without its seconds where they are zero, as some languages write a time."""

    breaks = ECHOES

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        start = re.sub(r":00Z\Z", "Z", reservation.start_text)
        return {**super().reservation_wire(reservation, now), "start": start}


@shown_by(lambda play: play.at(NOW).buy(start="2026-03-05T00:00:00Z"))
class MidnightIsADate(RightEmulator):
    """Shows a Start at midnight as a date alone."""

    breaks = ECHOES

    def reservation_wire(self, reservation: Reservation, now: datetime) -> Wire:
        start = reservation.start_text.removesuffix("T00:00:00Z")
        return {**super().reservation_wire(reservation, now), "start": start}
