"""What a target may be able to do; what a rule needs and a target lacks is the reason why it is not testable there."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """A capability, by the name under which the report lists it."""

    CLOCK = "clock"
    ACCOUNTS = "accounts"
    OTHER_ACCOUNTS = "other-accounts"
    SEED = "seed"
    OFFERINGS = "offerings"
    REGIONS = "regions"
    FAR_REGIONS = "far-regions"
    PURCHASES = "purchases"

    @property
    def needed(self) -> str:
        """What a target would have to offer, for reasons."""
        return _NEEDED[self]


_NEEDED = {
    Capability.CLOCK: "a settable clock",
    Capability.ACCOUNTS: "a fresh account for each example",
    Capability.OTHER_ACCOUNTS: "a second account",
    Capability.SEED: "offerings that the suite can define",
    Capability.OFFERINGS: "an offering to purchase",
    Capability.REGIONS: "a second Region",
    Capability.FAR_REGIONS: "Regions in other parts of the world",
    Capability.PURCHASES: "permission to purchase (--max-purchases, --allow-account)",
}
