"""What a target may be able to do; a rule that needs what a target lacks is not testable there, with that as its reason."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """A capability, by the name under which the report lists it."""

    CLOCK = "clock"
    ACCOUNTS = "accounts"
    SEED = "seed"
    OFFERINGS = "offerings"
    REGIONS = "regions"

    @property
    def needed(self) -> str:
        """What a target would have to offer, for reasons."""
        return _NEEDED[self]


_NEEDED = {
    Capability.CLOCK: "a settable clock",
    Capability.ACCOUNTS: "a fresh account for each example",
    Capability.SEED: "offerings that the suite can define",
    Capability.OFFERINGS: "an offering to purchase",
    Capability.REGIONS: "a second Region",
}
