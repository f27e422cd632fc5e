"""docs/choices.md: every choice that is observed; `python -m conformance.report.choices_page` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from conformance.rules.choices import CHOICES, Choice

_HEAD = """\
# Choices

Written by `make rules` from `conformance/rules/choices.py`; do not edit it here.

Where the documents leave a choice, no rule is broken by it, and what a target does is observed: in every run and every
judgement. `--write-profile FILE` writes it down, and `--expect-profile FILE` fails whoever chooses otherwise ([what AWS
was seen to do](what-aws-was-seen-to-do.md)). Some choices come in several kinds, such as one for each thing that can be
wrong with a request: the kind stands behind the id, as in `refusals/exception (an ARN of no offering)`. A choice that
is *not held* is written down and compared, but fails nobody unless its entry in the profile says `hold = true`.

| choice | what is left open | values |
|---|---|---|
"""


def page(choices: Iterable[Choice]) -> str:
    """The page as Markdown, with a line for each choice in the order of the alphabet."""
    ordered = sorted(choices, key=lambda choice: choice.id)
    return _HEAD + "".join(map(_row, ordered))


def _row(choice: Choice) -> str:
    held = "" if choice.binding else " *Not held.*"
    return f"| `{choice.id}` | {choice.question}{held} | {choice.values} |\n"


if __name__ == "__main__":
    sys.stdout.write(page(CHOICES.values()))
