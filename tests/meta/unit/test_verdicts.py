"""From results to verdicts, from verdicts to the gate, why examples go unjudged, and damaged cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from conformance.cases.case import (
    Case,
    DescribeReservation,
    EndOf,
    Inside,
    MonthStart,
    Now,
    Purchase,
    SetClock,
    Written,
)
from conformance.cases.case_json import DamagedCaseError, case_from_json, case_to_json, size_of
from conformance.execution.trace import Answered, Call, Faulted, Lost, Outcome, Refused, Trace
from conformance.results.failure import Failure
from conformance.results.gate import ExitStatus, decide
from conformance.results.verdicts import RuleResult, Verdict, verdict_on
from conformance.rules import RULES
from conformance.rules.attribution import Unjudged, why_unjudged
from conformance.rules.history import follow
from conformance.rules.registry import Level
from conformance.spec.calendar import Interval
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability

RULE = replace(
    RULES["end/format"],
    classes={"plain": frozenset[Capability](), "exact": frozenset({Capability.CLOCK})},
)
CLOCK = frozenset({Capability.ACCOUNTS, Capability.CLOCK})
NO_SET = frozenset({Capability.ACCOUNTS})
FAILURE = Failure("it is broken", {}, (1, 1, ""))
NO_CLOCK = (Verdict.NOT_TESTABLE, "needs a settable clock")
NO_OPERATION = (Verdict.NOT_IMPLEMENTED, "the target does not implement ListOfferings")


def _result(**parts: Any) -> RuleResult:
    counters: dict[str, Any] = {
        name: Counter(parts.pop(name)) for name in ("classes", "blocked", "unknown") if name in parts
    }
    return RuleResult(**{"examples": 10, "finished": True, **counters, **parts})


ALL, PLAIN = {"plain": 3, "exact": 1}, {"plain": 3}
PASS, FAIL, BLOCKED, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.BLOCKED, Verdict.INCONCLUSIVE
MISSED = "no example reached: exact"
BROKEN, LOST = "x/y was broken in 7 of 10 examples", "lost in 2 of 10 examples"
BY_RULE, BY_LOSS = {"blocked": {"x/y": 7, "a/b": 3}}, {"unknown": {"lost": 2}}
OUT_OF_TIME, BEFORE = {"truncated": "out of time"}, "before an example reached"
VERDICTS: list[tuple[str, RuleResult | None, frozenset[Capability], Verdict, str]] = [
    ("not run", None, CLOCK, OPEN, "its tests were not run"),
    ("all classes", _result(classes=ALL), CLOCK, PASS, ""),
    ("a failure", _result(classes=ALL, failures=[FAILURE]), CLOCK, FAIL, ""),
    ("a failure and all else", _result(failures=[FAILURE], **BY_RULE, **BY_LOSS), CLOCK, FAIL, ""),
    ("a failure in part", _result(failures=[FAILURE], left_out=[NO_CLOCK]), NO_SET, FAIL, ""),
    ("a class missed", _result(classes=PLAIN), CLOCK, OPEN, MISSED),
    ("a class at zero", _result(classes=PLAIN | {"exact": 0}), CLOCK, OPEN, MISSED),
    ("a class out of reach", _result(classes=PLAIN), NO_SET, PASS, ""),
    ("classes of one account alone", _result(classes={"exact": 1}), frozenset(), PASS, ""),
    ("out of time", _result(**OUT_OF_TIME), CLOCK, OPEN, "out of time"),
    ("out of time, a class missed", _result(classes=PLAIN, **OUT_OF_TIME), CLOCK, OPEN, f"out of time {BEFORE}: exact"),
    ("out of time, all classes", _result(classes=ALL, **OUT_OF_TIME), CLOCK, PASS, ""),
    ("out of time, a failure", _result(failures=[FAILURE], **OUT_OF_TIME), CLOCK, FAIL, ""),
    ("out of time, blocked", _result(**OUT_OF_TIME, **BY_RULE), CLOCK, BLOCKED, BROKEN),
    ("a class missed, blocked", _result(classes=PLAIN, **BY_RULE), CLOCK, BLOCKED, f"{MISSED} ({BROKEN})"),
    ("a class missed, unknown", _result(classes=PLAIN, **BY_LOSS), CLOCK, OPEN, f"{MISSED} ({LOST})"),
    ("blocked now and then", _result(classes=ALL, **BY_RULE, **BY_LOSS), CLOCK, PASS, ""),
    ("blocked", _result(**BY_RULE), CLOCK, BLOCKED, BROKEN),
    ("blocked and unknown", _result(**BY_RULE, **BY_LOSS), CLOCK, BLOCKED, BROKEN),
    ("unknown", _result(**BY_LOSS), CLOCK, OPEN, LOST),
    ("cut short", _result(examples=0, finished=False), CLOCK, OPEN, "the run ended before"),
    ("nothing found", _result(), CLOCK, OPEN, ""),
    ("left out", _result(examples=0, left_out=[NO_CLOCK]), NO_SET, *NO_CLOCK),
    ("left out for more", _result(examples=0, left_out=[NO_CLOCK, NO_OPERATION]), NO_SET, *NO_OPERATION),
    ("left out in part", _result(classes=ALL, left_out=[NO_CLOCK] * 2), NO_SET, PASS, f"in part: {NO_CLOCK[1]}"),
    ("left out, else blocked", _result(**BY_RULE, left_out=[NO_CLOCK]), NO_SET, BLOCKED, BROKEN),
]


@pytest.mark.parametrize(
    "result, can, verdict, reason", [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS]
)
def test_verdicts(result: RuleResult | None, can: frozenset[Capability], verdict: Verdict, reason: str) -> None:
    """A failure outweighs all; then what could not run, what was not judged and why, and what was not reached."""
    assert verdict_on(RULE, result, can) == (verdict, reason)


def test_results_add_up() -> None:
    """What several tests find out about a rule is added; the first failure keeps its number of calls."""
    first = _result(classes={"plain": 1}, calls=5, seconds=1.0, finished=False)
    first.add(_result(classes={"plain": 1, "exact": 1}, failures=[FAILURE], calls=7, calls_to_failure=7, seconds=0.5))
    first.add(_result(blocked={"x/y": 1}, left_out=[NO_CLOCK], calls_to_failure=3))
    assert (first.examples, first.calls, first.seconds, first.finished) == (30, 12, 1.5, True)
    assert first.classes == {"plain": 2, "exact": 1}
    assert first.blocked == {"x/y": 1}
    assert (first.failures, first.left_out, first.calls_to_failure) == ([FAILURE], [NO_CLOCK], 7)


MUST, SHOULD, OBSERVE = (
    next(rule for rule in RULES.values() if rule.level is level) for level in (Level.MUST, Level.SHOULD, Level.OBSERVE)
)
ONLY_MUST, WITH_SHOULD = frozenset({Level.MUST}), frozenset({Level.MUST, Level.SHOULD})
LACKING = frozenset({Operation.PURCHASE_OFFERING, Operation.LIST_OFFERINGS})


@pytest.mark.parametrize("verdict, aborted, lacks", list(product(Verdict, ["", "it is gone"], [False, True])))
def test_the_gate_with_one_rule(verdict: Verdict, aborted: str, lacks: bool) -> None:
    """A failed rule closes the gate whatever else; then a lacking purchase; then the run must have ended and judged."""
    gate = decide([(MUST, verdict)], ONLY_MUST, LACKING if lacks else frozenset(), aborted)
    if verdict is Verdict.FAIL:
        assert gate.status is ExitStatus.CLOSED
        assert MUST.id in gate.headline
    elif lacks:
        assert gate.status is ExitStatus.CLOSED
        assert "does not implement ListOfferings, PurchaseOffering" in gate.headline
    elif aborted:
        assert gate.status is ExitStatus.NOT_JUDGED
        assert "it is gone" in gate.headline
    else:
        judged = verdict in (Verdict.PASS, Verdict.KNOWN)
        assert gate.status is (ExitStatus.OPEN if judged else ExitStatus.NOT_JUDGED)
    assert "\n" not in gate.headline


@pytest.mark.parametrize("closing, should", [(ONLY_MUST, ExitStatus.OPEN), (WITH_SHOULD, ExitStatus.CLOSED)])
def test_levels_that_close_the_gate(closing: frozenset[Level], should: ExitStatus) -> None:
    """A failed rule at level should closes the gate only where that is asked for; what is observed never does."""
    failed_should = [(MUST, Verdict.PASS), (SHOULD, Verdict.FAIL)]
    assert decide(failed_should, closing, frozenset(), "").status is should
    assert decide([(MUST, Verdict.PASS), (OBSERVE, Verdict.FAIL)], closing, frozenset(), "").status is ExitStatus.OPEN
    assert decide([(SHOULD, Verdict.PASS)], closing, frozenset(), "").status is ExitStatus.NOT_JUDGED


def test_other_operations_may_be_lacking() -> None:
    """The lack of another operation than the purchase does not close the gate."""
    missing = frozenset({Operation.LIST_OFFERINGS})
    assert decide([(MUST, Verdict.PASS)], ONLY_MUST, missing, "").status is ExitStatus.OPEN


NOW = datetime(2027, 3, 15, 12, tzinfo=UTC)
RESERVATION = {"reservationArn": "arn:1", "start": "2027-03-01T00:00:00Z", "end": "2027-04-01T00:00:00Z", "duration": 1}
MADE = Answered(201, {"reservation": RESERVATION})
NO = Refused(400, "BadRequestException", "no")
OFFERINGS = {("1", "here"): ({"offeringArn": "offering", "duration": 1},)}


def _bought(outcome: Outcome, *, start: str = "2027-03-01T00:00:00Z", now: datetime = NOW, account: str = "1") -> Call:
    parameters = {"OfferingArn": "offering", "ReservationName": f"name at {now}", "Start": start}
    step = Purchase(name="reservation")
    return Call(
        0, step, Operation.PURCHASE_OFFERING, account, "here", parameters | {"ReservationName": f"n{now:%m}"},
        Interval(now, now), (), outcome,
    )  # fmt: skip


def _described(outcome: Outcome) -> Call:
    parameters = {"ReservationArn": "arn:1"}
    return Call(
        1,
        DescribeReservation(),
        Operation.DESCRIBE_RESERVATION,
        "1",
        "here",
        parameters,
        Interval(NOW, NOW),
        (),
        outcome,
    )


LATER = datetime(2027, 4, 15, 12, tzinfo=UTC)
WHY: list[tuple[list[Call], Unjudged]] = [
    ([_bought(MADE), _described(Answered(200, {}))], Unjudged()),
    ([_bought(Lost("nobody knows"))], Unjudged(unknown="nobody knows")),
    ([_bought(Faulted(429, "TooManyRequestsException"))], Unjudged(unknown="the target throttled")),
    ([_bought(Faulted(500, "InternalServerErrorException"))], Unjudged("errors/no-server-fault")),
    ([_bought(NO)], Unjudged("start-window/lower-bound-inclusive")),
    ([_bought(NO, start="2027-03-15T12:00:00Z")], Unjudged("start-window/upper-bound-inclusive")),
    ([_bought(NO, start="2027-03-10T12:00:00Z")], Unjudged("start-window/interior")),
    ([_bought(NO, start="2027-02-10T12:00:00Z")], Unjudged()),
    ([_bought(MADE), _bought(NO, start="2027-04-02T00:00:00Z", now=LATER)], Unjudged("exclusivity/freed-from-end")),
    ([_bought(MADE), _described(Refused(404, "NotFoundException", ""))], Unjudged("reservation/describe-agrees")),
    ([_bought(NO), _described(Lost("nobody knows"))], Unjudged(unknown="nobody knows")),
]


@pytest.mark.parametrize("calls, why", WHY, ids=[why.blocked_by or why.unknown or "judged" for _, why in WHY])
def test_why_an_example_is_unjudged(calls: list[Call], why: Unjudged) -> None:
    """Lost answers first, then the more basic rule by which a purchase had to be accepted, or a look answered."""
    assert why_unjudged(follow(Trace(Case(), OFFERINGS, tuple(calls)))) == why


def test_another_account_is_blocked() -> None:
    """A refusal in a fresh account, while another has a reservation, is the matter of exclusivity/per-account."""
    offerings = OFFERINGS | {("2", "here"): OFFERINGS["1", "here"]}
    calls = (_bought(MADE), _bought(NO, account="2"))
    assert why_unjudged(follow(Trace(Case(), offerings, calls))) == Unjudged("exclusivity/per-account")


def test_steps_that_were_skipped() -> None:
    """Where nothing else is to blame, the reason for which a step could not be played is given."""
    trace = Trace(Case(), OFFERINGS, (_bought(MADE),), skipped=((1, "the clock would go back"),))
    assert why_unjudged(follow(trace)) == Unjudged(unknown="the clock would go back")


WHOLE = Case(
    steps=(
        Purchase(start=Written(Inside(300), "offset", "+02:00")),
        SetClock(EndOf(0, -1)),
        Purchase(name=None, start=None),
        Purchase(start=Written(Now(months=-1))),
        DescribeReservation(),
    )
)
Damage = Callable[[dict[str, Any]], object]


def _setting(point: object) -> dict[str, object]:
    return {"steps": [{"type": "SetClock", "to": point}]}


DAMAGES: dict[str, Damage] = {
    "expected a JSON object @ case": lambda case: [case],
    "expected a JSON object @ case ": lambda _: None,
    "expected a JSON object @ case  ": lambda _: "case",
    "invalid value for type, expected tuple @ case.steps": lambda case: case | {"steps": 7},
    "extra fields found (step) @ case": lambda case: case | {"step": []},
    'a "type" is required @ case.steps[0]': lambda case: case | {"steps": [{"name": "x"}]},
    "no 'Cancel' can stand here @ case.steps[0]": lambda case: case | {"steps": [{"type": "Cancel"}]},
    "expected a JSON object @ case.steps[0]": lambda case: case | {"steps": [None]},
    "extra fields found (colour) @ case.steps[0]": lambda case: case | {"steps": [{"type": "Purchase", "colour": 1}]},
    "required field missing @ case.steps[0].to.step": lambda case: case | _setting({"type": "EndOf"}),
    "no 'Purchase' can stand here @ case.steps[0].to": lambda case: case | _setting({"type": "Purchase"}),
    "invalid value for type, expected int @ case.steps[0].to.seconds": lambda case: (
        case | _setting({"type": "Now", "seconds": "soon"})
    ),
}


def test_a_whole_case_is_read() -> None:
    """What the next test damages can be read before."""
    assert case_from_json(case_to_json(WHOLE)) == WHOLE


@pytest.mark.parametrize("message", DAMAGES)
def test_a_damaged_case(message: str) -> None:
    """A damaged case is told in one clear line, that says what is wrong and where."""
    with pytest.raises(DamagedCaseError) as caught:
        case_from_json(DAMAGES[message](case_to_json(WHOLE)))
    assert str(caught.value) == f"no case: {message.rstrip()}"


def test_the_size_of_cases() -> None:
    """Fewer steps are simpler, then what has more default values, and no two cases are of one size."""
    plain, format_timestamp = Case(steps=(Purchase(),)), Case(steps=(Purchase(start=Written(MonthStart(-1))),))
    two = Case(steps=(Purchase(), Purchase()))
    assert size_of(plain) < size_of(format_timestamp) < size_of(two)
    assert size_of(Case(steps=(Purchase(name="a"),))) < size_of(Case(steps=(Purchase(name="b"),)))
