"""What blocks the judging of a trace: only what went otherwise than it had to."""

from __future__ import annotations

from conformance.rules.attribution import Unjudged, why_unjudged
from conformance.rules.reservation import describe_agrees
from tests.meta.tools.traces import (
    HERE,
    IN_OTHER_ACCOUNT,
    bought,
    call,
    describe_reservation,
    history,
    purchase,
    refused,
)


def test_a_refusal_to_describe() -> None:
    """One in the account of the reservation blocks; one in another account is right, and blocks nothing."""
    made = call(purchase(), bought())
    for place, unjudged in ((HERE, Unjudged(blocked_by=describe_agrees.id)), (IN_OTHER_ACCOUNT, Unjudged())):
        described = call(describe_reservation(place=place), refused(404, "NotFoundException"))
        assert why_unjudged(history(made, described)) == unjudged
