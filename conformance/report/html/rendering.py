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
    return "".join(sign if sign.isprintable() or sign in _LAYOUT else _code(sign) for sign in value)


def _code(sign: str) -> str:
    """The character as a string of Python or JSON may write it."""
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


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
