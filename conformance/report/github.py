"""What GitHub Actions shows of a run: annotations, which are lines of its log, and the job summary in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from itertools import groupby

from conformance import __version__
from conformance.results.gate import ExitStatus, Gate
from conformance.results.run import Run
from conformance.results.verdicts import Verdict
from conformance.rules import Level, Rule
from conformance.rules.choices import is_binding
from conformance.spec.plain_text import one_line

_MOST_BYTES = 900_000
"""A job summary of more than 1 MiB is not shown at all."""


def annotation(kind: str, title: str, message: str) -> str:
    """A workflow command that annotates the run: `kind` is error, warning or notice."""
    return f"::{kind} title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def annotations_of(run: Run, gate: Gate, closing: frozenset[Level]) -> Iterator[str]:
    """One for each failing rule, what closes the gate first, as GitHub shows only the first ten of a kind.

    A gate that is not open without any of them has an error of its own.
    """
    failing = [(rule, reason) for rule, verdict, reason in run.verdicts() if verdict is Verdict.FAIL]
    errors = [(rule, reason) for rule, reason in failing if rule.level in closing]
    if gate.status is not ExitStatus.OPEN and not errors:
        yield annotation("error", "mediaconnect-conformance", gate.headline)
    for rule, reason in errors:
        yield annotation("error", f"[{rule.level}] {rule.id}", _message(run, rule, reason))
    for rule, reason in failing:
        if rule.level not in closing:
            yield annotation("warning", f"[{rule.level}] {rule.id}", _message(run, rule, reason))
    for rule, verdict, reason in run.verdicts():
        if verdict is Verdict.KNOWN:
            yield annotation("notice", f"known: {rule.id}", reason)


def _message(run: Run, rule: Rule, reason: str) -> str:
    """The message of the simplest failure; the baseline's reason where that is what makes it one."""
    messages = [failure.message for failure in run.failures(rule.id)[:1]]
    return "\n".join([*messages, *([reason] if reason else [])])


def summary_of(run: Run, gate: Gate) -> str:
    """The job summary: the gate, topics against verdicts, each failing rule with its message, and what was observed."""
    endpoint = f" at {run.target.endpoint_url}" if run.target.endpoint_url else ""
    budget = f", --max-time {run.max_time:g}" if run.max_time is not None else ""
    parts = [
        f"## {_inline(gate.headline)}\n",
        f"mediaconnect-conformance {__version__} on {_inline(run.target.name + endpoint)}, "
        f"profile {_inline(run.profile)}{budget}\n",
        "\n".join(_table(run)) + "\n",
    ]
    size = sum(len(part.encode()) for part in parts)
    sections = [*_failures(run), *_known(run), *_observations(run)]
    for number, section in enumerate(sections):
        size += len(section.encode())
        if size > _MOST_BYTES:
            parts.append(f"… and {len(sections) - number} entries more, which are in the report\n")
            break
        parts.append(section)
    return "\n".join(parts) + "\n"


def _inline(text: str) -> str:
    """Text of others, which must not be taken for HTML or Markdown."""
    return "".join(
        f"\\{character}" if character in "\\`*_[]|~#" else character
        for character in escape(one_line(text), quote=False)
    )


def _table(run: Run) -> Iterator[str]:
    counts = Counter((rule.topic, verdict) for rule, verdict, _ in run.verdicts())
    topics = sorted({topic for topic, _ in counts})
    shown = [verdict for verdict in Verdict if any(counts[topic, verdict] for topic in topics)]
    yield f"| topic | {' | '.join(shown)} |"
    yield "|---" + "|--:" * len(shown) + "|"
    for topic in topics:
        yield f"| {topic} | {' | '.join(str(counts[topic, verdict] or '-') for verdict in shown)} |"


def _failures(run: Run) -> Iterator[str]:
    for rule, verdict, reason in run.verdicts():
        if verdict is Verdict.FAIL:
            message = _message(run, rule, reason)
            problem = message.partition("\n")[0].removeprefix(f"{rule.id}: ")
            yield (
                f"<details><summary><b>{rule.id}</b> ({rule.level}): {escape(problem, quote=False)}</summary>\n\n"
                f"{_fenced(message)}\n\n</details>\n"
            )


def _fenced(message: str) -> str:
    """A block of code; its fence is longer than any run of backticks in it."""
    longest = max((len(list(run)) for character, run in groupby(message) if character == "`"), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{message}\n{fence}"


def _known(run: Run) -> Iterator[str]:
    known = [
        f"- `{rule.id}`: {_inline(reason)}" for rule, verdict, reason in run.verdicts() if verdict is Verdict.KNOWN
    ]
    if known:
        yield "### Known\n\n" + "\n".join(known) + "\n"


def _observations(run: Run) -> Iterator[str]:
    shown = {name: values for name, values in run.observations().items() if is_binding(name)}
    observed = [f"- `{name}`: {_inline(values)}" for name, values in shown.items()]
    if observed:
        yield "### Observed\n\n" + "\n".join(observed) + "\n"
