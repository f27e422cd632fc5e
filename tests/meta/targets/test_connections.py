"""Servers that serve one connection at a time, or few: idle connections of the suite are not in their way."""

import time
from pathlib import Path

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSRequest

from conformance.targets.connections import LATE_SECONDS, close_idle_connections
from conformance.targets.http import HttpSender
from tests.meta.cli.commands import judge
from tests.meta.emulator import RightEmulator, serve
from tests.meta.emulator.server import OneAtATime, Server


def _get(url: str) -> AWSPreparedRequest:
    return AWSRequest("GET", f"{url}/v1/offerings").prepare()


def test_a_server_of_one_connection_is_found_out_once() -> None:
    """The first answer that waits for an idle connection comes once that is closed, and no later one waits."""
    with serve(RightEmulator(), kind=OneAtATime) as served:
        senders = [HttpSender(5, 5), HttpSender(5, 5)]
        took = []
        for number in range(6):
            began = time.monotonic()
            assert senders[number % 2].send(_get(served.endpoint_url)).status_code == 200
            took.append(time.monotonic() - began)
    assert took[1] >= LATE_SECONDS
    assert max(took[2:]) < LATE_SECONDS


def test_other_servers_keep_their_connections() -> None:
    """A connection is used again for as long as nothing waits, and closed where all idle ones are."""
    accepted = []

    class Counts(Server):
        """Notes each connection."""

        def verify_request(self, request: object, client_address: object) -> bool:
            accepted.append(client_address)
            return request is not None

    with serve(RightEmulator(), kind=Counts) as served:
        sender = HttpSender(5, 5)
        for _ in range(3):
            sender.send(_get(served.endpoint_url))
        assert len(accepted) == 1
        close_idle_connections()
        sender.send(_get(served.endpoint_url))
        assert len(accepted) == 2


@pytest.mark.proof
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_whole_run(tmp_path: Path, workers: str) -> None:
    """The suite judges such a server to the end, by one process or by several, and fails nothing."""
    with serve(RightEmulator(), kind=OneAtATime) as served:
        where = ("--endpoint-url", served.endpoint_url, "--control-url", served.control_url)
        judged = judge(tmp_path, *where, "--workers", workers)
    assert set(judged.verdicts.values()) == {"pass"}, judged.output
