"""Right implementations that differ where the documents leave room."""

import re
from types import ModuleType

from tests.meta.emulator import (
    variations_combined,
    variations_in_answers,
    variations_in_arns,
    variations_in_faults,
    variations_in_lists,
    variations_in_outages,
    variations_in_policy,
    variations_in_refusals,
    variations_in_requests,
    variations_in_states,
    variations_in_time,
    variations_in_transport,
)
from tests.meta.emulator.right import RightEmulator


def variations_of(*modules: ModuleType) -> dict[str, type[RightEmulator]]:
    """Give the variations of modules: the classes of their own that are not made to be derived from."""
    return {
        re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower(): kind
        for module in modules
        for name, kind in vars(module).items()
        if isinstance(kind, type)
        and issubclass(kind, RightEmulator)
        and kind.__module__ == module.__name__
        and not name.endswith("Base")
    }


VARIATIONS: dict[str, type[RightEmulator]] = variations_of(
    variations_in_policy,
    variations_in_answers,
    variations_in_faults,
    variations_in_arns,
    variations_in_lists,
    variations_in_requests,
    variations_in_refusals,
    variations_in_states,
    variations_in_time,
    variations_in_transport,
    variations_in_outages,
    variations_combined,
)

__all__ = ["VARIATIONS", "variations_of"]
