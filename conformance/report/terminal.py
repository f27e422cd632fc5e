"""The end of a run on the terminal: topics against verdicts, then what fails, by likely cause, on one screen.

What a target answers reaches the terminal as text alone: line breaks, escape sequences and halves of surrogate pairs
are shown by their codes.
"""

from __future__ import annotations

import itertools
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from conformance.report.groups import Group, groups_of
from conformance.results.failure import Failure
from conformance.results.run import Run
from conformance.results.verdicts import Verdict
from conformance.rules.choices import is_binding
from conformance.rules.registry import Level, Rule
from conformance.spec.plain_text import one_line

WIDTH = 80
"""Columns; a command to be pasted may take more."""
MOST_LINES = 40
"""Lines of a summary that is not asked for in full, those at its end included."""

_CONTEXTS = (("before",), ("clock", "before"))
"""What is told of what was before a call, as far as there is room, the most telling first."""
_MOST_LINES_OF_AN_ENTRY, _MOST_LINES_OF_A_CALL = 3, 4
_CHARACTERS_OF_A_LINE = 60
"""That a line has room for, wherever it is broken."""
_LONG_ARN = re.compile(r"'(arn:)[^' ]{30,}(?:'| \(\d+ characters\))", re.IGNORECASE)
"""As a message shows it, whole or cut."""
_QUIET = (Verdict.PASS, Verdict.NOT_TESTABLE, Verdict.NOT_IMPLEMENTED, Verdict.NOT_RUN)
_COLOURS = {Level.MUST: "red", Level.SHOULD: "yellow"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line for the terminal; `colour` is empty, or the name of one that pytest's terminal knows."""

    text: str
    colour: str = ""

    @property
    def markup(self) -> dict[str, bool]:
        """As pytest's terminal takes it."""
        return {self.colour: True} if self.colour else {}


def summary_lines(run: Run, *, whole: bool = False, room: int = MOST_LINES) -> list[Line]:
    """The table, what fails, what else was neither passed nor simply out of reach, and what was observed.

    With `whole` each failure has all of its message; without it the summary has at most `room` lines, and a failure the
    call before and the clock where there is room for them beside all of what fails.
    """
    verdicts = run.verdicts()
    counted = [(rule, verdict) for rule, verdict, _ in verdicts]
    table = [Line(text) for text in _table(counted, whole=whole)]
    entries = list(_rest(run, verdicts, whole=whole))
    rest = [Line(text) for entry in (entries if whole else _first_of(entries, max(4, room // 4))) for text in entry]
    groups = groups_of(run)
    blocks = [_block(group, run, whole=whole) for group in groups]
    if not whole:
        if sum(map(len, blocks)) > room - len(table) - len(rest):
            # What fails is worth more than how much of each topic.
            table = [Line(text) for text in _table(counted, whole=False, topics_apart=False)]
        room -= len(table) + len(rest)
        blocks = _fitting(_with_context(blocks, groups, run, room), room)
    return [clean(line) for line in (*table, *(line for block in blocks for line in block), *rest)]


def clean(line: Line) -> Line:
    """The line with nothing in it that a terminal, or a CI system that reads its lines, would take for a command."""
    return Line(one_line(line.text), line.colour)


def _with_context(blocks: Sequence[list[Line]], groups: Sequence[Group], run: Run, room: int) -> list[list[Line]]:
    """The blocks, with the call before in as many as there is room for, from the first on; then with the clock too."""
    fuller = list(blocks)
    for context in _CONTEXTS:
        for number, group in enumerate(groups):
            block = _block(group, run, whole=False, context=context)
            if sum(map(len, fuller)) - len(fuller[number]) + len(block) <= room:
                fuller[number] = block
    return fuller


def _fitting(blocks: Sequence[list[Line]], room: int) -> list[list[Line]]:
    """All blocks, or the first ones as long as there is room for a line on each of the others."""
    if sum(map(len, blocks)) <= room:
        return list(blocks)
    shown: list[list[Line]] = []
    for number, block in enumerate(blocks):
        left = room - sum(map(len, shown))
        others = len(blocks) - number - 1 if shown else 0
        if len(block) + others + 2 > left:
            return [*shown, _left_out(blocks[number:], left)]
        shown.append(block)
    return shown


def _left_out(blocks: Sequence[list[Line]], room: int) -> list[Line]:
    """The first lines of the blocks that are left out, as far as there is room."""
    heads = [_head(block) for block in blocks]
    fitting = heads[: max(0, room - 2)]
    more = len(heads) - len(fitting)
    ending = [Line(f"and {more} more; -v shows everything" if more else "-v shows everything")]
    return [Line(""), *(Line(_cut(head.text), head.colour) for head in fitting), *ending]


def _head(block: Sequence[Line]) -> Line:
    """What its first rule has done wrong, on one line."""
    first, *more = block[1:]
    going_on = itertools.takewhile(lambda line: re.match(r"  \S", line.text) and line.colour, more)
    text = " ".join([first.text, *(line.text.strip() for line in going_on)])
    return Line(_LONG_ARN.sub(r"'\1…'", text), first.colour)


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


def _block(group: Group, run: Run, *, whole: bool, context: Sequence[str] = ()) -> list[Line]:
    """A group: its first rule in full, the others by name, and what cannot be judged because of them."""
    lines = [Line("")]
    shown = group.rules if whole else group.rules[:1]
    for rule, reason in shown:
        lines += _failure(rule, reason, run, whole=whole, context=context)
    others = [rule.id for rule, _ in group.rules[len(shown) :]]
    lines += _entry("likewise", ", ".join(others)) if others else []
    lines += _entry("blocks", ", ".join(group.blocked)) if group.blocked else []
    return lines


def _failure(rule: Rule, reason: str, run: Run, *, whole: bool, context: Sequence[str]) -> list[Line]:
    failures = run.failures(rule.id)
    colour = _COLOURS.get(rule.level, "")
    if not failures:
        return [Line(f"[{rule.level}] {rule.id}: {reason}", colour)]
    first = failures[0]
    if whole:
        head, *more = f"[{rule.level}] {first.message}".split("\n")
        lines = [Line(head, colour), *map(Line, more)]
    else:
        lines = [Line(text, colour) for text in _wrapped(f"[{rule.level}] {rule.id}: {first.problem}", "  ")]
        lines += _short(first, context=context)
    lines += [Line(f"  also      {failure.label}: {failure.file}") for failure in failures[1:] if whole]
    return [*lines, *(_entry("baseline", reason) if reason else [])]


def _short(failure: Failure, *, context: Sequence[str]) -> Iterator[Line]:
    if "clock" in context:
        yield from _entry("clock", failure.clock)
    if "before" in context:
        yield from _call("before", failure.before[-1] if failure.before else "", _MOST_LINES_OF_AN_ENTRY)
    yield from _call("call", failure.call, _MOST_LINES_OF_A_CALL)
    yield from _entry("expected", failure.expected)
    if failure.replay:
        yield Line(f"  replay    {failure.replay}")  # to be pasted


def _call(name: str, call: str, most_lines: int) -> list[Line]:
    """A call on so many lines; where it is longer, what came of it is more telling than what was sent."""
    call = re.sub(r"'arn(?::|%3A)[^']{30,}([^']{12})'", r"'…\1'", call)
    sent, arrow, came = one_line(call).rpartition(" -> ")
    most = most_lines * _CHARACTERS_OF_A_LINE
    room = most - len(arrow) - min(len(came), most // 2)
    if len(sent) > room:
        sent = f"{sent[: room - 1]}…"
    return _entry(name, f"{sent}{arrow}{came}", most_lines)


def _entry(name: str, text: str, most_lines: int = _MOST_LINES_OF_AN_ENTRY) -> list[Line]:
    if not text:
        return []
    lines = _wrapped(f"  {name:<9} {text}", " " * 12)
    if len(lines) > most_lines:
        *lines, last = lines[:most_lines]
        lines.append(f"{last[: WIDTH - 2]} …")
    return [Line(line) for line in lines]


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        one_line(text), WIDTH, subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True
    ) or [""]


def _table(verdicts: Sequence[tuple[Rule, Verdict]], *, whole: bool, topics_apart: bool = True) -> Iterator[str]:
    counts = Counter((rule.topic, verdict) for rule, verdict in verdicts)
    topics = sorted({rule.topic for rule, _ in verdicts})
    shown = [verdict for verdict in Verdict if any(counts[topic, verdict] for topic in topics)]
    if not whole:
        loud = [
            topic
            for topic in topics
            if topics_apart and any(counts[topic, one] for one in Verdict if one not in _QUIET)
        ]
        name = "others" if loud else "all"
        for verdict in shown:
            counts[name, verdict] = sum(counts[topic, verdict] for topic in topics if topic not in loud)
        topics = loud if len(loud) == len(topics) else [*loud, name]
    width = max(len(topic) for topic in topics)
    yield " " * width + "".join(f"  {verdict}" for verdict in shown)
    for topic in topics:
        cells = (str(counts[topic, verdict] or "-").rjust(len(verdict) + 2) for verdict in shown)
        yield topic.ljust(width) + "".join(cells)


def _rest(run: Run, verdicts: Sequence[tuple[Rule, Verdict, str]], *, whole: bool) -> Iterator[list[str]]:
    """Why rules were neither passed nor failed, and what was observed: an entry each, on whole lines."""
    for number, text in enumerate(_reasons(verdicts, whole=whole)):
        yield [*([""] if number == 0 else []), *_wrapped(text, "  ")]
    truncated = [result.truncated for result in run.results.values() if result.truncated]
    if truncated:
        yield ["", f"{truncated[0]}: not every example was tried for {len(truncated)} rules"]
    observations = {name: value for name, value in run.observations().items() if is_binding(name)}
    if observations and whole:
        yield ["", "observed: " + "; ".join(f"{rule_id} {choice}" for rule_id, choice in observations.items())]


def _first_of(entries: Sequence[list[str]], room: int) -> list[list[str]]:
    """All entries, or the first ones as long as there is room to say how many are left out."""
    if sum(map(len, entries)) <= room:
        return list(entries)
    shown: list[list[str]] = []
    for number, entry in enumerate(entries):
        if sum(map(len, shown)) + len(entry) + 1 > room:
            return [*shown, [f"and {len(entries) - number} reasons more; -v shows everything"]]
        shown.append(entry)
    return shown


def _reasons(verdicts: Iterable[tuple[Rule, Verdict, str]], *, whole: bool) -> Iterator[str]:
    """One line a reason, with the rules that it holds for; why rules passed in part alone comes last."""
    by_reason: dict[tuple[Verdict, str], list[str]] = {}
    for rule, verdict, reason in verdicts:
        # What fails, and what that blocks, is told above; what was not selected in the headline.
        shown_elsewhere = (Verdict.FAIL,) if whole else (Verdict.FAIL, Verdict.BLOCKED, Verdict.NOT_RUN)
        if verdict not in shown_elsewhere and (reason or verdict not in _QUIET):
            by_reason.setdefault((verdict, reason), []).append(rule.id)
    for (verdict, reason), rule_ids in sorted(by_reason.items(), key=lambda one: one[0][0] is Verdict.PASS):
        named = ", ".join(rule_ids[:3]) + (f" and {len(rule_ids) - 3} more" if len(rule_ids) > 3 else "")
        yield f"{verdict}: {reason or 'no reason known'} ({named})"
