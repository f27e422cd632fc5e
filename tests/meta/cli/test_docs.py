"""Every command in the documents runs as written, in a clean copy of the repository, and ends as they say."""

import fcntl
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from tempfile import gettempdir
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest

from conformance.command_line import add_options
from tests.meta.cli.commands import ROOT, plain_environment
from tests.meta.cli.documents import Block, Command, Session, blocks_of, clean_copy, pages, session
from tests.meta.emulator import serve
from tests.meta.emulator.__main__ import EMULATORS
from tests.meta.targets.test_faketime import LIBRARIES

NOT_RUN = {
    "needs MiniStack",
    "needs a checkout of moto",
    "it takes a repository of yours, and a script that starts your emulator",
    "needs an AWS account",
    "runs the tests of the suite itself, this one among them",
    "takes many minutes",
}
"""The reasons for which a block may be left out."""

WITH_COMMANDS = [page for page in pages() if blocks_of((ROOT / page).read_text(encoding="utf-8"))]


@pytest.fixture
def served_one_at_a_time() -> Iterator[None]:
    """Let one page at a time, in whatever process, have the port that the documents name."""
    with (Path(gettempdir()) / "mediaconnect-conformance-documents.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.mark.proof
@pytest.mark.usefixtures("served_one_at_a_time")
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=str)
def test_commands_run_as_written(page: Path, tmp_path: Path) -> None:
    """The commands of a page end with 0, or with what is written behind them."""
    blocks = blocks_of((ROOT / page).read_text(encoding="utf-8"))
    lacking = set() if LIBRARIES else {"libfaketime"}
    lacking |= set() if which("node") else {"nodejs"}
    run = [block for block in blocks if not block.not_run and block.needs not in lacking]
    commands = [command for block in run for command in block.commands]
    with session(clean_copy(tmp_path / "clone")) as reader:
        for command in commands:
            assert reader.run(command) == ""


def test_what_is_left_out_has_a_reason() -> None:
    """A block is left out for a reason of the list alone, and most blocks are run."""
    blocks = [block for page in pages() for block in blocks_of((ROOT / page).read_text(encoding="utf-8"))]
    reasons = {block.not_run for block in blocks if block.not_run}
    assert reasons <= NOT_RUN
    assert sum(not block.not_run for block in blocks) > len(reasons)


def test_blocks_are_read() -> None:
    """Statuses, servers, continued lines and notes are read as the documents mean them."""
    text = (
        "<!-- beside: serve --port 1 -->\n```sh\none \\\n  --more     # why, ends with 3\n# a remark\n\n"
        "serve --port 2 &  # on\n```\n\n<!-- not run: needs an AWS account -->\n```sh\ntwo\n```\n```text\nthree\n```\n"
    )
    first, second = blocks_of(text)
    assert first.commands == (
        Command("serve --port 1 &"),
        Command("one   --more     # why, ends with 3", 3),
        Command("serve --port 2 &  # on"),
    )
    assert [(command.stays, command.port) for command in first.commands] == [(True, 1), (False, None), (True, 2)]
    assert second == Block((Command("two"),), "needs an AWS account")


def test_a_wrong_command_is_found(tmp_path: Path) -> None:
    """A command that ends otherwise than the document says is told with its output."""
    reader = Session(tmp_path)
    assert reader.run(Command("exit 3", 3)) == ""
    assert "ended with 3, not 0" in reader.run(Command("echo why; exit 3"))
    assert "why" in reader.run(Command("echo why; exit 3"))
    assert "does not listen" in reader.run(Command("exit 1 --port 1 &"))


def test_the_adapter_that_is_shown_works() -> None:
    """The code of docs/writing-an-adapter.md is a target that answers as it says."""
    page = (ROOT / "docs" / "writing-an-adapter.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    made: dict[str, Any] = {}
    exec(code, made)
    target = made["target"]()
    answer = target.send(AWSPreparedRequest("GET", "http://localhost/v1/offerings", {}, b"", False))
    assert (answer.status_code, json.loads(answer.content)["offerings"][0]["duration"]) == (200, 1)
    assert target.send(AWSPreparedRequest("POST", "http://localhost/", {}, b"", False)).status_code == 404


def test_the_readme_fits_two_screens() -> None:
    """What it is, two commands, one failing output, where to go next."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 75


@pytest.mark.proof
def test_the_output_in_the_readme_is_that_of_a_run(tmp_path: Path) -> None:
    """The command that the README names prints what it shows, but for the port and the offering's identifier."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    options = re.findall(r"`mediaconnect-conformance run --endpoint-url \S+ ([^`]*)`", text)[0].split()
    emulator = re.findall(r"tests\.meta\.emulator (\S+) --port", text)[0]
    with serve(EMULATORS[emulator]()) as served:
        port = served.endpoint_url.rpartition(":")[2]
        folder = str(Path(sys.executable).parent)
        command = [f"{folder}/mediaconnect-conformance", "run", "--endpoint-url", f"http://127.0.0.1:{port}", *options]
        variables = plain_environment(PATH=f"{folder}{os.pathsep}{os.environ['PATH']}")
        ended = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    printed = ended.stdout.replace(port, "4566")
    assert _without_identifiers(printed[printed.index("operations:") :]) == _without_identifiers(shown)


def _without_identifiers(text: str) -> list[str]:
    """The lines, with a star for the end of an identifier."""
    return re.sub("…[0-9a-f]{12}", "…*", text).rstrip().splitlines()


def test_every_option_is_in_the_table() -> None:
    """docs/options.md has each option of a run."""
    registered: set[str] = set()
    add_options(lambda *names, **_: registered.update(names))
    page = (ROOT / "docs" / "options.md").read_text(encoding="utf-8")
    assert {name for name in registered if f"`{name}" not in page} == set()


def test_links_lead_somewhere() -> None:
    """Every relative link of a document names a file of the repository."""
    for page in [*pages(), Path("CONTRIBUTING.md"), Path("CHANGELOG.md")]:
        text = (ROOT / page).read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            assert "://" in link or (ROOT / page.parent / link).exists(), f"{page}: {link}"
