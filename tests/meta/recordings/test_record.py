"""A boto3 client is recorded in somebody's own tests, and what it was answered is judged."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from conformance.recording import RecordingBreaksRulesError, record
from tests.meta.emulator import serve
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.right import RightEmulator

pytest_plugins = ["pytester"]
KEY, SECRET, TOKEN = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG", "FwoGZXIvYXdzEXAMPLETOKEN"
WRONG = MUTANTS["purchase-answers-ok"]


def _session() -> boto3.Session:
    return boto3.Session(KEY, SECRET, TOKEN, region_name="eu-central-1")


def _client(session: boto3.Session, url: str) -> Any:
    return session.client("mediaconnect", endpoint_url=url, config=Config(retries={"total_max_attempts": 1}))


def _start() -> str:
    return datetime.now(UTC).strftime("%Y-%m-01T00:00:00Z")


def _use(client: Any) -> None:
    """What a user of the service does: list, purchase, look."""
    offering = client.list_offerings()["Offerings"][0]["OfferingArn"]
    made = client.purchase_offering(OfferingArn=offering, ReservationName="mine", Start=_start())["Reservation"]
    client.describe_reservation(ReservationArn=made["ReservationArn"])
    with pytest.raises(client.exceptions.ClientError):
        client.describe_reservation(ReservationArn="no-arn")


@pytest.fixture
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the URL of an emulator, by default a right one."""
    with serve(getattr(request, "param", RightEmulator)()) as served:
        yield served.endpoint_url


def test_client_is_recorded_without_credentials(url: str, tmp_path: Path) -> None:
    """Every exchange of the block is in the file; access key, secret and session token are not."""
    client = _client(_session(), url)
    with record(client, tmp_path / "r.har", judge=True) as recording:
        _use(client)
    client.list_reservations()
    text = recording.file.read_text()
    statuses = [entry["response"]["status"] for entry in json.loads(text)["log"]["entries"]]
    assert len(statuses) == 4
    assert statuses[:3] == [200, 201, 200]
    assert not any(secret in text for secret in (KEY, SECRET, TOKEN, "Signature="))


def test_session_records_its_later_clients(url: str, tmp_path: Path) -> None:
    """A client that a session makes within the block is recorded, and no more after it."""
    session = _session()
    with record(session, tmp_path / "r.har") as recording:
        client = _client(session, url)
        client.list_offerings()
    client.list_offerings()
    assert len(json.loads(recording.file.read_text())["log"]["entries"]) == 1


@pytest.mark.parametrize("url", [WRONG], indirect=True)
def test_judged_at_once(url: str, tmp_path: Path) -> None:
    """A broken rule fails the block with the suite's own message."""
    client = _client(_session(), url)
    with (
        pytest.raises(RecordingBreaksRulesError, match="wire/purchase-status"),
        record(client, tmp_path / "r.har", judge=True),
    ):
        _use(client)


def test_exception_of_the_block_comes_first(url: str, tmp_path: Path) -> None:
    """Where the block fails by itself, its file is whole, and nothing is judged."""
    client = _client(_session(), url)
    with pytest.raises(ZeroDivisionError), record(client, tmp_path / "r.har", judge=True):
        _ = len(client.list_offerings()) / 0
    assert json.loads((tmp_path / "r.har").read_text())["log"]["entries"]


def test_foreign_object(tmp_path: Path) -> None:
    """What is neither client nor session is refused by name, and no file is begun."""
    with pytest.raises(TypeError, match="str is not a client"), record("client", tmp_path / "r.har"):
        pass
    assert not (tmp_path / "r.har").exists()


_TEST = """
import boto3
from botocore.config import Config

def test_mine(mediaconnect_recording):
    client = boto3.client(
        "mediaconnect", "us-east-1", endpoint_url={url!r}, config=Config(retries={{"total_max_attempts": 1}}),
        aws_access_key_id="111122223333", aws_secret_access_key="secret",
    )
    mediaconnect_recording(client, complete=True)
    offering = client.list_offerings()["Offerings"][0]["OfferingArn"]
    client.purchase_offering(OfferingArn=offering, ReservationName="mine", Start={start!r})
    {more}
"""


def _run(pytester: pytest.Pytester, url: str, more: str = "", *options: str) -> pytest.RunResult:
    pytester.makepyfile(_TEST.format(url=url, start=_start(), more=more))
    return pytester.runpytest_inprocess("-p", "conformance.recording.pytest", *options)


def test_fixture_lets_a_right_mock_pass(pytester: pytest.Pytester, url: str) -> None:
    """The fixture disturbs no test whose mock is right, and keeps the file where it is asked to."""
    _run(pytester, url, "", "--mediaconnect-recordings=kept").assert_outcomes(passed=1)
    assert len(list(pytester.path.glob("kept/*.har"))) == 1


@pytest.mark.parametrize("url", [WRONG], indirect=True)
def test_fixture_fails_a_test_with_a_wrong_mock(pytester: pytest.Pytester, url: str) -> None:
    """The test itself fails, with the message of the rule."""
    result = _run(pytester, url)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*wire/purchase-status: answered PurchaseOffering with 200*"])


def test_failure_of_the_test_is_its_own(pytester: pytest.Pytester, url: str) -> None:
    """A test that fails by itself fails for its own reason."""
    result = _run(pytester, url, "assert client is None")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*assert client is None*"])
