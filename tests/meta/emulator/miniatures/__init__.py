"""Small wrong implementations, one defect each."""

from tests.meta.emulator.right import RightEmulator

MINIATURES: dict[str, type[RightEmulator]] = {}
