"""report.html as a function of the document in report.json."""

import json
import re
from base64 import b64decode
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conformance.report.document import write_document
from conformance.report.html import write_page
from conformance.report.html.page import page
from conformance.spec.calendar import format_timestamp
from tests.meta.tools.recorded_calls import accepted, call, trace_of
from tests.meta.tools.reports import EARLY, entry, failure, report

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;"
BEFORE = "start-window/before-lower-bound"
NOON = "2027-03-15T12:00:00Z"


class Reader(HTMLParser):
    """Collects the elements with their attributes, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self.text += data

    def attributes(self, name: str) -> list[str | None]:
        """The values of an attribute, of all elements."""
        return [attributes[name] for _, attributes in self.elements if name in attributes]


def read(text: str) -> Reader:
    """The page as a browser would take it apart."""
    reader = Reader()
    reader.feed(text)
    return reader


# Times stay, as there is no picture without them; so does what links parts of the page.
KEPT = {"clock", "parameters", "permitted_ends", "operation", "start", "end", "verdict", "id", "topic"}


def with_markup(value: Any, by: str) -> Any:
    """A JSON value with the text appended to every text in it, whoever wrote it."""
    if isinstance(value, str):
        return value + by
    if isinstance(value, list):
        return [with_markup(item, by) for item in value]
    if isinstance(value, dict):
        return {
            name + by if " " in name else name: item if name in KEPT else with_markup(item, by)
            for name, item in value.items()
        }
    return value


def test_the_answer_of_the_gate_comes_first() -> None:
    """The headline of the gate stands before everything that was found, and failures before the rules."""
    text = read(page(report(entry(BEFORE, "fail", "must", failure(BEFORE)), status="closed"))).text
    places = [
        text.index(part)
        for part in ("The gate is closed", "so it is", "What the probe found", "accepted it", "How many rules")
    ]
    assert places == sorted(places)


def test_a_rule_with_all_that_is_known() -> None:
    """Verdict, level, statement, source, reason, classes with counts, examples and calls of each rule are shown."""
    rule = entry("wire/enums", "blocked") | {"reason": "wire/currency was broken"}
    text = read(page(report(rule))).text
    for part in (
        "blocked",
        "must",
        "What wire/enums says.",
        "reference page",
        "wire/currency was broken",
        "by a second",
    ):
        assert part in text
    assert "3 examples, 4 calls, 0.1 s" in text


def test_a_failure_with_all_that_is_known() -> None:
    """Message, requests, answers, the saved files and the picture with its words are shown."""
    found = read(page(report(entry(BEFORE, "fail", "must", failure(BEFORE)))))
    for part in (
        "accepted it",
        "400 BadRequestException",
        "POST http://127.0.0.1:1/v1/offerings/x",
        '"reservationArn"',
    ):
        assert part in found.text
    assert f"cases/{BEFORE.replace('/', '-')}.json" in found.attributes("href")
    assert f"cases/{BEFORE.replace('/', '-')}.py" in found.attributes("href")
    [drawing] = [attributes for tag, attributes in found.elements if tag == "svg" and attributes.get("role") == "img"]
    assert {"aria-labelledby", "aria-describedby"} <= set(drawing)
    assert found.text.count("1 s before the window opens") >= 2


def test_known_failures_come_after_the_others() -> None:
    """A failure that the baseline knows is shown too, below those that close the gate."""
    known = entry("end/format", "known", "must", failure("end/format")) | {"reason": "our own reason"}
    text = read(page(report(known, entry(BEFORE, "fail", "must", failure(BEFORE))))).text
    assert text.index(BEFORE) < text.index("end/format")
    assert "our own reason" in text


def test_a_rule_that_fails_without_a_case() -> None:
    """A rule that the baseline lists and that passes is a failure with its reason."""
    rule = entry(BEFORE, "fail") | {"reason": "listed in the baseline, but passes: remove it"}
    assert "listed in the baseline, but passes: remove it" in read(page(report(rule))).text


def test_what_a_target_says_is_never_markup() -> None:
    """Whatever text a target puts where, no element and no attribute comes of it."""
    rules = entry(BEFORE, "fail", "must", failure(BEFORE)), entry("end/format", "known", "must", failure("end/format"))
    clean = report(*rules, endpoint_url="http://127.0.0.1:1", observations={"end/month-end-consistent": "clamp"})
    dirty = with_markup(clean, MARKUP)
    found, without = read(page(dirty)), read(page(clean))
    assert {tag for tag, _ in found.elements} == {tag for tag, _ in without.elements}
    assert "script" not in {tag for tag, _ in found.elements}
    assert not any(name.startswith("on") for _, attributes in found.elements for name in attributes)
    assert MARKUP in found.text


def test_a_file_that_is_not_the_suites_is_no_link() -> None:
    """Only a name that the suite itself gives is linked."""
    foreign = failure(BEFORE) | {"file": "javascript:alert(1)"}
    links = read(page(report(entry(BEFORE, "fail", "must", foreign)))).attributes("href")
    assert [link for link in links if link and not link.startswith(("#", "data:,"))] == []


def test_characters_that_cannot_be_shown(tmp_path: Path) -> None:
    """Controls, halves of surrogate pairs and turns of direction are shown as codes, in files that can be read."""
    trace = trace_of(accepted("2027-03-15T12:00:00Z", "2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z"))
    trace["calls"][0]["exchanges"][0]["answer"] |= {"text": "a\x00b\ud800c\u202ed"}
    del trace["calls"][0]["exchanges"][0]["answer"]["json"]
    document = report(entry(BEFORE, "fail", "must", failure(BEFORE, trace)))
    write_document(tmp_path / "report.json", document)
    write_page(tmp_path / "report.html", document)
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8")) == document
    assert "a\\u0000b\\ud800c\\u202ed" in (tmp_path / "report.html").read_text(encoding="utf-8")


_ANSWERS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_RESERVATIONS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("reservationArn", "reservationState", "start", "end"), _ANSWERS)
)


@given(
    shown=st.fixed_dictionaries({}, optional={"reservation": _RESERVATIONS | _ANSWERS, "reservations": _ANSWERS})
    | _ANSWERS,
    start=st.text() | st.datetimes().map(lambda start: f"{start.replace(microsecond=0).isoformat()}Z"),
    now=st.datetimes(timezones=st.just(UTC)).map(format_timestamp),
)
@example(shown={"reservation": {"start": "0001-01-01T00:00:00Z", "end": "9999-12-31T23:59:59Z"}}, start="", now=NOON)
@settings(database=None, deadline=None)
def test_whatever_a_target_answers_there_is_a_page(shown: Any, start: str, now: str) -> None:
    """No answer, no Start and no time keeps the report from being written, and no text breaks out of its place."""
    trace = trace_of(call("PurchaseOffering", now, shown, status=201, parameters={"Start": start}))
    found = read(page(report(entry(BEFORE, "fail", "must", failure(BEFORE, trace)))))
    assert found.elements[-1][0] == "code"
    assert "script" not in {tag for tag, _ in found.elements}


def test_nothing_comes_from_elsewhere() -> None:
    """No script, and nothing that a browser would fetch; the page forbids both by itself."""
    text = page(report(entry(BEFORE, "fail", "must", failure(BEFORE)), endpoint_url="http://127.0.0.1:1"))
    found = read(text)
    assert not {"script", "img", "iframe", "object", "form"} & {tag for tag, _ in found.elements}
    assert found.attributes("src") == []
    assert not re.search(r"@import|url\(", text)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in found.attributes("content")


def test_identifiers_are_unique() -> None:
    """No two elements share an id, and each link within the page has its end, with two failures of a rule too."""
    twice = entry(BEFORE, "fail", "must", failure(BEFORE), failure(BEFORE))
    found = read(page(report(twice, entry("end/format"))))
    identifiers = found.attributes("id")
    assert len(identifiers) == len(set(identifiers))
    ends = {f"#{identifier}" for identifier in identifiers}
    assert {link for link in found.attributes("href") if link and link.startswith("#")} <= ends


def test_no_two_entries_are_alike() -> None:
    """Several failures of a rule are told apart by their class, and by number where the classes are the same too."""
    other, same = failure(BEFORE) | {"label": "by a second"}, failure(BEFORE) | {"label": "by a year"}
    twice = entry(BEFORE, "fail", "must", other, same, same)
    titles = re.findall(r'-heading">(start-window/[^<]*)</h3>', page(report(twice, entry("end/format"))))
    assert titles == [f"{BEFORE}: by a second", f"{BEFORE}, 2", f"{BEFORE}, 3"]
    assert re.findall(r">(start-window/[^<]*)</a> accepted it", page(report(twice))) == titles


def test_the_page_can_be_sent_alone(tmp_path: Path) -> None:
    """The page holds the saved case and the script for curl as they lie beside it, but no huge file."""
    names = [f"{BEFORE.replace('/', '-')}{suffix}" for suffix in (".json", ".curl.sh")]
    texts = ['{"rule": "</script>\u00e9"}', "#!/bin/sh\necho '<b>'\n"]
    (tmp_path / "cases").mkdir()
    for name, text in zip(names, texts, strict=True):
        (tmp_path / "cases" / name).write_text(text, encoding="utf-8")
    document = report(
        entry(BEFORE, "fail", "must", failure(BEFORE)), entry("end/format", "fail", "must", failure("end/format"))
    )
    write_page(tmp_path / "report.html", document)
    found = read((tmp_path / "report.html").read_text(encoding="utf-8"))
    offered = {
        str(attributes["download"]): b64decode(str(attributes["href"]).partition(";base64,")[2]).decode("utf-8")
        for _, attributes in found.elements
        if "download" in attributes
    }
    assert offered == dict(zip(names, texts, strict=True))
    (tmp_path / "cases" / names[1]).write_text("x" * 300_000, encoding="utf-8")
    write_page(tmp_path / "report.html", document)
    assert "curl.sh" not in str(read((tmp_path / "report.html").read_text(encoding="utf-8")).attributes("download"))


def test_headings_are_in_order() -> None:
    """There is one h1, and no heading skips a level."""
    found = read(page(report(entry(BEFORE, "fail", "must", failure(BEFORE)), observations={"end/format": "x"})))
    levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))


@pytest.mark.parametrize("status", ["open", "closed", "not-judged", "interrupted"])
def test_each_state_of_the_gate(status: str) -> None:
    """Every state of the gate is told in words, and a run that did not end says so."""
    text = read(page(report(entry(BEFORE), status=status, complete=status != "interrupted"))).text
    assert f"The gate is {status}" in text
    assert ("the run did not come to its end" in text) == (status == "interrupted")


def test_a_report_of_an_earlier_version_of_the_suite() -> None:
    """What was added to the schema later may be missing: the page does without."""
    old = report(entry(BEFORE, "fail", "must", failure(BEFORE)))
    del old["gate"], old["rules"][0]["failures"][0]["trace"]
    text = read(page(old)).text
    assert "The report does not tell the state of the gate" in text
    assert "accepted it" in text


def test_the_page_is_written_whole(tmp_path: Path) -> None:
    """The page is a file of its own, and nothing half written is left beside it."""
    write_page(tmp_path / "new" / "report.html", report(entry(BEFORE, "fail", "must", failure(BEFORE, EARLY))))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["report.html"]
    assert (tmp_path / "new" / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
