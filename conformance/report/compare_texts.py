"""A comparison as Markdown, as HTML, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from conformance.report.compare import SCHEMA_VERSION, Comparison, Regressions
from conformance.report.html.page import SYMBOLS
from conformance.report.html.rendering import render, visible
from conformance.results.verdicts import Verdict

_ABSENT = "not in the report"
_MARKUP = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|~&!"})


def comparison_html(comparison: Comparison) -> str:
    """The matrix as a page that needs nothing else."""
    return render("compare.html", comparison=comparison, symbols=SYMBOLS, verdicts=_seen(comparison), absent=_ABSENT)


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """The matrix as a JSON object, with the columns by number in the order of `targets`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "targets": [
            {
                "name": column.name,
                "endpoint_url": column.endpoint_url,
                "region": column.region,
                "suite": {"version": column.suite_version, "profile": column.profile},
                "started": column.started,
                "complete": not column.note,
                "summary": dict(column.summary),
                "headline": column.headline,
            }
            for column in comparison.columns
        ],
        "rules": [
            {
                "id": row.rule_id,
                "level": row.level,
                "statement": row.statement,
                "differs": row.differs,
                "verdicts": [None if cell is None else cell[0] for cell in row.cells],
                "reasons": [None if cell is None else cell[1] for cell in row.cells],
            }
            for row in comparison.rules
        ],
        "observations": [
            {"id": row.name, "differs": row.differs, "choices": [cell or None for cell in row.cells]}
            for row in comparison.choices
        ],
    }


def comparison_markdown(comparison: Comparison) -> str:
    """The matrix as Markdown tables: the summary, the rules, and the choices; what differs is marked with ≠."""
    names = [column.name for column in comparison.columns]
    parts = ["# Comparison of targets", "", *_table(("", *names), _summary(comparison))]
    parts += ["", "## Rules", "", *_table(("rule", "level", *names), _rules(comparison))]
    if comparison.choices:
        parts += ["", "## Observations", "", "What each target does where the documents leave a choice.", ""]
        parts += _table(("choice", *names), _choices(comparison))
    return "\n".join(parts) + "\n"


def regressions_text(found: Regressions) -> str:
    """A line for each rule that fails and did not, and one for those that are no longer judged."""
    lines = [f"regression: {rule_id}: {problem}" for rule_id, problem in found.failing.items()]
    lines = lines or [f"nothing that {found.before} passes fails in {found.after}"]
    if found.lost:
        lines.append(f"no longer judged: {', '.join(found.lost)}")
    return "".join(f"{visible(line)}\n" for line in lines)


def regressions_json(found: Regressions) -> dict[str, Any]:
    """The same as a JSON object."""
    return {
        "schema_version": SCHEMA_VERSION,
        "before": found.before,
        "after": found.after,
        "regressions": [{"id": rule_id, "problem": problem} for rule_id, problem in found.failing.items()],
        "no_longer_judged": list(found.lost),
    }


def _summary(comparison: Comparison) -> Iterator[Sequence[str]]:
    for verdict in _seen(comparison):
        yield verdict, *(str(column.summary[verdict]) for column in comparison.columns)
    yield "gate", *(column.headline for column in comparison.columns)
    if any(column.note for column in comparison.columns):
        yield "note", *(column.note for column in comparison.columns)


def _rules(comparison: Comparison) -> Iterator[Sequence[str]]:
    for row in comparison.rules:
        cells = (f"{SYMBOLS[Verdict(cell[0])]} {cell[0]}" if cell else _ABSENT for cell in row.cells)
        yield f"{'≠ ' if row.differs else ''}{row.rule_id}", row.level, *cells


def _choices(comparison: Comparison) -> Iterator[Sequence[str]]:
    for row in comparison.choices:
        yield f"{'≠ ' if row.differs else ''}{row.name}", *(cell or "–" for cell in row.cells)


def _seen(comparison: Comparison) -> list[str]:
    """The verdicts that occur, in their order."""
    return [str(verdict) for verdict in Verdict if any(column.summary[verdict] for column in comparison.columns)]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _line(head)
    yield "|---" * len(head) + "|"
    yield from map(_line, rows)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(_plain(cell) for cell in cells) + " |"


def _plain(text: str) -> str:
    """A text as it stands, in one line, whatever Markdown would make of it."""
    return " ".join(str(visible(text)).split()).translate(_MARKUP)
