"""What a script must do to make a case's calls: texts of Starts, ARNs and spoilt requests as Python expressions.

The expressions use only the few functions of `FUNCTIONS`, which a script carries along, and the time `now`, so that a
point of the case means the same whenever the script is run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from conformance.cases.case import At, EndOf, Inside, Literal, MonthStart, Now, Point, Purchase, Start
from conformance.cases.request_mutations import REQUESTS, Parts
from conformance.cases.resolution import NotPlayableError, resolve_point
from conformance.cases.start_forms import FORMS

FUNCTIONS: Mapping[str, str] = {
    "other_digits": """def other_digits(text):
    return text.translate(str.maketrans("0123456789", "1234567890"))""",
    "other_identifier": """def other_identifier(text):
    # The digits of a UUID that tell its version and variant stay.
    uuid = [len(part) for part in text.split("-")] == [8, 4, 4, 4, 12]
    for table in (str.maketrans("0123456789", "1234567890"), str.maketrans("abcdefABCDEF", "bcdefaBCDEFA")):
        moved = "".join(s if uuid and at in (14, 19) else s.translate(table) for at, s in enumerate(text))
        if moved != text:
            return moved
    return text""",
    "swapped": """def swapped(arn):
    parts = arn.split(":")
    parts[3], parts[4] = parts[4], parts[3]
    return ":".join(parts)""",
    "with_part": """def with_part(arn, number, change):
    parts = arn.split(":")
    parts[number] = change(parts[number])
    return ":".join(parts)""",
    "instant": """def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)""",
    "format_timestamp": '''def format_timestamp(instant):
    return instant.replace(tzinfo=None, microsecond=0).isoformat() + "Z"''',
    "month_start": """def month_start(instant):
    return instant.replace(day=1, hour=0, minute=0, second=0, microsecond=0)""",
    "moved": """def moved(instant, months=0, seconds=0):
    years, month = divmod(instant.month - 1 + months, 12)
    year, month = instant.year + years, month + 1
    day = min(instant.day, calendar.monthrange(year, month)[1])
    return instant.replace(year=year, month=month, day=day) + timedelta(seconds=seconds)""",
    "inside": """def inside(now, thousandths):
    window = now - month_start(now)
    return month_start(now) + timedelta(seconds=int(window.total_seconds()) * thousandths // 1000)""",
}
"""The functions of the expressions, each after those that it uses."""

ARN_EXPRESSIONS: Mapping[str, str] = {
    "exact": "{arn}",
    "another identifier": "with_part({arn}, -1, other_identifier)",
    "goes on after": "{arn} + '0'",
    "goes on after a colon": "{arn} + ':0'",
    "goes on after a slash": "{arn} + '/0'",
    "ends in a space": "{arn} + ' '",
    "ends in a line break": "{arn} + '\\n'",
    "ends in a null character": "{arn} + '\\0'",
    "begins with a space": "' ' + {arn}",
    "begins before it": "'x' + {arn}",
    "lacks its last character": "{arn}[:-1]",
    "lacks its first character": "{arn}[1:]",
    "the identifier alone": "{arn}.rpartition(':')[2]",
    "other account": "with_part({arn}, 4, other_digits)",
    "other Region": "with_part({arn}, 3, lambda region: 'us-west-2' if region == 'eu-west-1' else 'eu-west-1')",
    "other service": "with_part({arn}, 2, lambda _: 'medialive')",
    "other partition": "with_part({arn}, 1, lambda _: 'aws-nowhere')",
    "reservation for offering": "{arn}.replace(':offering:', ':reservation:')",
    "percent-encoded twice": "{arn}.replace(':', '%3A')",
    "upper case": "{arn}.upper()",
    "one letter in upper case": "with_part({arn}, 2, str.capitalize)",
    "the identifier in upper case": "with_part({arn}, -1, str.upper)",
    "no hyphens in the identifier": "with_part({arn}, -1, lambda last: last.replace('-', ''))",
    "braces around the identifier": "with_part({arn}, -1, lambda last: '{' + last + '}')",
    "a wildcard for the identifier": "with_part({arn}, -1, lambda _: '*')",
    "no identifier": "with_part({arn}, -1, lambda _: '')",
    "a slash before the identifier": "'/'.join({arn}.rsplit(':', 1))",
    "no account": "with_part({arn}, 4, lambda _: '')",
    "no Region": "with_part({arn}, 3, lambda _: '')",
    "Region and account swapped": "swapped({arn})",
    "twice": "2 * {arn}",
    "twice with a comma": "','.join(2 * [{arn}])",
    "in quotes": "'\"' + {arn} + '\"'",
    "a URN": "'urn:' + {arn}",
    "full-width colons": "{arn}.replace(':', '\uff1a')",
    "letters of another script": "{arn}.replace('a', '\u0430').replace('o', '\u043e')",
    "digits of another script": "{arn}.translate(str.maketrans('0123456789', ''.join(map(chr, range(0x660, 0x66a)))))",
    "percent-encoded three times": "{arn}.replace(':', '%253A')",
    "plus signs for hyphens": "{arn}.replace('-', '+')",
}
"""The mutations of ARNs as expressions of a real ARN, of an offering where that matters."""

_SAMPLE = datetime(2027, 11, 23, 14, 35, 47, tzinfo=UTC)
_TRIALS = (
    datetime(2028, 3, 5, 4, 6, 8, tzinfo=UTC),
    datetime(2031, 12, 31, 23, 59, 58, tzinfo=UTC),
    datetime(2030, 1, 1, 0, 0, 0, tzinfo=UTC),
)
_FIELDS = (("2027", "%Y"), ("27", "%y"), ("11", "%m"), ("23", "%d"), ("14", "%H"), ("35", "%M"), ("47", "%S"))
_SAMPLE_TEXT = "2027-11-23T14:35:47Z"
START, SECONDS, MILLISECONDS = "<start>", "<start in seconds>", "<start in milliseconds>"
_DEFINED = re.compile(r"^def (\w+)\(|^(?!def )(\w+)\(\) \{", re.MULTILINE)
_RUN = re.compile(rb"(.)\1{999,}", re.DOTALL)


def functions_of(expressions: str) -> list[str]:
    """The texts of the functions that the expressions use, each after those that it uses."""
    return used_blocks(list(FUNCTIONS.values()), f"instant format_timestamp {expressions}")


def used_blocks(blocks: list[str], text: str) -> list[str]:
    """The blocks, of a function each, that the text uses or another block that it uses; and those that define none."""
    names = [match.group(1) or match.group(2) if (match := _DEFINED.search(block)) else "" for block in blocks]
    used = {number for number, name in enumerate(names) if not name}
    before = -1
    while before != len(used):
        before = len(used)
        whole = "\n".join([text, *(blocks[number] for number in used)])
        used |= {number for number, name in enumerate(names) if re.search(rf"\b{name}\b", whole)}
    return [block for number, block in enumerate(blocks) if number in used]


def point_expression(point: Point, end: str) -> str:
    """A point as an expression of `now`; `end` is the expression of the End that it may refer to."""
    match point:
        case MonthStart(seconds, months):
            return _moved("month_start(now)", months, seconds)
        case Now(seconds, months):
            return _moved("now", months, seconds)
        case Inside(thousandths):
            return f"inside(now, {thousandths})"
        case At(text):
            return f"instant({text!r})"
        case EndOf(_, seconds):
            return _moved(end, 0, seconds)


def _moved(instant: str, months: int, seconds: int) -> str:
    given = "".join(f", {name}={value}" for name, value in (("months", months), ("seconds", seconds)) if value)
    return f"moved({instant}{given})" if given else instant


def start_expression(start: Start, end: str, now: datetime) -> str:
    """The text of a Start as an expression; of a form that no format string gives, the text that it has at `now`."""
    if isinstance(start, Literal):
        return repr(start.text)
    point = point_expression(start.point, end)
    if start.form == "plain":
        return f"format_timestamp({point})"
    template = format_of(start.form, start.argument)
    if template is not None:
        return f"({point}).strftime({template!r})"
    try:
        return repr(FORMS[start.form](resolve_point(start.point, now, {}), start.argument))
    except NotPlayableError:
        return f"format_timestamp({point})"


def format_of(form: str, argument: str) -> str | None:
    """The format string for strftime that gives the form; None where none does."""
    write = FORMS[form]
    template = write(_SAMPLE, argument).replace("%", "%%")
    for text, directive in _FIELDS:
        template = template.replace(text, directive)
    return template if all(trial.strftime(template) == write(trial, argument) for trial in _TRIALS) else None


@dataclass(frozen=True, slots=True)
class Spoilt:
    """What an mutation changes in a request; None is left as it was.

    `path` replaces the path, `in_path` are replacements in it. In query and body, `START` and its like stand for the
    Start that is sent.
    """

    path: str | None
    in_path: tuple[tuple[str, str], ...]
    query: str
    headers: Mapping[str, str]
    body: bytes | None


def spoilt(mutation: str, purchase: Purchase | None) -> Spoilt:
    """What the named mutation changes in the request of a purchase, or of a call without a body (None)."""
    path = "/v1/offerings/arn%3Aaws%3Asample"
    body = b"" if purchase is None else json.dumps(body_members(purchase, _SAMPLE_TEXT)).encode()
    parts = REQUESTS[mutation].change(Parts(path, "", None, body))
    edits: tuple[tuple[str, str], ...] = ()
    for edit in (("%3A", ":"), ("arn%3A", "%61%72%6E%3A")):
        if parts.path == path.replace(*edit):
            edits = (edit,)
    fixed = parts.path if parts.path != path and not edits else None
    changed = _with_marks(parts.body.decode("latin-1")).encode("latin-1") if parts.body != body else None
    return Spoilt(fixed, edits, _with_marks(parts.query), dict(parts.headers or {}), changed)


def body_members(purchase: Purchase, start: str) -> dict[str, str]:
    """The members of the body of a right purchase with this Start."""
    given = {"reservationName": purchase.name, "start": None if purchase.start is None else start}
    return {name: value for name, value in given.items() if value is not None}


def _with_marks(text: str) -> str:
    seconds = str(int(_SAMPLE.timestamp()))
    quoted = _SAMPLE_TEXT.replace(":", "%3A")
    for sample, mark in (
        (_SAMPLE_TEXT, START),
        (quoted, START),
        (seconds + "000", MILLISECONDS),
        (seconds + ".0", SECONDS),
        (seconds, SECONDS),
    ):
        text = text.replace(sample, mark)
    return text


def in_runs(body: bytes) -> list[tuple[bytes, int]]:
    """The body as pieces, each with how often it comes; very long runs of one sign are told apart."""
    pieces: list[tuple[bytes, int]] = []
    position = 0
    for run in _RUN.finditer(body):
        pieces += [(body[position : run.start()], 1), (run.group(1), len(run.group()))]
        position = run.end()
    pieces.append((body[position:], 1))
    return [(piece, times) for piece, times in pieces if piece]
