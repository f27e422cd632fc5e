"""Cases as JSON and back, and how a document is written as JSON.

The names in the JSON are those of suite 0.1.0, whose saved cases stay readable: a mutation is an `alteration` there,
concurrent calls are `Together`.
"""

from __future__ import annotations

import json
import re
from types import UnionType
from typing import Any

from cattrs import transform_error
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.json import JsonConverter, make_converter
from cattrs.strategies import configure_tagged_union
from cattrs.v import format_exception

from conformance.cases.case import (
    Arn,
    CallStep,
    Case,
    ConcurrentCalls,
    DescribeOffering,
    ListOfferings,
    ListReservations,
    OfferingArn,
    Point,
    Purchase,
    ReservationArn,
    Start,
    Step,
    TokenOf,
)

_TAGS = {ConcurrentCalls: "Together"}
_WITH_MUTATION = (OfferingArn, ReservationArn, Purchase, DescribeOffering, ListOfferings, ListReservations)


class DamagedCaseError(ValueError):
    """What was read is not a case; the message says what is wrong with it."""


def _converter() -> JsonConverter:
    converter = make_converter(omit_if_default=True, forbid_extra_keys=True)
    # Before the rest, which looks up how its parts are written.
    _permit_none(converter, Start, Start | None)
    _permit_token(converter)
    for union in (Point, Start, Arn):
        configure_tagged_union(union, converter, tag_generator=_tag, tag_name="type")
    for kind in _WITH_MUTATION:
        _rename_mutation(converter, kind)
    for union in (CallStep, Step):
        configure_tagged_union(union, converter, tag_generator=_tag, tag_name="type")
    return converter


def _tag(kind: type[Any]) -> str:
    return _TAGS.get(kind, kind.__name__)


def _rename_mutation(converter: JsonConverter, kind: type[Any]) -> None:
    renamed = override(rename="alteration")
    unstructure = make_dict_unstructure_fn(kind, converter, _cattrs_omit_if_default=True, mutation=renamed)
    converter.register_unstructure_hook(kind, unstructure)
    structure = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True, mutation=renamed)
    converter.register_structure_hook(kind, structure)


def _permit_token(converter: JsonConverter) -> None:
    """A NextToken is a text of its own, or refers to a step: {"step": 0}."""

    def structure(value: object, _: object) -> str | TokenOf | None:
        if value is None or isinstance(value, str):
            return value
        return converter.structure(value, TokenOf)

    token: Any = str | TokenOf | None
    converter.register_structure_hook_func(lambda annotation: bool(annotation == token), structure)


def _permit_none(converter: JsonConverter, union: Any, optional: Any) -> None:
    """Let a part of a union that may be left out keep its type: with None it is another union to cattrs."""

    def matches(annotation: object) -> bool:
        return bool(annotation == optional)

    converter.register_unstructure_hook_func(
        matches, lambda value: None if value is None else converter.unstructure(value, union)
    )
    converter.register_structure_hook_func(
        matches, lambda value, _: None if value is None else converter.structure(value, union)
    )


_CONVERTER = _converter()


def case_to_json(case: Case) -> dict[str, Any]:
    """The case as a JSON object; parts that have their default value are left out."""
    unstructured = _CONVERTER.unstructure(case)
    return dict(unstructured)


def case_from_json(document: object) -> Case:
    """The case that `case_to_json` turned into this JSON object. Raises DamagedCaseError for anything else."""
    try:
        return _CONVERTER.structure(document, Case)
    except Exception as error:
        what = transform_error(error, path="case", format_exception=_format_problem)[0]
        raise DamagedCaseError(f"no case: {what}") from error


def _format_problem(error: BaseException, expected: type | None) -> str:
    """What cattrs found, for people: where a tag tells types apart it merely misses a key or an attribute."""
    if isinstance(error, AttributeError) or "NoneType" in str(error):
        return "expected a JSON object"
    if isinstance(error, KeyError) and isinstance(expected, UnionType):
        return 'a "type" is required' if error.args[0] == "type" else f"no {error.args[0]!r} can stand here"
    return format_exception(error, expected)


def json_text(document: object) -> str:
    """A document as it stands in a file: indented, and in ASCII alone where it has what UTF-8 cannot write.

    Half a surrogate pair, as a target may send it, has a form in JSON and none in UTF-8.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return text if is_encodable(text) else json.dumps(document, indent=2) + "\n"


def is_encodable(text: str) -> bool:
    """Whether the text can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_NAMED_OUTRIGHT = re.compile(r'"(?:instant|text)": "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"')
_MORE_TO_READ = 30
"""Characters that an instant counts for beside its own: one relative to the clock is plainer, be it longer."""


def size_of(case: Case) -> tuple[int, int, str]:
    """An order of cases by simplicity: fewer steps first, then the shorter text, then the text itself.

    An instant that is named outright counts as longer than one that is told by the window, such as its last second
    before: 0001-01-01 leaves open how early is too early.
    """
    text = json.dumps(case_to_json(case), sort_keys=True)
    return len(case.steps), len(text) + _MORE_TO_READ * len(_NAMED_OUTRIGHT.findall(text)), text
