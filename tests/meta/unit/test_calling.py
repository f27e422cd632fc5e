"""Retries and reconciliation, on an emulator whose answers are spoilt by a script; no network, no waiting."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from hypothesis import given
from hypothesis import strategies as st

from conformance.clock import utc_now
from conformance.execution.answers import breaks_off
from conformance.execution.calls import MOST_PAGES, Caller, CallResult, Progress
from conformance.execution.trace import Answered, Faulted, FoundAfterwards, Lost, Refused
from conformance.spec.service import Operation
from conformance.targets.base import Account, TargetUnreachableError
from conformance.targets.clocks import WallClock
from conformance.targets.http import PATIENCE, TRIES
from tests.meta.emulator.right import RightEmulator
from tests.meta.tools.hypotheses import examples
from tests.meta.tools.in_process import InProcess, answer_of, caller_on

SECRET = "a-secret-of-the-test"
ACCOUNT = Account("123456789012", "123456789012", {"X-Amz-Security-Token": SECRET})
HERE = "us-east-1"
FAULTS = {
    "429": "TooManyRequestsException",
    "500": "InternalServerErrorException",
    "503": "ServiceUnavailableException",
}
NO_EFFECT = ["429", "500", "503", "cut"]
IN_DOUBT = ["500 after", "503 after", "cut after", "half after"]


class Scripted(InProcess):
    """Right but for what the script says of one request after the other; then right for good.

    `429`, `500`, `503` and `cut` come before any effect; with ` after` they come after it, as does `half after`, an
    answer cut in its body. `ok` is right, `empty` a list without items. A number after a slash is Retry-After.
    """

    def __init__(self, *script: str) -> None:
        super().__init__(RightEmulator())
        self.script = iter(script)
        self.seen: list[str] = []

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Follow the script."""
        self.seen.append(request.method)
        action, _, retry_after = next(self.script, "ok").partition("/")
        fault, _, after = action.partition(" ")
        answer = super().send(request) if after or fault == "ok" else None
        if fault == "ok" and answer is not None:
            return answer
        if fault == "cut":
            raise ConnectionError("the connection was closed")
        if fault == "empty":
            return answer_of(request, 200, {"Content-Length": "20"}, b'{"reservations": []}')
        if fault == "half" and answer is not None:
            return answer_of(request, answer.status_code, {"Content-Type": "application/json"}, answer.content[:-5])
        headers = {"x-amzn-errortype": FAULTS[fault], "Content-Type": "application/json"}
        if retry_after:
            headers["Retry-After"] = retry_after
            headers |= {"Date": "Wed, 21 Oct 2015 07:28:00 GMT"} if "GMT" in retry_after else {}
        return answer_of(request, int(fault), headers, b'{"message": "a fault"}')

    @property
    def posts(self) -> int:
        """How many purchases were sent."""
        return self.seen.count("POST")

    @property
    def reservations(self) -> list[str]:
        """The names of the reservations that there really are."""
        regions = self.emulator.account(ACCOUNT.id).regions.values()
        return [reservation.name for region in regions for reservation in region.reservations.values()]


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were asked for; none takes any time."""
    asked: list[float] = []
    monkeypatch.setattr("conformance.execution.retries.wait", asked.append)
    return asked


def _offering(target: Scripted) -> str:
    account = target.emulator.account(ACCOUNT.id)
    return next(iter(target.emulator.region_of(account, HERE).offerings))


def _purchase(target: Scripted, caller: Caller | None = None, *, start: str = "", once: bool = False) -> CallResult:
    caller = caller or caller_on(target)
    now = datetime.now(UTC)
    parameters = {
        "OfferingArn": _offering(target),
        "ReservationName": "reservation",
        "Start": start or now.strftime("%Y-%m-01T00:00:00Z"),
    }
    if once:
        return caller.purchase_once(WallClock(), ACCOUNT, HERE, parameters)
    return caller.purchase(WallClock(), ACCOUNT, HERE, parameters, frozenset())


def _read(target: Scripted) -> CallResult:
    return caller_on(target).read(WallClock(), Operation.LIST_OFFERINGS, ACCOUNT, HERE, {})


@pytest.mark.parametrize("fault", [*NO_EFFECT, *IN_DOUBT])
def test_reads_are_tried_again(fault: str) -> None:
    """A read is tried again after any fault, and every exchange is kept."""
    target = Scripted(fault, fault, "ok")
    made = _read(target)
    assert isinstance(made.outcome, Answered)
    assert made.outcome.status == 200
    assert len(made.exchanges) == len(target.seen) == 3


@pytest.mark.parametrize("fault", IN_DOUBT)
def test_a_purchase_that_took_effect_is_found(fault: str) -> None:
    """After an effect without an answer the listing shows the reservation, and the purchase is not sent again."""
    target = Scripted(fault)
    made = _purchase(target)
    assert isinstance(made.outcome, FoundAfterwards)
    assert made.outcome.reservation["reservationName"] == "reservation"
    assert target.seen == ["POST", "GET"]
    assert target.reservations == ["reservation"]


@pytest.mark.parametrize("fault", NO_EFFECT)
def test_a_purchase_without_effect_is_sent_again(fault: str) -> None:
    """After a fault without any effect the purchase is sent again, and succeeds once."""
    target = Scripted(fault)
    made = _purchase(target)
    assert isinstance(made.outcome, Answered)
    assert made.outcome.status == 201
    assert target.posts == 2
    assert target.reservations == ["reservation"]


def test_a_throttled_purchase_is_in_no_doubt() -> None:
    """A throttled purchase had no effect, so that nothing is looked up before it is sent again."""
    target = Scripted("429", "429")
    assert isinstance(_purchase(target).outcome, Answered)
    assert target.seen == ["POST", "POST", "POST"]


@pytest.mark.parametrize("once", [False, True])
def test_a_definite_refusal_is_final(once: bool) -> None:
    """A refusal is never tried again."""
    target = Scripted()
    made = _purchase(target, start="1999-01-01T00:00:00Z", once=once)
    assert made.outcome == Refused(400, "BadRequestException", getattr(made.outcome, "message", ""))
    assert target.seen == ["POST"]


def test_a_refusal_after_doubt_is_looked_into() -> None:
    """What is refused because its own first attempt took effect unseen is found, and counts as a success."""
    target = Scripted("cut after", "empty")
    assert isinstance(_purchase(target).outcome, FoundAfterwards)
    assert target.seen == ["POST", "GET", "POST", "GET"]
    assert target.reservations == ["reservation"]


def test_a_refusal_after_doubt_without_effect() -> None:
    """What is refused after a first attempt without effect is refused."""
    target = Scripted("cut")
    assert isinstance(_purchase(target, start="1999-01-01T00:00:00Z").outcome, Refused)
    assert target.seen == ["POST", "GET", "POST", "GET"]


class FaultyOffering(Scripted):
    """Describes no offering: that draws a fault each time; all else follows the script."""

    fault = "500"

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Go wrong, or follow the script."""
        if "/v1/offerings/" not in request.url:
            return super().send(request)
        self.seen.append("faulty")
        headers = {"x-amzn-errortype": FAULTS[self.fault], "Content-Type": "application/json"}
        return answer_of(request, int(self.fault), headers, b"{}")


def _describe(caller: Caller) -> CallResult:
    return caller.read(WallClock(), Operation.DESCRIBE_OFFERING, ACCOUNT, HERE, {"OfferingArn": "arn"})


@pytest.mark.parametrize("status", ["500", "503", "429"])
def test_a_persistent_fault(status: str) -> None:
    """The same fault at every try, though a plain request beside it is answered, is the target's own: Faulted."""
    target = FaultyOffering()
    target.fault = status
    made = _describe(caller_on(target))
    assert made.outcome == Faulted(int(status), FAULTS[status])
    assert target.seen == [*["faulty"] * (TRIES - 1), "GET", "faulty"]
    assert len(made.exchanges) == len(target.seen)


def test_a_confirmed_fault_is_tried_less_often() -> None:
    """A persistent fault of an operation that was confirmed before takes three tries the next time."""
    target = FaultyOffering()
    caller = caller_on(target)
    tries = []
    for _ in range(3):
        before = target.seen.count("faulty")
        assert isinstance(_describe(caller).outcome, Faulted)
        tries.append(target.seen.count("faulty") - before)
    assert tries == [TRIES, 3, 3]


@pytest.mark.parametrize("status", ["500", "503", "429"])
def test_an_outage_is_waited_for(status: str) -> None:
    """Where a plain request draws a fault too, the target is out of service; once it is back the call is made."""
    target = Scripted(*[status] * (TRIES + 20))
    caller = caller_on(target)
    caller.progress.answered = True
    assert isinstance(_list(caller).outcome, Answered)
    target = Scripted(*[status] * 13)
    made = _purchase(target, _in_service(target))
    assert isinstance(made.outcome, Answered)
    assert target.reservations == ["reservation"]


@pytest.mark.parametrize("status", ["500", "503", "429"])
def test_an_outage_without_an_end_blames_nobody(status: str) -> None:
    """A fault of everything that does not end in time is unknown, never the target's own; a second one ends the run."""
    target = Scripted(*[status] * 10_000)
    caller = _in_service(target)
    made = _list(caller)
    assert isinstance(made.outcome, Lost)
    assert f"out of service: status {status}" in made.outcome.reason
    with pytest.raises(TargetUnreachableError, match=f"nothing but {status} any more"):
        _list(caller)
    assert not caller.progress.is_confirmed(Operation.LIST_OFFERINGS, int(status))


def test_an_outage_during_concurrent_purchases() -> None:
    """A throttled concurrent purchase had no effect, and is made once the throttling ends."""
    target = Scripted(*["429"] * 30)
    caller = _in_service(target)
    assert isinstance(_purchase(target, caller, once=True).outcome, Answered)
    assert target.reservations == ["reservation"]


def test_what_waits_for_an_outage_has_an_end(waits: list[float]) -> None:
    """An outage is waited for as long as --wait says, by pauses that grow to a second."""
    target = Scripted(*["503"] * 10_000)
    switch = caller_on(target)
    caller = Caller(switch._client, Progress(answered=True), wait_seconds=5)
    assert isinstance(_list(caller).outcome, Lost)
    of_the_outage = waits[TRIES - 2 :]
    assert 5 <= sum(of_the_outage) < 7
    assert of_the_outage == sorted(of_the_outage)
    assert max(of_the_outage) == 1.0


def _in_service(target: Scripted) -> Caller:
    caller = caller_on(target)
    caller.progress.answered = True
    return caller


def _list(caller: Caller) -> CallResult:
    return caller.read(WallClock(), Operation.LIST_OFFERINGS, ACCOUNT, HERE, {})


def test_a_mix_of_faults_is_lost() -> None:
    """Different faults, and answers that never come, blame nobody: Lost."""
    made = _read(Scripted(*["500", "503"] * 50))
    assert isinstance(made.outcome, Lost)
    assert isinstance(_read(Scripted(*["half after"] * 100)).outcome, Lost)


def test_a_target_that_is_gone() -> None:
    """Where nothing answers any more the run ends; a target that never answered is the probe's matter."""
    assert isinstance(_read(Scripted(*["cut"] * 100)).outcome, Lost)
    target = Scripted("ok", *["cut"] * 100)
    caller = caller_on(target)
    caller.read(WallClock(), Operation.LIST_OFFERINGS, ACCOUNT, HERE, {})
    with pytest.raises(TargetUnreachableError, match="no longer answers: ConnectionError"):
        caller.read(WallClock(), Operation.LIST_OFFERINGS, ACCOUNT, HERE, {})


def test_patience_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that draws faults for a minute and a half is not tried for ever."""
    readings = iter(range(0, 100_000, int(PATIENCE / 2)))
    monkeypatch.setattr("conformance.execution.retries.monotonic", lambda: float(next(readings)))
    target = Scripted(*["500"] * 100)
    _read(target)
    assert len(target.seen) < TRIES


@pytest.mark.parametrize(
    "asked, paused",
    [("3", 3.0), ("0", 0.02), ("3600", 5.0), ("9" * 400, 5.0), ("soon", 0.02), ("-1", 0.02),
     ("Wed, 21 Oct 2015 07:27:00 GMT", 0.02), ("Wed, 21 Oct 2015 07:28:03 GMT", 3.0),
     ("Wed, 21 Oct 2015 08:28:00 GMT", 5.0), ("Fri, 31 Dec 9999 23:59:59 GMT", 5.0),
     ("Wed, 99 Oct 2015 07:28:03 GMT", 0.02)],
)  # fmt: skip
def test_retry_after(waits: list[float], asked: str, paused: float) -> None:
    """The target is given the seconds that it asks for, up to five; what is neither number nor date is left aside."""
    _read(Scripted(f"503/{asked}"))
    assert waits == [paused]


@pytest.mark.parametrize("asked", ["", "/0"])
def test_pauses_grow(waits: list[float], asked: str) -> None:
    """Pauses double, up to the longest, whatever the target says of no pause at all."""
    _read(Scripted(*[f"500{asked}"] * (TRIES - 1)))
    assert waits[: TRIES - 2] == [0.02, 0.04, 0.08, 0.16, 0.32, *[0.4] * (TRIES - 7)]


@pytest.mark.parametrize("fault", ["cut", "500", "503", *IN_DOUBT])
def test_no_second_purchase_while_nothing_can_be_known(fault: str) -> None:
    """Where the listing does not answer, an attempt that may have taken effect stays the only one."""
    target = Scripted(fault, *["500"] * 100)
    made = _purchase(target)
    assert isinstance(made.outcome, Lost)
    assert "ListReservations" in made.outcome.reason
    assert target.posts == 1


@pytest.mark.parametrize("fault", ["cut", "500", "503", *IN_DOUBT])
def test_a_concurrent_purchase_is_not_looked_up(fault: str) -> None:
    """Beside others, what is not known stays so: no listing, no second attempt."""
    target = Scripted("429", fault)
    made = _purchase(target, once=True)
    assert isinstance(made.outcome, Lost)
    assert target.seen == ["POST", "POST"]


@given(script=st.lists(st.sampled_from(["ok", *NO_EFFECT, *IN_DOUBT]), max_size=20))
@examples(300)
def test_whatever_goes_wrong_one_purchase_is_made(script: list[str]) -> None:
    """Under any faults there is never more than one reservation, and success is told only where there is one."""
    target = Scripted(*script)
    made = _purchase(target)
    if isinstance(made.outcome, Answered | FoundAfterwards):
        assert target.reservations == ["reservation"]
    else:
        assert isinstance(made.outcome, Lost | Faulted)
    assert len(target.reservations) <= 1
    assert len(made.exchanges) <= len(target.seen)  # those that wait for the end of an outage say nothing of the call


def test_credentials_are_not_kept() -> None:
    """No signature and no session token is in an exchange, whatever the case of the header's name."""
    made = _purchase(Scripted("503"))
    assert len(made.exchanges) == 3
    for exchange in made.exchanges:
        assert "x-amz-security-token" not in {name.lower() for name in exchange.request_headers}
        assert SECRET not in repr(exchange)
        assert "Signature=" not in repr(exchange)


def test_the_time_of_a_call() -> None:
    """What a call's time may have been lasts from its first attempt to its last exchange."""
    before = utc_now()
    made = _purchase(Scripted("cut", "ok", "503"))
    clock = WallClock()
    assert len(made.exchanges) >= 4
    assert made.now.earliest <= clock.during(before, before).latest
    assert made.now.latest >= made.exchanges[-1].received
    assert made.now.earliest <= made.exchanges[0].sent
    assert made.began <= made.ended


class Says(Scripted):
    """Answers every request with the same status, headers and body."""

    answer: tuple[int, dict[str, str], bytes] = (200, {}, b"")

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Say it."""
        return answer_of(request, *self.answer)


ODD_BODIES = [
    b"", b"null", b"[]", b"{", b"\xff\xfe{", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5_000, b'"' + b"a" * 100_000,
    b'{"reservations": {"a": 1}, "offerings": [1, [], null, {"offeringArn": []}], "nextToken": "\\ud800"}',
    b'{"reservations": [{"reservationArn": ["a"]}], "nextToken": ["a"]}', b'{"nextToken": "\\udfff\\u0000\\n"}',
    b'{"__type": ["a"], "message": {"a": "\\ud800"}}', b'{"code": 5, "Message": null}', b"\xef\xbb\xbf{}", b"NaN",
]  # fmt: skip
ODD_HEADERS = [
    {}, {"x-amzn-errortype": ""}, {"x-amzn-errortype": "#:::"}, {"x-amzn-errortype": "\x1b[31m" * 50}, {"Date": "\x00"},
    {"Retry-After": "9" * 400}, {"Content-Length": "-1"}, {"Content-Type": "\xff" * 2000}, {"Content-Encoding": "gzip"},
]  # fmt: skip


@given(
    status=st.sampled_from([200, 201, 204, 299, 301, 400, 401, 404, 418, 429, 500, 503, 599, 600, 999]),
    headers=st.sampled_from(ODD_HEADERS),
    body=st.sampled_from(ODD_BODIES) | st.binary(max_size=200),
)
@examples(150)
def test_nothing_that_a_target_answers_raises(status: int, headers: dict[str, str], body: bytes) -> None:
    """Whatever an answer holds, each call has an outcome; the end of a target that answers nothing is said."""
    target = Says()
    target.answer = (status, headers, body)
    caller = caller_on(target)
    caller.progress.answered = True
    parameters = {"OfferingArn": "arn", "ReservationName": "a", "Start": "b"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("conformance.execution.calls.MOST_PAGES", 3)
        ended = _call_everything(caller, parameters)
    assert ended == "" or (status >= 429 and f"nothing but {status} any more" in ended)


def _call_everything(caller: Caller, parameters: dict[str, str]) -> str:
    """Make calls of every kind; gives why the target is gone, if it is said to be."""
    try:
        made = [caller.read(WallClock(), operation, ACCOUNT, HERE, {}) for operation in LISTS]
        made.append(caller.purchase(WallClock(), ACCOUNT, HERE, parameters, frozenset()))
        caller.reservations(WallClock(), ACCOUNT, HERE)
        caller.offerings(WallClock(), ACCOUNT, HERE)
        caller.catches_up(WallClock(), ACCOUNT, HERE, {"arn"})
    except TargetUnreachableError as end:
        return str(end)
    assert all(result.outcome is not None for result in made)
    return ""


LISTS = (Operation.LIST_OFFERINGS, Operation.LIST_RESERVATIONS)


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "\x00\n", "é", "x" * 100_000])
def test_what_a_target_says_of_itself_can_be_sent(text: str) -> None:
    """An ARN or a token that is no Unicode text is sent as one, with a question mark for what is none."""
    caller = caller_on(Scripted())
    for operation, parameters in (
        (Operation.DESCRIBE_OFFERING, {"OfferingArn": text}),
        (Operation.DESCRIBE_RESERVATION, {"ReservationArn": text}),
        (Operation.LIST_RESERVATIONS, {"NextToken": text}),
    ):
        assert isinstance(caller.read(WallClock(), operation, ACCOUNT, HERE, parameters).outcome, Refused)


def test_pages_are_bounded_by_our_number() -> None:
    """A list that goes on for ever is left after so many pages."""
    target = Says()
    target.answer = (200, {}, b'{"reservations": [{}], "nextToken": "more"}')
    listed = caller_on(target).reservations(WallClock(), ACCOUNT, HERE)
    assert listed is not None
    assert len(listed) == MOST_PAGES


WHOLE = json.dumps({"a": ['é\U0001f600\n"', -12.5e3, True, None, {}], "b": "\\"}).encode()


@given(end=st.integers(0, len(WHOLE) - 1), ascii_only=st.booleans())
@examples(200)
def test_wherever_an_answer_breaks_off(end: int, ascii_only: bool) -> None:
    """Every beginning of a JSON object is told from what is no JSON, also within an escape, a number or a character."""
    whole = WHOLE if ascii_only else json.dumps(json.loads(WHOLE), ensure_ascii=False).encode()
    assert breaks_off(whole[: end % len(whole)])


@pytest.mark.parametrize(
    "body", [b"<html></html>", b"{'a': 1}", b'{"a": 1}}', b'{"a": \\x}', b"\xff{}", b"OK", b'{"a": "\\x"}']
)
def test_what_is_no_json_does_not_break_off(body: bytes) -> None:
    """What no ending would make JSON came as it was meant."""
    assert not breaks_off(body)
