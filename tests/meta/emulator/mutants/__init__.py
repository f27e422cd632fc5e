"""Small wrong implementations, one defect each, and the rules that must fail on each."""

import re
from types import ModuleType

from tests.meta.emulator.mutants import (
    agreement,
    end,
    errors,
    exclusivity,
    lifecycle,
    lists,
    names,
    refusals,
    requests,
    reservation,
    start_format,
    start_window,
    wire,
)
from tests.meta.emulator.mutants.rules import RULES
from tests.meta.emulator.right import RightEmulator

TOPICS = (
    wire,
    errors,
    refusals,
    requests,
    start_format,
    start_window,
    end,
    exclusivity,
    reservation,
    agreement,
    lifecycle,
    names,
    lists,
)


def kebab_case(name: str) -> str:
    """Write the name of a class as a command line has it."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def mutants_of(topic: ModuleType) -> dict[str, type[RightEmulator]]:
    """Give the mutants of a module: the classes of its own that say which rules they break."""
    return {
        kebab_case(name): kind
        for name, kind in vars(topic).items()
        if isinstance(kind, type) and kind.__module__ == topic.__name__ and "breaks" in vars(kind)
    }


MUTANTS: dict[str, type[RightEmulator]] = {name: kind for topic in TOPICS for name, kind in mutants_of(topic).items()}

__all__ = ["MUTANTS", "RULES", "kebab_case"]
