"""Reads that lag behind a purchase are found out, named, and waited for; where none do, nothing is asked for it."""
# ruff: noqa: D102 - what an emulator overrides has its docstring in the right one

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import datetime

import pytest

from conformance.cases.case import (
    Case,
    ConcurrentCalls,
    DescribeReservation,
    ListReservations,
    Purchase,
    ReservationArn,
)
from conformance.clock import monotonic
from conformance.execution.calls import Caller
from conformance.execution.driver import Driver
from conformance.execution.progress import Progress
from conformance.execution.settling import Settling, not_shown
from conformance.execution.trace import Trace
from conformance.results.checker import Checker
from conformance.results.verdicts import Verdict, verdict_on
from conformance.rules.concurrency import concurrent
from conformance.rules.history import follow
from conformance.spec.outcomes import Answered, Faulted, Lost, Outcome, Refused
from conformance.spec.reading import Reading
from conformance.spec.request import Place
from conformance.spec.service import Operation
from conformance.targets.capabilities import Capability
from tests.meta.emulator import Request, Response, RightEmulator
from tests.meta.emulator.messages import CutConnection, Refusal, Region, Reservation
from tests.meta.emulator.messages import Purchase as Purchased
from tests.meta.emulator.reading import Item
from tests.meta.tools.in_process import InProcess, caller_on, violations

ONE = Case(
    steps=(
        Purchase(),
        DescribeReservation(),
        ListReservations(whole=True),
        ListReservations(whole=True, max_results="1"),
        Purchase(name="another"),
        DescribeReservation(),
    )
)
SEVERAL = Case(steps=tuple(step for number in range(3) for step in (
    Purchase(account=number),
    ListReservations(account=number),
    DescribeReservation(account=number, reservation=ReservationArn(3 * number)),
)))  # fmt: skip
AT_ONCE = Case(
    steps=(
        ConcurrentCalls(
            (
                (Purchase(), ListReservations(), ListReservations(), ListReservations()),
                (Purchase(name="another"), ListReservations(), ListReservations()),
            )
        ),
        ListReservations(whole=True),
    )
)


class Late(RightEmulator):
    """Shows a purchase only to the third read of the account and the ones after it."""

    reads = 2

    def __init__(self) -> None:
        super().__init__()
        self.left: dict[str, int] = {}

    def insert(self, purchase: Purchased, reservation: Reservation) -> None:
        super().insert(purchase, reservation)
        self.left[reservation.arn] = self.reads

    def is_late(self, arn: str) -> bool:
        """Whether a read comes too early for a reservation; counts it."""
        left = self.left.get(arn, 0)
        self.left[arn] = left - 1
        return left > 0


class LateLists(Late):
    """In its lists."""

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:
        return [item for item in super().listed_reservations(region, now) if not self.is_late(item.arn)]


class LateDescriptions(Late):
    """In its descriptions."""

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        if self.is_late(arn):
            raise Refusal(404, "NotFoundException", "There is no such reservation.")
        return super().find_reservation(region, arn)


class LateReads(LateLists, LateDescriptions):
    """In both."""


class LateReplica(LateReads):
    """Only where the second of two replicas is asked, in turn."""

    reads = 3

    def __init__(self) -> None:
        super().__init__()
        self.numbers = itertools.count()
        self.replica = 0

    def handle(self, request: Request) -> Response:
        self.replica = next(self.numbers) % 2 if request.method == "GET" else 0
        return super().handle(request)

    def is_late(self, arn: str) -> bool:
        return bool(self.replica) and super().is_late(arn)


class LateAndLost(LateLists):
    """In its lists, and every second answer of a purchase gets lost."""

    reads = 6

    def __init__(self) -> None:
        super().__init__()
        self.purchases = itertools.count()

    def purchase_answer(self, purchase: Purchased, reservation: Reservation) -> Response:
        if next(self.purchases) % 2:
            raise CutConnection
        return super().purchase_answer(purchase, reservation)


class NeverListed(Late):
    """Never lists a reservation; wrong."""

    def listed_reservations(self, region: Region, now: datetime) -> list[Reservation]:  # noqa: ARG002
        return []


LATE: list[Callable[[], RightEmulator]] = [LateLists, LateDescriptions, LateReads, LateReplica]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no pause take any time."""
    monkeypatch.setattr("conformance.execution.retries.wait", lambda _: None)


def _driver(target: InProcess, settle: float | None = None) -> Driver:
    return Driver(target, Caller(caller_on(target)._client, Progress(), settle))


def _ends(trace: Trace) -> list[Outcome]:
    return [call.outcome for call in trace.calls]


@pytest.mark.parametrize("kind", LATE)
@pytest.mark.parametrize("case", [ONE, SEVERAL], ids=["one", "several"])
def test_late_reads_are_found_out(kind: Callable[[], RightEmulator], case: Case) -> None:
    """A read that does not show a purchase, and soon does, is made anew: nothing right fails, and it is named."""
    driver = _driver(InProcess(kind()))
    for _ in range(3):
        assert violations(follow(driver.play(case))) == {}
    (note,) = driver.caller.settling.notes
    assert re.match(r"reads: lag behind a purchase, by \d\.\d s or more", note)
    assert driver.caller.settling.lags


def test_late_lists_after_a_lost_answer_are_found_out() -> None:
    """Where the repeat of a purchase is refused that has no answer, it is looked for, though no lag was seen yet."""
    driver = _driver(InProcess(LateAndLost()))
    for _ in range(3):
        history = follow(driver.play(Case(steps=(Purchase(account=0), Purchase(account=1)))))
        assert violations(history) == {}
        assert all(one.accepted for one in history.purchases)
    assert driver.caller.settling.lags


def test_nothing_is_waited_for_once_reads_are_known_not_to_lag() -> None:
    """A refusal after a lost answer is believed at once, where somebody has looked whether reads lag, or often."""
    often = Settling()
    assert often.patience_with_refusals == 2.0
    for _ in range(6):
        often.doubted()
    assert often.has_doubts
    assert often.patience_with_refusals == 0.0
    seen = Settling()
    seen.note_probed()
    assert seen.patience_with_refusals == 0.0
    seen.caught_up(1.0)
    assert seen.patience_with_refusals == 3.0


@pytest.mark.parametrize("kind", LATE)
def test_late_reads_among_concurrent_calls_say_nothing(kind: Callable[[], RightEmulator]) -> None:
    """Where concurrent reads lag, only purchases are judged."""
    driver = _driver(InProcess(kind()))
    for _ in range(10):
        assert violations(follow(driver.play(AT_ONCE))) == {}


@pytest.mark.parametrize("kind", LATE)
def test_concurrent_reads_that_say_nothing_are_named(kind: Callable[[], RightEmulator]) -> None:
    """The rule passes in part, with what it needs, instead of waiting for what no example can show."""
    checker = Checker(_driver(InProcess(kind())), (concurrent,))
    for case in (AT_ONCE, AT_ONCE):
        checker(case)
    result = checker.results[concurrent.id]
    result.finished = True
    assert verdict_on(concurrent, result, frozenset(Capability), {}) == (
        Verdict.PASS,
        "in part: needs reads that show at once what was purchased",
    )


@pytest.mark.parametrize("case", [ONE, SEVERAL], ids=["one", "several"])
def test_reads_that_do_not_lag_cost_nothing(case: Case) -> None:
    """On a target that shows a purchase at once not a single request is made for the sake of lag."""
    counts = []
    for settle in (None, 0.0):
        target = InProcess(RightEmulator())
        driver = _driver(target, settle)
        trace = driver.play(case)
        counts.append(target.count)
        assert not driver.caller.settling.notes
        assert len(trace.calls) >= len(case.steps)
    assert counts[0] == counts[1]


def test_what_is_never_shown_is_wrong_rather_than_late() -> None:
    """Reads that do not catch up are judged as they were, and after two of them none is waited for."""
    target = InProcess(NeverListed())
    driver = _driver(target)
    counts = []
    for _ in range(4):
        before = target.count
        assert "reservation/list-agrees" in violations(follow(driver.play(ONE)))
        counts.append(target.count - before)
    assert counts[0] > counts[-1] == counts[-2]
    assert not driver.caller.settling.lags
    assert not driver.caller.settling.notes


@pytest.mark.parametrize("kind", [LateLists, LateDescriptions])
def test_the_user_may_say_that_reads_do_not_lag(kind: Callable[[], RightEmulator]) -> None:
    """With --settle 0 a read that does not show a purchase is a violation."""
    found = violations(follow(_driver(InProcess(kind()), 0.0).play(ONE)))
    assert found.keys() & {"reservation/list-agrees", "reservation/describe-agrees"}


def test_what_the_user_says_is_not_named_again() -> None:
    """With --settle every purchase is waited for, and the notes say nothing that the user does not know."""
    driver = _driver(InProcess(LateReads()), 5.0)
    assert violations(follow(driver.play(ONE))) == {}
    assert driver.caller.settling.notes == ()


LISTS = Reading(Place("1", "us-east-1"), Operation.LIST_RESERVATIONS)
DESCRIBES = Reading(Place("1", "us-east-1"), Operation.DESCRIBE_RESERVATION, arn="a")
PAGE = Answered(200, {"reservations": [{"reservationArn": "a"}, {"reservationArn": ["b"]}, 5]})


@pytest.mark.parametrize(
    "reading, outcomes, missing",
    [
        (LISTS, [PAGE], {"b"}),
        (LISTS, [Answered(200, {"reservations": []})], {"a", "b"}),
        (LISTS, [Answered(200, {"reservations": [], "nextToken": "more"})], set()),
        (LISTS, [Answered(200, {"reservations": [], "nextToken": "more"}), PAGE], {"b"}),
        (LISTS, [Answered(200, {})], {"a", "b"}),
        (LISTS, [Answered(200, {"reservations": None})], {"a", "b"}),
        (LISTS, [Answered(200, {"reservations": "none"})], set()),
        (LISTS, [Answered(200, None)], set()),
        (LISTS, [PAGE, Lost("")], set()),
        (LISTS, [Refused(400, "BadRequestException", "")], set()),
        (DESCRIBES, [Refused(404, "NotFoundException", "")], {"a"}),
        (DESCRIBES, [Answered(200, {})], set()),
        (DESCRIBES, [Faulted(500, "")], set()),
        (Reading(Place("1", "us-east-1"), None), [Refused(404, "", "")], set()),
    ],
)
def test_what_a_read_does_not_show(reading: Reading, outcomes: list[Outcome], missing: set[str]) -> None:
    """Only a read that should show everything that there is, and was answered, has something missing."""
    assert not_shown(reading, outcomes, {"a", "b"}) == missing


def test_patience_follows_what_was_found() -> None:
    """Two seconds at first; three times the longest lag that was seen; nothing once reads are known to be wrong."""
    settling = Settling()
    assert settling.patience == 2
    settling.caught_up(1.5)
    assert settling.patience == 4.5
    wrong = Settling()
    wrong.did_not_catch_up()
    assert wrong.patience == 2
    wrong.did_not_catch_up()
    assert wrong.patience == 0
    assert Settling(7.0).patience == 7


def test_patience_does_not_grow_by_itself() -> None:
    """However long reads seemed to lag, they are waited for three times two seconds; and not at all if that is vain."""
    settling = Settling()
    settling.caught_up(60.0)
    assert settling.patience == 6
    for _ in range(3):
        settling.did_not_catch_up()
        assert settling.patience == 6
    settling.did_not_catch_up()
    assert settling.patience == 0


def test_what_was_purchased_long_ago_must_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read that does not show a reservation is late within two seconds after its purchase, and wrong from then on."""
    target = InProcess(LateLists())
    case = Case(steps=(Purchase(), ListReservations(whole=True)))
    assert violations(follow(_driver(target).play(case))) == {}
    monkeypatch.setattr("conformance.execution.visibility.monotonic", lambda: monotonic() - 2.5)
    assert "reservation/list-agrees" in violations(follow(_driver(target).play(case)))


class LosesShortPages(RightEmulator):
    """Loses the last item of every walk in pages of one; wrong."""

    def page(self, request: Request, region: Region, kind: str, items: list[Item]) -> tuple[list[Item], str | None]:
        is_short = self.page_size(self.query_of(request)) == 1
        return super().page(request, region, kind, items[:-1] if is_short else items)


def test_a_list_is_read_again_in_the_same_pages() -> None:
    """A walk in short pages that loses an item is wrong, and not late because another one shows all."""
    driver = _driver(InProcess(LosesShortPages()))
    case = Case(steps=(Purchase(), ListReservations(whole=True, max_results="1")))
    assert "reservation/list-agrees" in violations(follow(driver.play(case)))
    assert not driver.caller.settling.lags


class AlwaysProcessing(RightEmulator):
    """Never shows a reservation as ACTIVE, which no document asks for."""

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        return super().state_of(reservation, now).replace("ACTIVE", "PROCESSING")


def test_processing_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reservation that stays PROCESSING is waited for in one case, and in no further one."""
    monkeypatch.setattr("conformance.execution.play.SETTLING_SECONDS", 0.3)
    monkeypatch.setattr("conformance.execution.play.wait", lambda _: None)
    target = InProcess(AlwaysProcessing())
    driver = _driver(target)
    counts = []
    for _ in range(3):
        before = target.count
        driver.play(Case(steps=(Purchase(), DescribeReservation(settled=True))))
        counts.append(target.count - before)
    assert counts[0] > counts[1] == counts[2]
