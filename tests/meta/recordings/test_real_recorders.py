"""What real recorders write is judged: vcrpy around boto3, and mitmproxy between boto3 and the served reference."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from conformance.reference.server import serve_reference
from conformance.results.judgement import Judgement
from tests.meta.cli.commands import free_port
from tests.meta.recordings.judging import judge, problems
from tests.meta.recordings.test_record import _use

KEY, SECRET, TOKEN = "111122223333", "not-to-be-seen", "token-not-to-be-seen"
_OF_THE_WIRE = ("wire/purchase-status", "wire/read-status", "reservation/echoes-request", "reservation/describe-agrees")
pytestmark = pytest.mark.proof


def _client(url: str) -> Any:
    return boto3.client(
        "mediaconnect", "us-east-1", endpoint_url=url, aws_access_key_id=KEY, aws_secret_access_key=SECRET,
        aws_session_token=TOKEN, config=Config(retries={"total_max_attempts": 1}),
    )  # fmt: skip


def _is_right(judgement: Judgement) -> None:
    """The session passes, and its rules were looked at."""
    assert problems(judgement) == {}
    assert [rule for rule in _OF_THE_WIRE if not judgement.results[rule].classes] == []
    assert {place.account for place in judgement.places} == {KEY}


def test_vcrpy(tmp_path: Path) -> None:
    """A cassette that vcrpy wrote around boto3; its JSON serializer cannot write the bytes that boto3 sends."""
    vcr = pytest.importorskip("vcr", reason="needs vcrpy: pip install vcrpy")
    path = tmp_path / "cassette.yaml"
    with serve_reference() as reference, vcr.VCR().use_cassette(str(path)):
        _use(_client(reference.endpoint_url))
    _is_right(judge(path, complete=True))


def _mitmdump() -> str:
    found = shutil.which("mitmdump")
    if found is None:
        pytest.skip("needs mitmproxy, with mitmdump on the path")
    return found


@contextmanager
def _proxied(url: str, har: Path) -> Iterator[str]:
    """The URL of a mitmproxy in front of another, which writes a HAR when it ends."""
    port = free_port()
    command = [_mitmdump(), "--mode", f"reverse:{url}", "--listen-port", str(port), "--set", f"hardump={har}", "-q"]
    process = subprocess.Popen([*command, "--set", f"confdir={har.parent}"])
    try:
        _await(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _await(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("mitmdump did not begin to listen")


def test_mitmproxy(tmp_path: Path) -> None:
    """A HAR that mitmproxy wrote in reverse mode."""
    path = tmp_path / "dump.har"
    with serve_reference() as reference, _proxied(reference.endpoint_url, path) as url:
        _use(_client(url))
    _is_right(judge(path, complete=True))
