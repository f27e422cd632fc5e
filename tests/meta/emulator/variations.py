"""Right implementations that differ where the documents leave room."""

import re
from collections.abc import Callable
from types import ModuleType

from tests.meta.emulator import variations_in_answers, variations_in_faults, variations_in_policy
from tests.meta.emulator.right import RightEmulator


def variations_of(module: ModuleType) -> dict[str, Callable[[], RightEmulator]]:
    """Give the variations of a module: the classes of its own that are not made to be derived from."""
    return {
        re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower(): kind
        for name, kind in vars(module).items()
        if isinstance(kind, type)
        and issubclass(kind, RightEmulator)
        and kind.__module__ == module.__name__
        and not name.endswith("Base")
    }


VARIATIONS: dict[str, Callable[[], RightEmulator]] = {
    **variations_of(variations_in_policy),
    **variations_of(variations_in_answers),
    **variations_of(variations_in_faults),
}

__all__ = ["VARIATIONS"]
