"""The commands of the documents: read from their blocks of shell, and run as written in a copy of the repository.

A page is one session, as a reader has it: its blocks run in order, in one folder, and what a line ending in `&` serves
lasts to the end of the page. Behind a command `# ends with 1` says how it ends, where that is not with 0. Comments of
HTML before a block say the rest: `<!-- not run: REASON -->`, `<!-- needs: PACKAGE -->` for what the system must have,
and `<!-- beside: COMMAND -->` for what is served then.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.meta.cli.commands import PATIENCE, ROOT, plain_environment

_BLOCK = re.compile(r"((?:^<!-- [^\n]* -->\n)*)^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NOTE = re.compile(r"<!-- (not run|beside|needs): (.*) -->")
_ENDS_WITH = re.compile(r"#.*\bends with (\d+)")
_PORT = re.compile(r"--port[ =](\d+)")


@dataclass(frozen=True)
class Command:
    """A command as it is written, with the exit status that the document gives it."""

    text: str
    status: int = 0

    @property
    def stays(self) -> bool:
        """Whether it serves something in the background."""
        return bool(re.search(r"&\s*(#.*)?$", self.text))

    @property
    def port(self) -> int | None:
        """The port that it listens on, if it names one."""
        named = _PORT.search(self.text)
        return int(named[1]) if named else None


@dataclass(frozen=True)
class Block:
    """A block of commands; `not_run` is the reason why it is not run, empty where it is; `needs` names a package."""

    commands: tuple[Command, ...]
    not_run: str = ""
    needs: str = ""


def pages() -> list[Path]:
    """The documents, relative to the repository."""
    return [Path("README.md"), *sorted(path.relative_to(ROOT) for path in (ROOT / "docs").glob("*.md"))]


def blocks_of(text: str) -> list[Block]:
    """The blocks of shell in a document."""
    found = []
    for notes, body in _BLOCK.findall(text):
        said = dict(_NOTE.findall(notes))
        beside = (Command(f"{said['beside']} &"),) if "beside" in said else ()
        found.append(Block((*beside, *_commands(body)), said.get("not run", ""), said.get("needs", "")))
    return found


def _commands(body: str) -> Iterator[Command]:
    for line in body.replace("\\\n", "").splitlines():
        if line.strip() and not line.startswith("#"):
            ends = _ENDS_WITH.search(line)
            yield Command(line, int(ends[1]) if ends else 0)


def clean_copy(folder: Path) -> Path:
    """Copy what git does not ignore, as it is now, into a folder, with an environment that `make` takes as ready."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    _environment(folder)
    return folder


def _environment(folder: Path) -> None:
    """An environment of the copy's own, with the packages and scripts of the running one, and the copy's code."""
    there = folder / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", there], check=True)
    (packages,) = there.glob("lib/python*/site-packages")
    (packages / "copy.pth").write_text(f"{folder}\n{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    for script in Path(sys.prefix, "bin").iterdir():
        copied = there / "bin" / script.name
        if copied.exists() or not script.is_file():
            continue
        text = script.read_bytes()
        if text.startswith(b"#!"):
            copied.write_bytes(text.replace(sys.prefix.encode(), str(there).encode(), 1))
            copied.chmod(0o755)
        else:
            copied.symlink_to(script)
    (there / "ready").touch()


class Session:
    """The commands of one page, run one after the other in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = plain_environment(PYTEST_ADDOPTS="--hypothesis-profile=smoke")
        self._served: list[subprocess.Popen[bytes]] = []

    def run(self, command: Command) -> str:
        """Run a command, and say what is wrong with how it ended; empty where nothing is."""
        if command.stays:
            return self._serve(command)
        ended = subprocess.run(
            ["bash", "-c", command.text],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if ended.returncode == command.status:
            return ""
        return f"{command.text}\nended with {ended.returncode}, not {command.status}:\n{ended.stdout[-4000:]}"

    def _serve(self, command: Command) -> str:
        if command.port is None:
            return f"{command.text}\nnames no --port"
        if _listens(command.port):
            return f"{command.text}\nport {command.port} is taken by something else on this machine"
        # `exec`, as there would be a shell in between to be ended otherwise.
        text = "exec " + re.sub(r"\s*&\s*(#.*)?$", "", command.text)
        process = subprocess.Popen(
            ["bash", "-c", text], cwd=self._folder, env=self._environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self._served.append(process)
        deadline = time.monotonic() + PATIENCE
        while not _listens(command.port):
            if process.poll() is not None or time.monotonic() > deadline:
                return f"{shlex.quote(text)} does not listen; its exit status is {process.poll()}"
            time.sleep(0.05)
        return ""

    def end(self) -> None:
        """End what is served."""
        for process in self._served:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def session(folder: Path) -> Iterator[Session]:
    """A session whose servers end with the block."""
    opened = Session(folder)
    try:
        yield opened
    finally:
        opened.end()


def _listens(port: int) -> bool:
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False
