"""A second implementation of the five operations, and wrong and permitted ones that are derived from it."""

from tests.meta.emulator.messages import CutConnection, Request, Response
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.server import Served, serve

__all__ = ["CutConnection", "Request", "Response", "RightEmulator", "Served", "serve"]
