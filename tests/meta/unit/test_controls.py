"""The control of a refusal: the plainest purchase that differs from it in nothing but what the rule is about."""

from __future__ import annotations

import pytest

from conformance.cases.case import Case, Purchase
from conformance.rules.shared_checks import control_of
from conformance.spec.request import Place
from tests.meta.tools.traces import HERE, IN_OTHER_REGION, call, history, offering_arn, purchase, refused


@pytest.mark.parametrize(("place", "number"), [(HERE, 0), (IN_OTHER_REGION, 3)])
def test_a_control_is_in_the_region_of_the_refusal(place: Place, number: int) -> None:
    """A target may go wrong in one Region alone, where a purchase in another says nothing."""
    sent = purchase(arn=offering_arn(place=place), name="far-1", place=place)
    case = Case(steps=(Purchase(region=number, name="far-1"),))
    judged = history(call(sent, refused(), step=0), case=case)
    control = control_of(judged, judged.calls[0])
    assert control is not None
    assert [step.region for step in control.calls()] == [number]
