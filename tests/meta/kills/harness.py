"""The conformance tests run without pytest, on one target after the other, fast enough for hundreds of them."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from hypothesis import Phase, settings

import tests.conformance
from conformance.cases.case import OfferingTerms
from conformance.clock import utc_now
from conformance.plugin.constants import without_constants_of_modules
from conformance.plugin.profiles import register_profiles, settings_name
from conformance.plugin.session import OpenTarget, open_target
from conformance.results.allowance import TestEndsError
from conformance.results.checker import Checker
from conformance.results.run import Run
from conformance.results.subject import Subject
from conformance.results.verdicts import RuleResult, Verdict
from conformance.spec.calendar import format_timestamp
from conformance.spec.outcomes import Wire
from conformance.targets.base import Account, NotSetError, Target, TargetError, wire_terms
from conformance.targets.capabilities import Capability
from conformance.targets.control import is_not_set
from conformance.targets.endpoint import Endpoint, EndpointOptions
from conformance.testing import subject_of
from tests.meta.emulator import serve
from tests.meta.emulator.control import BASE, Control
from tests.meta.emulator.messages import Request, Response
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.server import fault_of
from tests.meta.tools.in_process import InProcess, answer_of


@dataclass(frozen=True)
class ConformanceTest:
    """A test function of tests/conformance with the rules that it is of."""

    name: str
    function: Callable[..., None]
    subject: Subject


def conformance_tests(profile: str = "smoke", *, for_profiles: bool = False) -> list[ConformanceTest]:
    """Every conformance test, under the named Hypothesis profile; to be called once, before they are imported.

    Beside the suite's own profiles there is `seeded`: a few random examples, and no examples. With `for_profiles` those
    that look for the choices of a target alone are among them.
    """
    register_profiles()
    settings.register_profile(
        settings_name("seeded"),
        settings.get_profile(settings_name("explore")),
        max_examples=12,
        database=None,
        phases=(Phase.generate,),
    )
    settings.load_profile(settings_name(profile))
    found = []
    for module_info in pkgutil.iter_modules(tests.conformance.__path__):
        module = importlib.import_module(f"tests.conformance.{module_info.name}")
        for name, function in vars(module).items():
            subject = subject_of(function) if name.startswith("test_") else None
            if subject is None or (subject.thorough and profile == "smoke"):
                continue
            if for_profiles or not subject.for_profiles:
                found.append(ConformanceTest(name, function, subject))
    return found


@contextmanager
def opened(target: Target) -> Iterator[OpenTarget]:
    """The target, open and probed, for the length of a block."""
    opened_target = open_target(target)
    try:
        yield opened_target
    finally:
        target.close()


def check_target(
    target: OpenTarget, tests: list[ConformanceTest], *, until: Callable[[Run], bool] = lambda _: False
) -> Run:
    """Run the tests on an open target, `until` they have shown enough; give what a run of pytest would have found."""
    run = Run(target.facts, "meta", "derandomized", utc_now())
    if target.buys_last:
        tests = sorted(tests, key=lambda test: test.subject.turn)
    for test in tests:
        for rule_id, result in _check(target, test).items():
            run.add(rule_id, result)
        if until(run):
            break
    run.target = target.facts
    return run


def _check(target: OpenTarget, test: ConformanceTest) -> dict[str, RuleResult]:
    results: dict[str, RuleResult] = {}
    facts = target.facts_for(test.subject)
    if test.subject.is_needless(facts):
        return results
    testable = test.subject.testable(facts, results)
    if testable:
        find(test, Checker(target.driver, testable, results))
    return results


def find(test: ConformanceTest, checker: Checker) -> None:
    """Run a test; what it finds is in the checker. Raises TargetError where the target is gone."""
    try:
        with without_constants_of_modules():
            test.function(check=checker)
    except TestEndsError as end:
        if end.error is not None:
            raise end.error from None


class Direct(InProcess):
    """An emulator that is asked without a socket, its control API too: several times as fast as when it is served."""

    capabilities = frozenset(Capability)

    def __init__(self, emulator: RightEmulator) -> None:
        super().__init__(emulator)
        self._control = Control(emulator)

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Ask the emulator; a defect that raises is a server fault, as it is where it is served."""
        try:
            return super().send(request)
        except ConnectionError:
            raise
        except Exception as defect:
            fault = fault_of(defect)
            return answer_of(request, fault.status, fault.headers, fault.body)

    def set_clock(self, account: Account, now: datetime) -> None:
        """By the emulator's control API. Raises NotSetError where it refuses."""
        self._put(f"{account.id}/clock", {"now": format_timestamp(now)})

    def define_offerings(self, account: Account, region: str, offerings: Sequence[OfferingTerms]) -> tuple[Wire, ...]:
        """By the emulator's control API."""
        terms = [wire_terms(offering) for offering in offerings]
        answer = self._put(f"{account.id}/offerings", {"region": region, "offerings": terms})
        return tuple(json.loads(answer.body)["offerings"])

    def _put(self, path: str, members: dict[str, object]) -> Response:
        body = json.dumps(members).encode()
        answer = self._control.handle(Request("PUT", f"{BASE}/accounts/{path}", "", {}, body, "", ""))
        if answer.status >= 300:
            kind = NotSetError if is_not_set(answer.status) else TargetError
            raise kind(f"the control API answered {answer.status}: {answer.body.decode()}")
        return answer


def check_emulator(
    emulator: RightEmulator, tests: list[ConformanceTest], *, control: bool = True, served: bool = True
) -> Run:
    """Run the tests on an emulator, `served` over HTTP or asked directly, with or without its control API."""
    if not served:
        with opened(Direct(emulator)) as target:
            return check_target(target, tests)
    with serve(emulator, control=control) as where:
        endpoint = Endpoint(EndpointOptions(where.endpoint_url, control_url=where.control_url if control else None))
        with opened(endpoint) as target:
            return check_target(target, tests)


def check_variation(emulator: RightEmulator, tests: list[ConformanceTest]) -> Run:
    """Run the tests on a permitted variation as it must be run: over HTTP, without the control API, or just asked."""
    served = emulator.over_http or not emulator.has_control
    return check_emulator(emulator, tests, control=emulator.has_control, served=served)


def can_be_examined_in_full(emulator: RightEmulator) -> bool:
    """Whether the control API, or what stands in for it, can do all that any rule needs."""
    return emulator.has_control and emulator.control_offers == RightEmulator.control_offers


def verdicts(run: Run) -> dict[str, Verdict]:
    """Rule id to verdict."""
    return {rule.id: verdict for rule, verdict, _ in run.verdicts()}
