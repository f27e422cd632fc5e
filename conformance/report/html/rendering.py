"""Jinja2 templates of this package, with every text escaped: what a target says may hold markup of its own."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_LINES = "\u2028\u2029"
_DIRECTIONS = "\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NO_CHARACTERS = "\ud800-\udfff\ufffe\uffff"
_UNPRINTABLE = re.compile(f"[{_CONTROLS}{_LINES}{_DIRECTIONS}{_NO_CHARACTERS}]")


def visible(value: object) -> object:
    """The value; in a text with the codes of the characters that no page can show, or that turn its direction."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", value)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("conformance.report.html"),
        autoescape=True,
        finalize=visible,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )


def render(template: str, **members: object) -> str:
    """The named template as text."""
    return _environment().get_template(template).render(members)
