"""A conformance suite for the reservations of AWS MediaConnect: cases are played, traces judged, verdicts reported."""

__version__ = "0.1.0"
