"""Money: which offering may be purchased, at what cost, and what is said of each unit; no request leaves unasked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from hypothesis import given
from hypothesis import strategies as st

from conformance.spec.plain_text import plain
from conformance.targets.base import TargetError
from conformance.targets.endpoint import Endpoint, EndpointOptions
from conformance.targets.purchases.choice import OfferingChoice
from conformance.targets.purchases.cost import arn_of, format_amount, total_cost
from conformance.targets.purchases.guard import GuardedSender, PurchaseRules
from conformance.targets.purchases.ledger import Ledger, LedgerError, PurchaseNotAllowedError, PurchaseOutcome
from tests.meta.emulator import RightEmulator, serve
from tests.meta.kills.harness import opened
from tests.meta.tools.hypotheses import examples
from tests.meta.tools.in_process import answer_of

CHEAP, DEAR, ODD = ("arn:cheap", "arn:dear", "arn:odd")


def _offering(arn: str, price: object, months: object = 12) -> dict[str, Any]:
    return {"offeringArn": arn, "pricePerUnit": price, "duration": months, "currencyCode": "USD"}


OFFERINGS = [_offering(DEAR, "2.5"), _offering(CHEAP, "0.5"), _offering(ODD, "ask us")]
BY_ARN = {offering["offeringArn"]: offering for offering in OFFERINGS}


def _order(choice: OfferingChoice, offerings: Sequence[Mapping[str, Any]] = OFFERINGS) -> list[object]:
    return [offering["offeringArn"] for offering in choice.in_order(offerings)]


def test_the_cheapest_comes_first() -> None:
    """On a live account the cheapest in all comes first, one without a readable price last; elsewhere none is moved."""
    assert _order(OfferingChoice(only_one=True)) == [CHEAP, DEAR, ODD]
    assert _order(OfferingChoice(max_cost=Decimal(5))) == [CHEAP, DEAR, ODD]
    assert _order(OfferingChoice()) == [DEAR, CHEAP, ODD]
    long_and_low = [_offering("long", "0.1", 36), _offering("short", "0.2", 12)]
    assert _order(OfferingChoice(only_one=True), long_and_low) == ["short", "long"]


def test_the_offering_that_the_user_names_comes_first() -> None:
    """And no other one is purchased; one that is not there is none."""
    choice = OfferingChoice(DEAR, only_one=True)
    assert _order(choice)[0] == DEAR
    assert choice.chosen(OFFERINGS) == BY_ARN[DEAR]
    assert OfferingChoice("arn:none", only_one=True).chosen(OFFERINGS) is None
    assert OfferingChoice(only_one=True).chosen([]) is None
    assert choice.objection(CHEAP, BY_ARN) == "not the offering of --offering"
    assert choice.objection(DEAR, BY_ARN) == ""


@pytest.mark.parametrize(
    "choice, arn, objection",
    [
        (OfferingChoice(), DEAR, ""),
        (OfferingChoice(only_one=True), DEAR, "not the cheapest offering"),
        (OfferingChoice(only_one=True), CHEAP, ""),
        (OfferingChoice(only_one=True), "arn:of-none", ""),
        (OfferingChoice(max_cost=Decimal(4380)), CHEAP, ""),
        (OfferingChoice(max_cost=Decimal("4379.99")), CHEAP, "it would cost about 4380.00 USD"),
        (OfferingChoice(max_cost=Decimal(5000)), ODD, "the price of arn:odd cannot be read"),
        (OfferingChoice(max_cost=Decimal(5000)), "arn:of-none", "it would cost about 21900.00 USD"),
    ],
)
def test_what_is_not_sent(choice: OfferingChoice, arn: str, objection: str) -> None:
    """Neither another offering than the one that is chosen, nor one that costs more, nor what could be one of these."""
    found = choice.objection(arn, BY_ARN)
    assert (objection in found) if objection else found == ""


def test_without_a_price_nothing_is_sent_that_is_limited() -> None:
    """With --max-cost an offering of which nothing was seen is not purchased."""
    assert OfferingChoice(max_cost=Decimal(5)).objection("arn:any", {}) == "--max-cost: no price is known"


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)


@given(price=VALUES, months=VALUES)
@examples(200)
def test_any_price_can_be_shown(price: object, months: object) -> None:
    """Whatever an offering says of price and months, it has a cost or none, and one printable line."""
    offering = _offering("arn:\x1b[31m\n\ud800", price, months)
    cost = total_cost(offering)
    assert cost is None or cost >= 0
    assert format_amount("arn:\x1b[31m\n", offering).isprintable()


def test_texts_of_the_target_are_shown_escaped() -> None:
    """What a target says goes to the terminal in one line, without control characters, and cut where it is long."""
    assert plain("a\n\x1b[2J\u202eb\ud800") == "a\\n\\x1b[2J\\u202eb\\ud800"
    assert len(plain("x" * 10_000)) < 400


@pytest.mark.parametrize(
    "url, arn",
    [
        ("http://h/v1/offerings/arn%3Aa", "arn:a"),
        ("http://h/v1/offerings/my%20emulator/v1/offerings/arn%3Aa?x=/v1/offerings/b", "arn:a"),
        ("http://h/v1/reservations/arn", ""),
    ],
)
def test_the_arn_of_a_purchase(url: str, arn: str) -> None:
    """It is the last part of the path, whatever the path of the endpoint."""
    assert arn_of(url) == arn


class Answers:
    """Answers a list with offerings, and purchases as it is told; counts these."""

    def __init__(self, status: int = 201, headers: dict[str, str] | None = None, body: bytes = b"{}") -> None:
        self.answer = status, headers or {}, body
        self.sent = 0

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Answer."""
        if request.method == "GET":
            return answer_of(request, 200, {}, json.dumps({"offerings": OFFERINGS}).encode())
        self.sent += 1
        return answer_of(request, *self.answer)


def _guarded(
    answers: Answers, ledger: Ledger, said: list[str], rules: PurchaseRules | None = None
) -> Callable[[str], AWSResponse]:
    sender = GuardedSender(answers, ledger, said.append, lambda: rules or PurchaseRules())
    sender.send(AWSRequest("GET", "http://h/v1/offerings").prepare())
    return lambda arn: sender.send(AWSRequest("POST", f"http://h/v1/offerings/{arn}", data=b"{}").prepare())


@pytest.mark.parametrize(
    "status, headers, why",
    [
        (400, {"x-amzn-errortype": "NotFoundException"},
         "a unit is kept for 400 NotFoundException: the documented status of that exception is 404"),
        (400, {}, "a unit is kept for 400 without an error type, which is not a documented refusal"),
        (500, {"x-amzn-errortype": "InternalServerErrorException"},
         "a unit is kept for 500 InternalServerErrorException, which is not a documented refusal"),
        (409, {"x-amzn-errortype": "Odd\x1b[31m"},
         r"a unit is kept for 409 Odd\x1b[31m, which is not a documented refusal"),
    ],
)  # fmt: skip
def test_it_is_said_why_a_unit_is_kept(status: int, headers: dict[str, str], why: str, tmp_path: Path) -> None:
    """What is not a documented refusal keeps its unit; the reason is with the purchase and with what is not sent."""
    answers, said = Answers(status, headers), list[str]()
    ledger = Ledger(tmp_path / "ledger", "run", 1)
    purchase = _guarded(answers, ledger, said)
    purchase(CHEAP)
    assert said[-1].endswith(f"1 of 1 allowed; {why}")
    with pytest.raises(PurchaseNotAllowedError) as refused:
        purchase(CHEAP)
    assert str(refused.value) == f"purchase budget spent; {why}"
    assert [(entry.outcome, entry.why) for entry in ledger.entries()] == [(PurchaseOutcome.UNKNOWN, why)]


@pytest.mark.parametrize(
    "status, error", [(400, "BadRequestException"), (404, "NotFoundException"), (403, "AccessDenied")]
)
def test_a_documented_refusal_gives_its_unit_back(status: int, error: str, tmp_path: Path) -> None:
    """So that any number of them can be had, with the type in the header or in the body."""
    for headers, body in (({"X-Amzn-ErrorType": f"a#{error}:b"}, b""), ({}, json.dumps({"__type": error}).encode())):
        answers, ledger = Answers(status, headers, body), Ledger(tmp_path / "ledger", error, 1)
        purchase = _guarded(answers, ledger, [])
        for _ in range(3):
            purchase(CHEAP)
        assert answers.sent == 3
        assert ledger.entries() == ()


def test_a_ledger_that_fails_after_the_request_left(tmp_path: Path) -> None:
    """The answer comes through, the unit stays spent, and nobody says that the request was not sent."""
    path, said = tmp_path / "ledger", list[str]()
    answers = Answers()
    ledger = Ledger(path, "run", 2)
    purchase = _guarded(answers, ledger, said)

    class Breaks(Answers):
        def send(self, request: AWSPreparedRequest) -> AWSResponse:
            if request.method == "POST":
                path.rename(tmp_path / "gone")
                path.mkdir()
            return super().send(request)

    breaking = _guarded(Breaks(), ledger, said)
    assert breaking(CHEAP).status_code == 201
    assert any("cannot be read or written" in line and "was sent, and its unit stays spent" in line for line in said)
    assert not any("not sent" in line for line in said)
    path.rmdir()
    (tmp_path / "gone").rename(path)
    assert [entry.outcome for entry in ledger.entries()] == [PurchaseOutcome.SENT]
    purchase(CHEAP)
    with pytest.raises(PurchaseNotAllowedError, match="purchase budget spent"):
        purchase(CHEAP)
    assert answers.sent == 1


def test_a_ledger_of_an_older_run(tmp_path: Path) -> None:
    """A file without the reasons is taken further; what is in it stays."""
    with sqlite3.connect(tmp_path / "ledger") as connection:
        connection.execute(
            "CREATE TABLE purchases (number INTEGER PRIMARY KEY, run TEXT NOT NULL, sent TEXT NOT NULL, "
            "what TEXT NOT NULL, outcome TEXT NOT NULL)"
        )
        connection.execute("INSERT INTO purchases (run, sent, what, outcome) VALUES ('old', 's', 'w', 'made')")
    connection.close()
    ledger = Ledger(tmp_path / "ledger", "new", 1)
    ledger.settle(ledger.take("anything"), PurchaseOutcome.UNKNOWN, "why")
    assert [entry.why for entry in ledger.entries()] == ["why"]
    assert [entry.why for entry in Ledger(tmp_path / "ledger", "old", 1).entries()] == [""]


def test_a_ledger_that_cannot_be_read(tmp_path: Path) -> None:
    """That is one line, and no permission."""
    (tmp_path / "ledger").mkdir()
    ledger = Ledger(tmp_path / "ledger", "run", 1)
    with pytest.raises(LedgerError, match="cannot be read or written"):
        ledger.entries()
    with pytest.raises(PurchaseNotAllowedError, match="cannot be read or written"):
        ledger.take("anything")


@pytest.mark.parametrize("is_typed", [True, False])
def test_the_first_purchase_is_confirmed(is_typed: bool, tmp_path: Path) -> None:
    """Whoever does not confirm buys nothing; the question comes once, with the cost, before anything is sent."""
    answers, asked = Answers(400, {"x-amzn-errortype": "BadRequestException"}), list[str]()

    def confirm(what: str) -> bool:
        asked.append(what)
        assert answers.sent == 0
        return is_typed

    purchase = _guarded(answers, Ledger(tmp_path / "ledger", "run", 1), [], PurchaseRules(confirm=confirm))
    for _ in range(2):
        if is_typed:
            purchase(CHEAP)
        else:
            with pytest.raises(PurchaseNotAllowedError, match="not confirmed"):
                purchase(CHEAP)
    assert answers.sent == 2 * is_typed
    assert len(asked) == 1
    assert "about 4380.00 USD" in asked[0]


def test_a_dry_run_sends_nothing(tmp_path: Path) -> None:
    """What could buy is noted instead, and takes no unit."""
    answers, noted = Answers(), list[str]()
    rules = PurchaseRules(dry_run=lambda request, what: noted.append(f"{request.method} {what}"))
    ledger = Ledger(tmp_path / "ledger", "run", 1)
    purchase = _guarded(answers, ledger, [], rules)
    for _ in range(3):
        with pytest.raises(PurchaseNotAllowedError, match="--dry-run"):
            purchase(CHEAP)
    assert (answers.sent, len(noted), ledger.entries()) == (0, 3, ())


def test_an_offering_that_is_too_dear_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    """Where none may be purchased, or the named one is not there, the run ends with one line."""
    ledger = Ledger(tmp_path / "ledger", "run", 1)
    for choice, said in (
        (
            OfferingChoice(max_cost=Decimal(400)),
            r"--max-cost 400: it would cost about 401\.50 USD; it is the one to purchase",
        ),
        (OfferingChoice("arn:none"), "--offering arn:none: ListOfferings shows no such offering; nothing was sent"),
    ):
        with serve(RightEmulator(), control=False) as served:
            options = EndpointOptions(served.endpoint_url, ledger=ledger, rules=PurchaseRules(choice))
            with pytest.raises(TargetError, match=said), opened(Endpoint(options)):
                raise AssertionError
    assert ledger.entries() == ()


def test_a_control_api_is_no_place_to_buy(tmp_path: Path) -> None:
    """With a budget the clock can be set all the same; what climbs out of it is guarded, to the end of the run."""
    ledger = Ledger(tmp_path / "ledger", "run", 1)
    with serve(RightEmulator()) as served:
        options = EndpointOptions(served.endpoint_url, control_url=served.control_url, ledger=ledger)
        with opened(Endpoint(options)) as target:
            assert "clock" in target.facts.capabilities
            for path in ("/_control/../v1/offerings/a", "/_control/%2e%2e/v1/offerings/a", "/v1/offerings/a"):
                request = AWSRequest("POST", served.endpoint_url + path, data=b"{}").prepare()
                with pytest.raises(Exception, match="was not sent"):
                    _send_unguarded(request)
        _send_unguarded(AWSRequest("POST", f"{served.endpoint_url}/v1/offerings/a", data=b"{}").prepare())


def _send_unguarded(request: AWSPreparedRequest) -> None:
    from conformance.targets.http import HttpSender

    HttpSender().send(request)
