"""Jinja2 templates of this package, with every text escaped: what a target says may hold markup of its own."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_LAYOUT = "\t\n\r"


def visible(value: object) -> object:
    """The value; in a text with the codes of the characters that cannot be seen, or that turn its direction."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(
        character if character.isprintable() or character in _LAYOUT else _code(character) for character in value
    )


def _code(character: str) -> str:
    """The character as a string of Python or JSON may write it."""
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


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
