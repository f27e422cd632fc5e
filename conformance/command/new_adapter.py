"""`mediaconnect-conformance new-adapter`: the skeleton of an adapter, with its test."""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from pathlib import Path

from conformance.command.parser import parser_of

_DESCRIPTION = """\
Writes NAME.py, an adapter that answers every request as not implemented, and test_NAME.py, which tests it with pytest.
Nothing that exists is overwritten.
"""

_EXAMPLE = """\
Example:
  mediaconnect-conformance new-adapter my_emulator
  mediaconnect-conformance run --target my_emulator:target
"""

_ADAPTER = '''\
"""{name} as a target of mediaconnect-conformance: `mediaconnect-conformance run --target {name}:target`."""

from conformance.targets.adapter import Capability, Request, Response, Target, respond


class Adapter(Target):
    """Answers requests in this process."""

    kind = "in-process"
    # What more it can do, and what that takes: docs/writing-an-adapter.md.
    capabilities = frozenset({{Capability.ACCOUNTS, Capability.OFFERINGS}})

    def send(self, request: Request) -> Response:
        """Answer one signed request: it has `method`, `url`, `headers` and `body`."""
        return respond(request, 404, {{}}, f"Not yet implemented: {{request.method}} {{request.url}}")


def target() -> Target:
    """Give the target of a run."""
    return Adapter()
'''
_TEST = '''\
"""{name} can be asked; whether it keeps the rules is what `mediaconnect-conformance run` is for."""

from conformance.targets.adapter import Request, Target

from {name} import target


def test_an_answer():
    """A request draws an answer with a status."""
    made = target()
    assert isinstance(made, Target)
    request = Request("GET", "http://localhost/v1/offerings", {{}}, b"", False)
    assert made.send(request).status_code in range(200, 600)
'''


def main(arguments: Sequence[str]) -> int:
    """Write both files, and give the exit status: 4 where one exists, or the name is none of a module."""
    parser = parser_of("new-adapter", _DESCRIPTION, _EXAMPLE)
    parser.add_argument("name", metavar="NAME", help="the name of a Python module, such as my_emulator")
    name = parser.parse_args(arguments).name
    if not name.isascii() or not name.isidentifier() or keyword.iskeyword(name):
        parser.error(f"{name!r} is not the name of a module; expected something like my_emulator")
    texts = {Path(f"{name}.py"): _ADAPTER, Path(f"test_{name}.py"): _TEST}
    existing = [file for file in texts if file.exists()]
    if existing:
        parser.error(f"{existing[0]} exists")
    for file, text in texts.items():
        try:
            file.write_text(text.format(name=name), encoding="utf-8")
        except OSError as error:
            parser.error(f"{file}: {error.strerror}")
        print(f"wrote {file}")
    return 0
