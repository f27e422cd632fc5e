"""Requests that are mutated as a whole: named mutations, and edits of a JSON body by its grammar."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from conformance.cases.case import Edit
from conformance.cases.request_mutations import REQUESTS
from strategies.content import texts
from strategies.editing import edit_lists
from strategies.editing import edits as single_edits
from strategies.numbers import lengths

PURCHASE_MUTATIONS: tuple[str, ...] = tuple(
    name for name in REQUESTS if name not in ("plain", "maxResults in a header")
)
"""The mutations of a purchase."""
_HEAVY = ("nested too deep", "an unknown member nested too deep", "a huge unknown member")
_NAMES = ("reservationName", "start")
_NUMBERS = (
    "0", "-0", "1.5", "1e400", "-1e400", "1e-400", "1E5", "01", "+1", ".5", "1.", "0x10", "NaN", "-Infinity",
    str(2**31), str(2**53 + 1), str(2**63), str(2**64), "9" * 60,
)  # fmt: skip
_FRAGMENTS = (
    "null", "true", "false", "[]", "{}", '""', "[null]", '{"": ""}', "undefined", "'a'", '"\\ud800"', '"\\u0000"',
    '"\\u00', "/* */", "#", ",", ",,", ":", "}", "]", "{", "[", '"', "\\", "\n", "\ufeff", "0,", "None", "True",
)  # fmt: skip


def purchase_mutations(*, include_heavy: bool = False) -> st.SearchStrategy[str]:
    """Names of request mutations for a purchase, those that send a megabyte or nest a hundred thousand deep if asked.

    >>> find(purchase_mutations(), lambda name: "twice" in name)
    'name twice, the right one last'
    """
    return st.sampled_from([name for name in PURCHASE_MUTATIONS if include_heavy or name not in _HEAVY])


def json_fragments(*, max_depth: int = 60) -> st.SearchStrategy[str]:
    """Texts to put into JSON: values of every type, extreme numbers, nesting, and signs that break it.

    >>> find(json_fragments(), lambda text: text.startswith("[[["))
    '[[[]]]'
    """
    strings = texts(max_size=40).map(lambda text: json.dumps(text))
    raw = texts(max_size=40).map(lambda text: json.dumps(text, ensure_ascii=False))
    nested = lengths(max_value=max_depth).map(lambda depth: "[" * depth + "]" * depth)
    objects = lengths(max_value=max_depth).map(lambda depth: '{"a":' * depth + "1" + "}" * depth)
    return st.sampled_from(_FRAGMENTS) | st.sampled_from(_NUMBERS) | strings | raw | nested | objects


def body_edits(*, fragments: st.SearchStrategy[str] = json_fragments()) -> st.SearchStrategy[tuple[Edit, ...]]:
    """Edits of a JSON object: signs, fragments anywhere in it, around it, and further members at its begin or end.

    Further members have the names of the right ones too, so that these stand there twice.

    >>> find(body_edits(), lambda edits: "start" in edits[0].insert)[0].at
    1
    """
    anywhere = st.builds(Edit, st.integers(0, 90), st.sampled_from([0, 0, 1, 5, 20]), fragments)
    around = st.builds(Edit, st.sampled_from([0, -1]), st.just(0), fragments)
    names = st.sampled_from(_NAMES) | texts(max_size=12)
    members = st.builds(lambda name, value: f"{json.dumps(name)}: {value}", names, fragments)
    # Behind the opening brace, and before the closing one.
    first = members.map(lambda member: Edit(at=1, insert=f"{member}, "))
    last = members.map(lambda member: Edit(at=-2, insert=f", {member}"))
    one = first | last | around | anywhere
    return one.map(lambda edit: (edit,)) | edit_lists(edits=single_edits(max_position=90))
