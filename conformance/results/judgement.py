"""Judging recordings: every rule judges what was recorded, and nothing is sent.

What is found comes to the same results, failures and verdicts as those of a run. A rule of which the recording shows
nothing is not testable: not recorded.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from conformance.execution.recordings.calls import CallMaker
from conformance.execution.recordings.controls import CLOCK, OFFERINGS, RESET
from conformance.execution.recordings.recorded import Control, Recorded, Session
from conformance.execution.trace import Call
from conformance.results.choices import ChoiceProfile
from conformance.results.failure import Violation, failure_of, rules_depended_on
from conformance.results.fewest_calls import with_case, with_fewest_calls
from conformance.results.held_back import HeldBack
from conformance.results.neighbours import OF_TWO_ACCOUNTS, Neighbours
from conformance.results.observed import note
from conformance.results.redaction import Redaction
from conformance.results.verdicts import RuleResult, Verdict
from conformance.results.windows import CONTEXT, Reader, Windows, read_calls
from conformance.rules import RULES, errors, wire
from conformance.rules.choices import choices_seen
from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.rules.registry import Finding, Rule
from conformance.spec.calendar import Interval
from conformance.spec.outcomes import Refused
from conformance.spec.request import AccountMapping, Place
from conformance.spec.service import Operation

_MOST_HELD, _TURN = 8_000, 256
"""How many calls are in memory at most, of all accounts together; and after how many that is seen to."""
_MOST_ACCOUNTS = 2_000
"""How many accounts of a session are remembered; of one that was forgotten the past is unknown."""
NOT_RECORDED = "not recorded"
_OF_THE_WIRE = frozenset(
    {
        *(wire.purchase_status, wire.read_status, wire.content_type, wire.whole_numbers, errors.modelled),
        *(wire.reservation_members, wire.offering_members),
    }
)
"""Rules on what a log does not keep: statuses, headers, and how something was written."""

Key = tuple[str, frozenset[str]]


@dataclass
class Judgement:
    """What the recordings showed so far, by rule id. `violations` has one for each rule and what it depends on.

    With `complete` nothing was there before a recording began, and nothing else happened. `calls` counts what was
    judged; `lagging` the reads that were left aside, as they came within `settle` seconds of a purchase, which they may
    not show yet; `unproven` the violations that would need another call to prove them. `expected` are the choices to
    which the target is held.
    """

    complete: bool = False
    settle: float = 0.0
    results: dict[str, RuleResult] = field(default_factory=dict)
    violations: dict[Key, Violation] = field(default_factory=dict)
    times: Counter[Key] = field(default_factory=Counter)
    places: set[Place] = field(default_factory=set)
    calls: int = 0
    left_aside: int = 0
    lagging: int = 0
    unproven: int = 0
    expected: ChoiceProfile = field(default_factory=ChoiceProfile)
    progress: Callable[[], None] = lambda: None

    def judge(self, session: Session) -> None:
        """Judge all of a session. Raises RecordingError where its file turns out to be damaged."""
        rules = tuple(rule for rule in RULES.values() if not (session.rebuilt and rule in _OF_THE_WIRE))
        with _few_collections():
            self._judge(session, _Accounts(self, rules))

    def _judge(self, session: Session, accounts: _Accounts) -> None:
        for entry in session.entries:
            if isinstance(entry, Recorded):
                self.calls += 1
                accounts.add_exchange(entry)
            else:
                for account in accounts.accounts_named(entry.account):
                    account.apply_control(entry)
            self.progress()
        accounts.end()

    def finish(self, *, redact: bool = False) -> None:
        """Make the results whole: of every rule of which nothing was recorded, they say so.

        With `redact` the violations are shown without account numbers, identifiers and names.
        """
        if redact:
            redaction = Redaction()
            for key, violation in self.violations.items():
                shown = redaction.violation(violation, with_case, self.expected)
                self.violations[key] = shown or _untold(violation)
        for key, violation in self.violations.items():
            result = self.results[key[0]]
            times = self.times[key]
            seen = f"{times} times; the first is shown" if times > 1 else ""
            result.add_failure(replace(failure_of(violation), seen=seen))
        for rule in RULES.values():
            result = self.results.setdefault(rule.id, RuleResult())
            result.tests, result.finished = 1, True
            result.examples = result.classes.total()
            if not result.classes:
                result.tests, result.left_out = 0, [(Verdict.NOT_TESTABLE, NOT_RECORDED)]


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for garbage in circles less often: what is read and judged is frozen, and has none."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@dataclass
class _Accounts:
    """The accounts of a session, those whose exchanges came last at the end.

    Those of which nothing came for long keep their state, and lose their last calls; those beyond a few thousand are
    forgotten, and where one of them comes again, its past is unknown.
    """

    judgement: Judgement
    rules: tuple[Rule, ...]
    _known: dict[str, _Account] = field(default_factory=dict)
    _recent: dict[str, None] = field(default_factory=dict)
    _forgotten: set[str] = field(default_factory=set)
    _held_back: HeldBack = field(default_factory=HeldBack)
    _neighbours: Neighbours = field(default_factory=Neighbours)
    _exchanges: int = 0

    def add_exchange(self, entry: Recorded) -> None:
        """One more exchange; what others hold back that was over before it comes first."""
        number = entry.place.account
        for other in list(self._held_back.before(entry.began)):
            if other != number and other in self._known:
                self._held_back.note(other, self._known[other].judge_before(entry.began))
        self._held_back.note(number, self.of(number, known=entry.place_is_known).add_exchange(entry))

    def of(self, number: str, *, known: bool) -> _Account:
        """The account with this number; where it is not `known` by it, no rule on numbers in ARNs can be judged."""
        account = self._known.pop(number, None)
        if account is None:
            accounts = AccountMapping() if known else AccountMapping(only=number)
            complete = self.judgement.complete and number not in self._forgotten
            account = _Account(self.judgement, self.rules, Reader(accounts, complete), self._neighbours)
        self._known[number] = account
        self._recent.pop(number, None)
        self._recent[number] = None
        self._make_room()
        return account

    def _make_room(self) -> None:
        self._exchanges += 1
        if self._exchanges % _TURN == 0:
            held = {number: self._known[number].windows.size for number in self._recent}
            while len(held) > 1 and sum(held.values()) > _MOST_HELD:
                number = next(iter(held))
                del self._recent[number], held[number]
                self._known[number].judge_and_drop()
        if len(self._known) > _MOST_ACCOUNTS:
            number = next(iter(self._known))
            self._known.pop(number).end()
            self._recent.pop(number, None)
            self._forgotten.add(number)

    def accounts_named(self, number: str) -> list[_Account]:
        """The account that a client meant by this number, or all where it is empty."""
        return [self.of(number, known=True)] if number else list(self._known.values())

    def end(self) -> None:
        """The session is over."""
        for account in self._known.values():
            account.end()


@dataclass
class _Account:
    """One account of a session: its calls, its state, and what is known of its clock."""

    judgement: Judgement
    rules: tuple[Rule, ...]
    reader: Reader
    neighbours: Neighbours
    maker: CallMaker = field(default_factory=CallMaker)
    windows: Windows = field(init=False)
    clock: Interval | None = None
    accepted: bool = False
    _purchased: float = float("-inf")
    _seen: set[tuple[int, str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.windows = Windows(self.reader, self._judge, self._judge_beside)

    def add_exchange(self, recorded: Recorded) -> float:
        """One more exchange; gives the time up to which calls are held back."""
        if self.clock is not None:
            recorded = replace(recorded, now=self.clock)
        self.judgement.places.add(recorded.place)
        self._take(self.maker.add(recorded))
        return self.maker.holds_until

    def judge_before(self, began: float) -> float:
        """Judge what was over before this time; gives the time up to which more is held back."""
        self._take(self.maker.before(began))
        return self.maker.holds_until

    def apply_control(self, control: Control) -> None:
        """The client told the target something about this account."""
        self._take(self.maker.flush())
        if control.what == CLOCK:
            self.clock = Interval(control.now, control.now) if control.now else None
        elif control.what == OFFERINGS:
            account = self.reader.accounts.only or control.account
            self.reader.define(Place(account, control.region), control.offerings)
        elif control.what == RESET:
            self.windows.drop()
            self._seen.clear()
            self.reader.forget()
            self.neighbours.forget(control.account)
            self.clock = None if control.account else self.clock

    def end(self) -> None:
        """Nothing more comes."""
        self._take(self.maker.flush())
        self.windows.close()
        self.judgement.left_aside += self.maker.left_aside
        self.maker.left_aside = 0

    def judge_and_drop(self) -> None:
        """Nothing came for long: judge what there is, and keep no call of it."""
        self._take(self.maker.flush())
        self.windows.drop()
        self._seen.clear()

    def _take(self, calls: list[Call]) -> None:
        if self.maker.lost_track:
            self.maker.lost_track = False
            self.reader.lose_track()
        self.windows.add(self._settled(calls) if self.judgement.settle else calls)

    def _settled(self, calls: list[Call]) -> list[Call]:
        """The calls without the reads that may not yet show a purchase of the account."""
        kept = []
        for call in calls:
            if call.request.method == "POST":
                if not isinstance(call.outcome, Refused):
                    self._purchased = max(self._purchased, call.ended)
            elif call.began - self._purchased < self.judgement.settle:
                self.judgement.lagging += 1
                self.reader.forget_tokens()
                continue
            kept.append(call)
        return kept

    def _judge(self, history: History, judged: int) -> None:
        """Judge a window by every rule; what was found in it before is not counted again."""
        self.accepted = self.accepted or any(one.accepted for one in history.purchases)
        seen, self._seen = self._seen, set()
        again = frozenset(one.number for one in history.calls if one.number < judged or _stays(one, history))
        expected = self.judgement.expected
        for rule, found in self._found(history):
            finding = expected.hold(rule, found) if found.observed and expected.choices else found
            recorded = finding.recorded
            if recorded is None or recorded.number in again:
                key = id(recorded.call) if recorded else 0, finding.choice or rule.id, finding.label
                self._seen.add(key)
                if key in seen and (recorded is None or recorded.number < judged):
                    continue
            self._take_in(rule, finding, history)

    def _judge_beside(self, one: RecordedCall) -> None:
        """Judge what a call shows of the purchases of other accounts, where it is known whose both are."""
        if self.reader.accounts.only:
            return
        for history in self.neighbours.beside(one, complete=self.reader.complete):
            for rule in OF_TWO_ACCOUNTS:
                for finding in rule.judge(history):
                    self._take_in(rule, finding, history)

    def _found(self, history: History) -> Iterator[tuple[Rule, Finding]]:
        for rule in self.rules:
            for finding in rule.judge(history):
                yield rule, finding
        yield from choices_seen(history)

    def _take_in(self, rule: Rule, finding: Finding, history: History) -> None:
        results = self.judgement.results
        result = results.get(rule.id)
        if result is None:
            result = results[rule.id] = RuleResult()
        if not finding.choice:
            result.classes[finding.label] += 1
        if finding.observed:
            note(result.observed, rule.id, (finding,))
        if finding.problem:
            self._keep(rule, finding, history)

    def _keep(self, rule: Rule, finding: Finding, history: History) -> None:
        """Keep the first violation of a kind, with as few calls as show it."""
        judgement = self.judgement
        if finding.control is not None and not self.accepted:
            judgement.unproven += 1  # nothing shows that a plain purchase is not refused as well
            return
        key = rule.id, rules_depended_on(finding, rule)
        judgement.times[key] += 1
        if key not in judgement.violations:
            violation = Violation(rule, finding, history, key[1])
            judgement.violations[key] = with_fewest_calls(violation, self.reader, judgement.expected)


def _untold(violation: Violation) -> Violation:
    """The violation without its calls, where these would not show it any more."""
    finding = Finding(violation.finding.label, None, "is broken by calls that cannot be shown without what is redacted")
    return replace(violation, finding=finding, history=read_calls((), AccountMapping(), complete=True))


def _stays(one: RecordedCall, history: History) -> bool:
    """Whether a call may be in the next window again."""
    return one.number >= len(history.calls) - CONTEXT or (one.operation is Operation.PURCHASE_OFFERING and one.accepted)
