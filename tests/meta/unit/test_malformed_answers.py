"""Whatever a target answers has an outcome, and raises nothing."""

from __future__ import annotations

import json

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from hypothesis import given
from hypothesis import strategies as st

from conformance.execution.answers import breaks_off
from conformance.execution.calls import MOST_PAGES, Caller
from conformance.execution.late_reads import LateReads
from conformance.spec.outcomes import Refused
from conformance.spec.service import Operation
from conformance.targets.base import TargetUnreachableError
from conformance.targets.clocks import WallClock
from tests.meta.tools.hypotheses import examples
from tests.meta.tools.in_process import answer_of, caller_on
from tests.meta.tools.scripted import ACCOUNT, HERE, Scripted

pytestmark = pytest.mark.usefixtures("waits")

LISTS = (Operation.LIST_OFFERINGS, Operation.LIST_RESERVATIONS)
WHOLE = json.dumps({"a": ['é\U0001f600\n"', -12.5e3, True, None, {}], "b": "\\"}).encode()
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


class Says(Scripted):
    """Answers every request with the same status, headers and body."""

    answer: tuple[int, dict[str, str], bytes] = (200, {}, b"")

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Say it."""
        return answer_of(request, *self.answer)


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
        LateReads(caller, WallClock(), ACCOUNT, HERE).catch_up_with({"arn"})
    except TargetUnreachableError as end:
        return str(end)
    assert all(result.outcome is not None for result in made)
    return ""


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "\x00\n", "é", "x" * 100_000])
def test_what_a_target_says_of_itself_can_be_sent(text: str) -> None:
    """An ARN or a token that is not Unicode text is sent as one, with a question mark for what is none."""
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


@given(end=st.integers(0, len(WHOLE) - 1), ascii_only=st.booleans())
@examples(200)
def test_wherever_an_answer_breaks_off(end: int, ascii_only: bool) -> None:
    """Every beginning of a JSON object is told from what is not JSON, also in an escape, a number or a character."""
    whole = WHOLE if ascii_only else json.dumps(json.loads(WHOLE), ensure_ascii=False).encode()
    assert breaks_off(whole[: end % len(whole)])


@pytest.mark.parametrize(
    "body", [b"<html></html>", b"{'a': 1}", b'{"a": 1}}', b'{"a": \\x}', b"\xff{}", b"OK", b'{"a": "\\x"}']
)
def test_what_is_no_json_does_not_break_off(body: bytes) -> None:
    """What no ending would make JSON came as it was meant."""
    assert not breaks_off(body)
