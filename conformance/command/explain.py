"""`mediaconnect-conformance explain`: what a rule asks for, why, and how it is tested."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.command.parser import parser_of

_DESCRIPTION = """\
Explains rules: statement, source, what they need of a target, their tests, and for each an exchange that keeps the
rule, as the reference answers, beside one that breaks it.
"""

_EXAMPLE = """\
Example:
  mediaconnect-conformance explain start-window/before-lower-bound
"""


def main(arguments: Sequence[str]) -> int:
    """Explain the rules, and give the exit status: 4 where there is no such rule."""
    parser = parser_of("explain", _DESCRIPTION, _EXAMPLE)
    parser.add_argument("rules", nargs="+", metavar="RULE", help="the id of a rule, as `rules` lists them")
    options = parser.parse_args(arguments)

    from conformance.command.explanation import explanation, rule_named

    try:
        rules = [rule_named(rule_id) for rule_id in options.rules]
    except LookupError as error:
        parser.error(str(error.args[0]))
    print("\n\n".join("\n".join(explanation(rule)) for rule in rules))
    return 0
