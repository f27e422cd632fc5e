"""What the rules say of a play: its requests and answers as a trace, read by the specification without any test."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from conformance.cases.case import At, Purchase, Written
from conformance.execution.answers import outcome_of
from conformance.execution.client import AttemptResult
from conformance.execution.trace import Call, Definition, Exchange, Trace
from conformance.rules import RULES, Level
from conformance.rules.history import follow
from conformance.rules.registry import Finding
from conformance.spec.calendar import Interval
from conformance.spec.outcomes import Faulted, Wire
from conformance.spec.request import Place
from tests.meta.emulator.control import write_offering
from tests.meta.emulator.rare.play import Demonstration, Play
from tests.meta.emulator.right import RightEmulator


class RecordedPlay(Play):
    """A play that keeps its trace."""

    def __init__(self, emulator: RightEmulator) -> None:
        super().__init__(emulator)
        self._calls: list[Call] = []
        self._at_first: dict[Place, tuple[Wire, ...]] = {}
        self._definitions: list[Definition] = []

    @property
    def trace(self) -> Trace:
        """The calls so far, with the offerings that there were."""
        return Trace(tuple(self._calls), offerings=self._at_first, definitions=tuple(self._definitions))

    def offer(self, *durations: int, count: int = 1, **terms: Any) -> Self:
        """Define offerings."""
        self._look_at_first()
        super().offer(*durations, count=count, **terms)
        self._definitions.append(Definition(self._place, self._offerings(), len(self._calls)))
        return self

    def _ask(self, method: str, path: str, query: str = "", body: bytes = b"") -> Any:
        self._look_at_first()
        wire = super()._ask(method, path, query, body)
        request, response = self.exchanges[-1]
        now, number = datetime.fromisoformat(self._now), len(self._calls)
        scope = f"{request.account}/20260101/{request.region}/mediaconnect/aws4_request"
        exchange = Exchange(
            method,
            f"http://localhost{path}{'?' if query else ''}{query}",
            request_headers={"authorization": f"AWS4-HMAC-SHA256 Credential={scope}"},
            request_body=body,
            sent=now,
            received=now,
            status=response.status,
            headers={**response.headers, "content-length": str(len(response.body))},
            body=response.body,
        )
        code = response.headers.get("x-amzn-errortype", "")
        message = wire.get("message", "") if isinstance(wire, dict) else ""
        outcome = outcome_of(AttemptResult(exchange, code, message)) or Faulted(response.status, code)
        self._calls.append(Call((exchange,), outcome, Interval(now, now), number, number + 0.5, number))
        return wire

    @property
    def _place(self) -> Place:
        return Place(self._account, self._region)

    def _offerings(self) -> tuple[Wire, ...]:
        region = self._emulator.region_of(self._emulator.account(self._account), self._region)
        return tuple(write_offering(offering) for offering in region.offerings.values())

    def _look_at_first(self) -> None:
        self._at_first.setdefault(self._place, self._offerings())


def problems_of(emulator: RightEmulator, demonstration: Demonstration) -> dict[str, str]:
    """What is wrong with an emulator's answers to a play, by the ids of the rules that say so."""
    play = RecordedPlay(emulator)
    demonstration(play)
    history = follow(play.trace)
    binding = [rule for rule in RULES.values() if rule.level is not Level.OBSERVE]
    findings = [(rule, finding) for rule in binding for finding in rule.judge(history) if finding.problem]
    proven = [one for one in findings if one[0].topic != "names" or _is_of_the_name(one[1], type(emulator)())]
    return {rule.id: finding.problem for rule, finding in reversed(proven)}


def _is_of_the_name(finding: Finding, emulator: RightEmulator) -> bool:
    """Whether the same purchase under a plain name, which is the control of the finding, is accepted."""
    if finding.control is None:
        return True
    [purchase] = finding.control.steps
    assert isinstance(purchase, Purchase)
    assert isinstance(purchase.start, Written)
    assert isinstance(purchase.start.point, At)
    play = Play(emulator).at(finding.control.now).buy(str(purchase.name), purchase.start.point.instant)
    return play.exchanges[-1][1].status == 201
