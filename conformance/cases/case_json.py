"""Cases as JSON and back."""

from __future__ import annotations

import json
from types import UnionType
from typing import Any

from cattrs import transform_error
from cattrs.preconf.json import JsonConverter, make_converter
from cattrs.strategies import configure_tagged_union
from cattrs.v import format_exception

from conformance.cases.case import Arn, CallStep, Case, Point, Start, Step


class DamagedCaseError(ValueError):
    """What was read is no case; the message says what is wrong with it."""


def _converter() -> JsonConverter:
    converter = make_converter(omit_if_default=True, forbid_extra_keys=True)
    # Before the rest, which reads up how its parts are written.
    _permit_none(converter, Start, Start | None)
    for union in (Point, Start, Arn, CallStep, Step):
        configure_tagged_union(union, converter, tag_name="type")
    return converter


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


def size_of(case: Case) -> tuple[int, int, str]:
    """An order of cases by simplicity: fewer steps first, then the shorter text, then the text itself."""
    text = json.dumps(case_to_json(case), sort_keys=True)
    return len(case.steps), len(text), text
