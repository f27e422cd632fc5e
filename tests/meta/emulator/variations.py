"""Right implementations that differ where the documents leave room."""

from collections.abc import Callable

from tests.meta.emulator.right import RightEmulator

VARIATIONS: dict[str, Callable[[], RightEmulator]] = {}
