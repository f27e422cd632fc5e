"""Reports read back, compared with one another, and turned into badges."""

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.report.badge import badge
from conformance.report.compare import compare
from conformance.report.compare_texts import comparison_html, comparison_json, comparison_markdown
from conformance.report.reading import ReportError, read_report
from tests.meta.tools.reports import entry, failure, report

BEFORE, FORMAT, LENGTH = "start-window/before-lower-bound", "end/format", "names/length"


def two() -> tuple[dict[str, Any], dict[str, Any]]:
    """A target that fails a rule, and one that keeps it and chooses otherwise."""
    wrong = report(
        entry(FORMAT),
        entry(BEFORE, "fail", "must", failure(BEFORE)),
        name="mini",
        status="closed",
        observations={"end/month-end-consistent": "clamp", "lifecycle/initial-state": "ACTIVE"},
    )
    right = report(
        entry(FORMAT),
        entry(BEFORE),
        entry(LENGTH, "not-testable", "should") | {"reason": "needs a settable clock"},
        name="reference",
        observations={"end/month-end-consistent": "overflow"},
    )
    return wrong, right


def test_a_report_is_read_back(tmp_path: Path) -> None:
    """What a run wrote is what is read."""
    path = tmp_path / "report.json"
    path.write_text(json.dumps(two()[0]), encoding="utf-8")
    assert read_report(path) == two()[0]


@pytest.mark.parametrize(
    "text, why",
    [
        ("", "not JSON"),
        ("[]", "no report of mediaconnect-conformance"),
        ('{"schema_version": 1}', "no report of mediaconnect-conformance"),
        ('{"schema_version": 2, "rules": []}', "schema_version is '2'; this suite reads 1"),
        ('{"schema_version": true, "rules": []}', "schema_version is 'True'; this suite reads 1"),
        (json.dumps(two()[0] | {"rules": {}}), "no report of mediaconnect-conformance"),
        (json.dumps(two()[0] | {"rules": [1]}), "invalid type (expected a mapping, not int) @ report.rules[0]"),
        (json.dumps(two()[0] | {"rules": [{"id": "x"}]}), "required field missing @ report.rules[0].topic"),
        (json.dumps(two()[0] | {"calls": True}), "invalid value for type, expected int @ report.calls"),
        (json.dumps(two()[0] | {"suite": {"version": "0.0.1"}}), "of another version ('0.0.1', not '"),
        (json.dumps(two()[0] | {"target": {}}), "required field missing @ report.target.name"),
        (json.dumps(two()[0] | {"rules": [entry(FORMAT, "green")]}), "no such verdict @ report.rules[0].verdict"),
    ],
)
def test_what_is_no_report(text: str, why: str, tmp_path: Path) -> None:
    """A damaged or foreign file, and one of another version, is one line that begins with the file."""
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReportError) as raised:
        read_report(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert why in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_report_that_cannot_be_read(tmp_path: Path) -> None:
    """So is a file that is missing, is a folder, or is not text."""
    (tmp_path / "latin").write_bytes(b"\xff")
    for name, why in (("nowhere", "No such file"), ("", "Is a directory"), ("latin", "it is not UTF-8")):
        with pytest.raises(ReportError, match=why):
            read_report(tmp_path / name)


def test_the_matrix() -> None:
    """Each rule of any report has a row, each report a column; what a report lacks is absent."""
    comparison = compare(two())
    assert [row.rule_id for row in comparison.rules] == [FORMAT, BEFORE, LENGTH]
    assert [row.cells for row in comparison.rules] == [
        (("pass", ""), ("pass", "")),
        (("fail", ""), ("pass", "")),
        (None, ("not-testable", "needs a settable clock")),
    ]
    assert [row.level for row in comparison.rules] == ["must", "must", "should"]
    assert [row.differs for row in comparison.rules] == [False, True, False]
    assert [(row.name, row.cells, row.differs) for row in comparison.choices] == [
        ("end/month-end-consistent", ("clamp", "overflow"), True),
        ("lifecycle/initial-state", ("ACTIVE", ""), False),
    ]
    assert [(column.summary["pass"], column.summary["fail"]) for column in comparison.columns] == [(1, 1), (2, 0)]


def test_what_was_not_judged_is_no_difference() -> None:
    """A rule that is inconclusive for one target tells nothing of it; one that it lacks an operation for does."""
    [row] = compare([report(entry(BEFORE, verdict)) for verdict in ("pass", "inconclusive")]).rules
    assert not row.differs
    [row] = compare([report(entry(BEFORE, verdict)) for verdict in ("pass", "not-implemented")]).rules
    assert row.differs


def test_columns_have_distinct_names() -> None:
    """Targets of one name are told apart by their endpoint, runs on one endpoint by their start, or by a number."""
    one, other = "http://127.0.0.1:1", "http://127.0.0.1:2"
    later = report(endpoint_url=other) | {"started": "2027-03-16T12:00:00Z"}
    reports = [
        report(name="reference"),
        report(endpoint_url=one),
        report(endpoint_url=other),
        later,
        report(name="twice"),
        report(name="twice"),
    ]
    assert [column.name for column in compare(reports).columns] == [
        "reference",
        f"endpoint {one}",
        f"endpoint {other} 2027-03-15T12:00:00Z",
        f"endpoint {other} 2027-03-16T12:00:00Z",
        "twice 2027-03-15T12:00:00Z (1)",
        "twice 2027-03-15T12:00:00Z (2)",
    ]


def test_nothing_to_compare() -> None:
    """Without a report there is no comparison."""
    with pytest.raises(ValueError, match="there is no report"):
        compare([])


def test_the_comparison_as_json() -> None:
    """The columns are named once, and each row has a cell for each of them."""
    found = comparison_json(compare(two()))
    assert json.loads(json.dumps(found)) == found
    assert [target["name"] for target in found["targets"]] == ["mini", "reference"]
    assert [(rule["id"], rule["level"], rule["verdicts"], rule["differs"]) for rule in found["rules"]] == [
        (FORMAT, "must", ["pass", "pass"], False),
        (BEFORE, "must", ["fail", "pass"], True),
        (LENGTH, "should", [None, "not-testable"], False),
    ]
    assert found["observations"][1] == {
        "id": "lifecycle/initial-state",
        "differs": False,
        "choices": ["ACTIVE", None],
    }


def test_the_comparison_as_markdown() -> None:
    """Each table has as many cells in each row; what differs is marked, and no text turns into markup."""
    wrong, right = two()
    wrong["target"]["name"] = "a|b<i>*c*\nd"
    wrong["complete"] = False
    text = comparison_markdown(compare([wrong, right]))
    lines = text.splitlines()
    assert f"| ≠ {BEFORE} | must | ✗ fail | ✓ pass |" in lines
    assert f"| {LENGTH} | should | not in the report | – not-testable |" in lines
    assert "| ≠ end/month-end-consistent | clamp | overflow |" in lines
    assert "| note | the run did not come to its end |  |" in lines
    assert r"| rule | level | a\|b\<i\>\*c\* d | reference |" in lines


def test_the_comparison_as_a_page() -> None:
    """The page has every rule and choice, and escapes what reports say."""
    wrong, right = two()
    wrong["target"]["name"] = "<script>"
    text = comparison_html(compare([wrong, right]))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    for part in (FORMAT, BEFORE, LENGTH, "overflow", "not in the report", "1 of 3 differ"):
        assert part in text


@pytest.mark.parametrize(
    "found, message, colour",
    [
        (report(entry(BEFORE), entry(FORMAT)), "2/2 must", "brightgreen"),
        (report(entry(BEFORE), entry(FORMAT, "not-testable")), "1/2 must", "yellow"),
        (report(entry(BEFORE), entry(FORMAT, "known")), "1/2 must, 1 known to fail", "yellow"),
        (report(entry(BEFORE, "fail"), entry(FORMAT), status="closed"), "1 rule fails", "red"),
        (report(entry(BEFORE, "fail"), entry(LENGTH, "fail", "should"), status="closed"), "2 rules fail", "red"),
        (report(entry(BEFORE), entry(LENGTH, "fail", "should")), "1/1 must, 1 should rule fails", "yellowgreen"),
        (report(entry(BEFORE), entry(LENGTH, "fail", "should"), status="closed"), "1 rule fails", "red"),
        (report(entry(BEFORE, "not-implemented"), status="closed"), "gate closed", "red"),
        (report(entry(BEFORE, "inconclusive"), status="not-judged"), "not judged", "lightgrey"),
        (report(entry(BEFORE), status="interrupted", complete=False), "run not complete", "lightgrey"),
        (report(entry(BEFORE), complete=False), "run not complete", "lightgrey"),
        (report(entry(BEFORE, "fail"), status="interrupted", complete=False), "1 rule fails", "red"),
        (report(), "not judged", "lightgrey"),
    ],
)
def test_badges(found: dict[str, Any], message: str, colour: str) -> None:
    """Green is a complete run in which every rule at level must was passed, and nothing else."""
    assert badge(found) == {
        "schemaVersion": 1,
        "label": "mediaconnect conformance",
        "message": message,
        "color": colour,
    }


def test_a_badge_of_an_earlier_report() -> None:
    """A report without the state of the gate is judged by its verdicts."""
    old = report(entry(BEFORE))
    del old["gate"]
    assert badge(old)["color"] == "brightgreen"
