"""The scripts beside a saved case: they make the calls of the case, and nothing in a case can make them do more."""

import ast
import runpy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from conformance.cases.arn_mutations import ARNS
from conformance.cases.case import (
    Case,
    DefineOfferings,
    Edit,
    Inside,
    ListOfferings,
    Literal,
    LiteralArn,
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Purchase,
    Start,
    TokenOf,
    Written,
)
from conformance.cases.request_mutations import REQUESTS, Parts
from conformance.cases.resolution import resolve_arn, resolve_start
from conformance.cases.start_forms import FORMS
from conformance.execution.trace import Trace
from conformance.replay import fingerprints, standalone
from conformance.replay.boto3_script import boto3_script
from conformance.replay.folder import keep
from conformance.replay.recipe import arn_expression, start_expression
from conformance.replay.saved_case import SavedCase, Scope, saved_case
from conformance.replay.standalone import CANNOT_TELL
from conformance.results.failure import Violation
from conformance.rules import RULES
from conformance.rules.history import follow
from conformance.rules.registry import Finding
from conformance.spec.request import Place
from tests.meta.cli.commands import free_port
from tests.meta.emulator import Served
from tests.meta.emulator.messages import Request, Response
from tests.meta.emulator.right import RightEmulator
from tests.meta.tools.saved_cases import open_emulator, run_script

EDITS = (Edit(3, 2, "é'\\"), Edit(100, 0, "0"))
RULE = RULES["start-window/before-lower-bound"]
SPOILT = Purchase(offering=OfferingArn(0, "upper case"), start=Written(form="no zone"), mutation="no name")
NOON, START = datetime(2027, 1, 15, 12, tzinfo=UTC), b"2027-01-15T12:00:00Z"
HOSTILE = "x'\"\n# `touch pwned` $(touch pwned) ; touch pwned \\ \r %s {} \0 \x1b[2J é"
"""What would be a command of a shell or of Python, were it not quoted."""


class Recording(RightEmulator):
    """The right emulator, which remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str, str, bytes]] = []

    def handle(self, request: Request) -> Response:
        """Remember and answer."""
        self.asked.append((request.method, request.path, request.query, request.body))
        return super().handle(request)


def a_violation(trace: Trace, said: str) -> Violation:
    """A violation by the first call of a trace."""
    history = follow(trace)
    return Violation(RULE, Finding(said, history.calls[0], said, said), history)


@pytest.mark.parametrize("suffix", [".py", ".curl.sh"])
def test_everything_is_quoted(suffix: str, tmp_path: Path) -> None:
    """Each request is sent again byte for byte, its newlines and NULs included, and no word of it is run."""
    case = Case(
        offerings=(OfferingTerms(description=HOSTILE),),
        steps=(
            Purchase(offering=LiteralArn(HOSTILE), name=HOSTILE, start=Literal(HOSTILE)),
            ListOfferings(max_results=HOSTILE, token=HOSTILE),
            Purchase(offering=LiteralArn("@/etc/hostname"), name="@/etc/hostname", start=None, mutation="not UTF-8"),
            Purchase(offering=LiteralArn("x"), start=Literal("x"), mutation="form-encoded"),
        ),
    )
    emulator = Recording()
    with open_emulator(emulator) as (served, target):
        trace = target.driver.play(case)
        asked = [(sent.method, sent.path, sent.query, sent.body) for sent in (call.request for call in trace.calls)]
        facts = replace(target.facts, name=HOSTILE, kind=HOSTILE)
        path = keep(tmp_path, saved_case(a_violation(trace, HOSTILE), Scope((RULE.id,)), facts))
        emulator.asked.clear()
        printed = run_script(path.with_suffix(suffix), served)
    assert emulator.asked == asked, printed.output
    assert printed.output.replace("\n", "").isprintable()
    assert not (tmp_path / "pwned").exists()


def test_what_is_no_outcome(tmp_path: Path) -> None:
    """Where the target does not answer, nothing is told: neither that the defect is there nor that it is gone."""
    with open_emulator(RightEmulator()) as (served, target):
        trace = target.driver.play(Case(steps=(Purchase(),)))
    saved = saved_case(a_violation(trace, "x"), Scope((RULE.id,)), target.facts)
    script = keep(tmp_path, saved).with_suffix(".py")
    nowhere = Served(f"http://127.0.0.1:{free_port()}", "", served.emulator)
    printed = run_script(script, nowhere, control=False)
    assert printed.status == CANNOT_TELL, printed.output
    assert "the case cannot be played: ListOfferings was not answered: EndpointConnectionError" in printed.output
    assert "Traceback" not in printed.output


def test_steps_of_every_kind() -> None:
    """Offerings that are redefined and a token that is used again are in the script too."""
    case = Case(steps=(ListOfferings(max_results="1"), DefineOfferings(()), ListOfferings(token=TokenOf(0))))
    saved = SavedCase(RULE.id, "", "", "", Scope((RULE.id,)), case, "x", "x", "us-east-1", ())
    text = boto3_script(saved, "x")
    ast.parse(text)
    assert "    with script.step(1):\n        script.define([])\n" in text
    assert "script.call(0, 0, 'list_offerings', NextToken=script.token(0))" in text


def test_edited_starts() -> None:
    """A Start is written by a script as by the suite, in every form, and edited."""
    now = datetime(2027, 1, 15, 12, tzinfo=UTC)
    names = {**vars(fingerprints), **vars(standalone), "FORMS": FORMS, "script": SimpleNamespace(now=now)}
    starts: list[Start] = [Written(edits=EDITS), Written(Now(-1), "lower-case t", edits=EDITS), Literal("x")]
    starts += [Written(Inside(700)), Written(MonthStart(-1, 2), "offset", "+02:00")]
    for start in starts:
        assert eval(start_expression(start), names) == resolve_start(start, now, {})


def test_edited_arns() -> None:
    """So is an edited ARN."""
    arn = OfferingArn(0, "other account", EDITS)
    real = "arn:aws:mediaconnect:us-east-1:123456789012:offering:x1"
    names = {**vars(standalone), "ARNS": ARNS, "script": SimpleNamespace(offering=lambda *_: real)}
    told = resolve_arn(arn, Place("", ""), ({"offeringArn": real},), {})
    assert eval(arn_expression(arn, Purchase()), names) == told


def test_what_a_script_carries_along(tmp_path: Path) -> None:
    """Its modules, one after the other in one file, spoil ARNs, Starts and requests just as the suite does."""
    saved = SavedCase(RULE.id, "", "", "", Scope((RULE.id,)), Case(steps=(SPOILT,)), "x", "x", "us-east-1", ())
    text = boto3_script(saved, "x")
    defined = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert len(set(defined)) == len(defined)
    (tmp_path / "x.py").write_text(text, encoding="utf-8")
    carried = runpy.run_path(str(tmp_path / "x.py"), run_name="x")
    arn, now = "arn:aws:mediaconnect:us-east-1:123456789012:offering:9d5f0a7e-3c1b-4d4e-8f7a-0123456789ab", NOON
    assert {name: change(arn) for name, change in carried["ARNS"].items()} == {
        name: change(arn) for name, change in ARNS.items()
    }
    arguments = {"other digits": "\u0660", "no leading zero": "month", "field too wide": "month"}
    for form, write in FORMS.items():
        argument = arguments.get(form, "+02:00")
        assert carried["FORMS"][form](now, argument) == write(now, argument)
    parts = ("/v1/offerings/" + quote(arn, safe=""), "", None, b'{"reservationName": "a", "start": "%b"}' % START)
    for name, mutation in REQUESTS.items():
        sent, changed = mutation.change(Parts(*parts)), carried["REQUESTS"][name].change(carried["Parts"](*parts))
        assert (sent.path, sent.query, sent.headers, sent.body) == (
            changed.path,
            changed.query,
            changed.headers,
            changed.body,
        )
