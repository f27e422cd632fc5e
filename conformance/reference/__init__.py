"""A reference for the five operations, as an extension of moto's own MediaConnect service.

Importing this package changes nothing in moto: `extended_moto` does, for as long as its block lasts. To serve the
reference over HTTP see `conformance.reference.server`, or run `python -m conformance.reference`.
"""

from conformance.reference.extension import extended_moto
from conformance.reference.models import clear_clock, current_time, define_offerings, forget, set_clock

__all__ = ["clear_clock", "current_time", "define_offerings", "extended_moto", "forget", "set_clock"]
