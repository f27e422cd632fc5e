"""The calls of a failure as the terminal and the report tell them."""

from typing import Any

import pytest

from conformance.execution.trace import Definition
from conformance.results.failure import Failure, Violation, failure_of
from conformance.rules import exclusivity
from conformance.rules.history import follow
from conformance.rules.registry import Finding
from conformance.spec.request import Place
from tests.meta.tools.traces import HERE, IN_OTHER_ACCOUNT, IN_OTHER_REGION, at, call, purchase, refused, trace


def told(*places: Place, **parts: Any) -> Failure:
    """The failure of the last of these purchases, one in each place."""
    calls = [call(purchase(place=place), refused(), at("2027-03-15T12:00:00Z")) for place in places]
    history = follow(trace(*calls, **parts))
    return failure_of(Violation(exclusivity.per_account, Finding("", history.calls[-1], "refused it"), history))


@pytest.mark.parametrize(
    ("places", "shown"),
    [
        ((HERE, HERE), ["", ""]),
        ((HERE, IN_OTHER_ACCOUNT), ["account 111122223333: ", "account 444455556666: "]),
        ((HERE, IN_OTHER_REGION), ["us-east-1: ", "eu-west-1: "]),
        (
            (IN_OTHER_ACCOUNT, IN_OTHER_REGION),
            ["account 444455556666, us-east-1: ", "account 111122223333, eu-west-1: "],
        ),
    ],
)
def test_each_call_names_its_place(places: tuple[Place, ...], shown: list[str]) -> None:
    """Where calls were made in several accounts or Regions, each begins with its own, that at fault too."""
    failure = told(*places)
    calls = [*failure.before, failure.call]
    assert [text.partition("PurchaseOffering(")[0] for text in calls] == shown


def test_failures_of_one_cause_have_an_answer_in_common() -> None:
    """Operation, status and type are the same in whatever account; where a refusal was due, another cause is likely."""
    assert told(HERE).answer == told(HERE, IN_OTHER_ACCOUNT).answer == "PurchaseOffering 400 BadRequestException"
    history = follow(trace(call(purchase(start="2028-01-15T12:00:00Z"), refused(), at("2027-01-15T12:00:00Z"))))
    late = failure_of(Violation(exclusivity.per_account, Finding("", history.calls[-1], "refused it"), history))
    assert late.answer == "PurchaseOffering 400 BadRequestException, a refusal was due"


def test_offerings_that_were_defined_between_calls_are_told() -> None:
    """Where the suite replaced the offerings before a call, a line among those of the calls says so, in its place."""
    between = told(HERE, HERE, HERE, definitions=(Definition(HERE, (), 1),))
    assert [line.startswith("(the suite withdraws the offerings") for line in between.before] == [False, True, False]
    assert told(HERE, definitions=(Definition(HERE, (), 0), Definition(IN_OTHER_REGION, (), 0))).before[1:] == ()
    later = told(*[HERE] * 20, definitions=(Definition(HERE, (), 1),))
    assert not [line for line in later.before if line.startswith("(")]
