"""`mediaconnect-conformance.toml`: the options of a run, kept in the user's repository.

```toml
endpoint-url = "http://localhost:4566"
baseline = "known-failures.toml"
max-time = 600
```

Each key is an option of `run` without its dashes; `probe`, `replay` and `judge` take those that they have. What the
command line says counts more; a target that is named there sets aside all that the file says of one. Paths are from the
folder of the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from conformance.command.parser import Parser

NAME = "mediaconnect-conformance.toml"
_OF_THE_TARGET = ("target", "endpoint-url", "control-url", "region", "accounts", "clock", "settle")
_FILES = ("baseline", "require", "cases", "save-cases", "report-dir", "compare-to")
_OTHERS = ("profile", "max-time", "workers", "fail-on", "rule", "example-database")
KEYS = (*_OF_THE_TARGET, *_FILES, *_OTHERS)
"""What the file may say. What could cost money is said on the command line alone."""
KEYS_OF_PROBE = _OF_THE_TARGET
"""What of it counts where a target is only looked at."""
KEYS_OF_REPLAY = (*_OF_THE_TARGET, "save-cases")
"""What of it counts where saved cases are played."""
KEYS_OF_JUDGE = ("region", "baseline", "save-cases", "fail-on")
"""What of it counts where recordings are judged; the report has a folder of its own."""
_LISTS = ("cases", "rule")


class ConfigError(ValueError):
    """The file cannot be used; the message is one line that names it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """An option that counts: its value, and where it comes from."""

    option: str
    value: str
    source: str


def read_config(file: Path) -> dict[str, tuple[str, ...]]:
    """The options in a file, each with its values.

    Raises:
        ConfigError: it cannot be read, is not TOML, or has a key or a value that means nothing.
    """
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: not TOML: {error}") from None
    return {key: tuple(_values(file, key, value)) for key, value in document.items()}


def _values(file: Path, key: str, value: Any) -> Iterator[str]:
    if key not in KEYS:
        near = get_close_matches(key, KEYS, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"expected {', '.join(KEYS)}"
        raise ConfigError(f"{file}: unknown key {key!r}; {hint}")
    values = value if key in _LISTS and isinstance(value, list) else [value]
    for one in values:
        if isinstance(one, bool) or not isinstance(one, str | int | float):
            raise ConfigError(f"{file}: {key} must be a text or a number")
        yield str(file.parent / str(one)) if key in _FILES else str(one)


def split_config(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """What --config names, None where it is not there, and the other arguments."""
    rest: list[str] = []
    named: str | None = None
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--config":
            named = next(waiting, "")
        elif argument.startswith("--config="):
            named = argument.partition("=")[2]
        else:
            rest.append(argument)
    return named, rest


def with_config(arguments: Sequence[str], keys: Collection[str] = KEYS) -> tuple[list[str], list[Setting]]:
    """The arguments with those of the file before them, and what counts with where it comes from.

    Of the file only these `keys` are taken, as not every subcommand has each option; an unknown one is an error in any.

    Raises:
        ConfigError: as `read_config`, also where --config names no file.
    """
    named, given = split_config(arguments)
    file = Path(NAME if named is None else named)
    if named is None and not file.is_file():
        return given, list(_said(given))
    found = {key: values for key, values in _beside(read_config(file), given).items() if key in keys}
    settings = [Setting(f"--{key}", value, str(file)) for key, values in found.items() for value in values]
    return [*(f"{one.option}={one.value}" for one in settings), *given], [*settings, *_said(given)]


def _beside(found: Mapping[str, tuple[str, ...]], given: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What the file says and the command line does not."""
    said = {argument.partition("=")[0].removeprefix("--") for argument in given if argument.startswith("--")}
    if said & {"target", "endpoint-url"}:
        said |= set(_OF_THE_TARGET)
    return {key: values for key, values in found.items() if key not in said}


def options_with_config(arguments: Sequence[str], keys: Collection[str], parser: Parser) -> list[str]:
    """The arguments with those of the file before them; ends with one line where the file cannot be used."""
    try:
        return with_config(arguments, keys)[0]
    except ConfigError as error:
        parser.error(f"--config {error}")


def _said(given: Sequence[str]) -> Iterator[Setting]:
    """The options on the command line that the file could have."""
    for number, argument in enumerate(given):
        option, separator, value = argument.partition("=")
        if option.removeprefix("--") in KEYS and option.startswith("--"):
            following = given[number + 1] if number + 1 < len(given) else ""
            yield Setting(option, value if separator else following, "the command line")


def shown(settings: Sequence[Setting]) -> str:
    """A line for each option that was said anywhere."""
    lines = [f"{one.option} {one.value}".ljust(56) + f"  ({one.source})" for one in settings]
    return "\n".join(lines or ["every option has its default value"])
