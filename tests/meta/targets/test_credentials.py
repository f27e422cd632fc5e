"""--accounts credentials: an emulator that knows one access key is asked with that of the environment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.targets.endpoint import Endpoint, EndpointOptions
from conformance.targets.sessions import BadCredentialsError
from tests.meta.cli.commands import judge, run_suite
from tests.meta.emulator.messages import Request, Response
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.server import Served, serve

KEY, SECRET = "emulators-own", "a-secret-of-the-emulator"
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}


class KnowsOneKey(RightEmulator):
    """Refuses every access key but one."""

    code = "UnrecognizedClientException"

    def handle(self, request: Request) -> Response:
        """Answer whoever has the key."""
        if f"Credential={KEY}/" in request.headers.get("authorization", ""):
            return super().handle(request)
        return self.error(403, self.code, "The security token is invalid.")


class ForbidsOtherKeys(KnowsOneKey):
    """Refuses them with an exception of the service."""

    code = "ForbiddenException"


@pytest.fixture
def served() -> Iterator[Served]:
    """The emulator that knows one key."""
    with serve(KnowsOneKey(), control=False) as one:
        yield one


def test_it_is_tested_with_the_key_of_the_environment(served: Served, tmp_path: Path) -> None:
    """Reads and one purchase are judged in the one account, and no file has key or secret."""
    options = ("--endpoint-url", served.endpoint_url, "--accounts", "credentials")
    run = judge(tmp_path, *options, "-k", "test_lists or test_errors or test_end", **ENVIRONMENT)
    assert run.status == 0, run.output
    assert run.lines_with("accounts:") == ["accounts: one only, by the access key of the environment"]
    assert run.verdicts["lists/pages-cover-once"] == run.verdicts["end/adds-duration"] == "pass"
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    assert not [one for one in written if SECRET.encode() in one or KEY.encode() in one]


@pytest.mark.parametrize("kind", [KnowsOneKey, ForbidsOtherKeys])
def test_without_the_option_a_line_tells_of_it(kind: type[KnowsOneKey], tmp_path: Path) -> None:
    """An emulator that turns the suite's own access keys away is not judged, and what to do is said."""
    with serve(kind(), control=False) as one:
        ended = run_suite("--endpoint-url", one.endpoint_url, "--report-dir", str(tmp_path), **ENVIRONMENT)
    assert ended.status == 3
    assert ended.lines_with("--accounts credentials"), ended.output


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set"),
        ({"AWS_ACCESS_KEY_ID": KEY}, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set"),
        ({**ENVIRONMENT, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}, "a purchase could be real"),
        ({**ENVIRONMENT, "AWS_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE"}, "a purchase could be real"),
    ],
)
def test_keys_that_cannot_be_used(environment: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing ones are named; with a key that looks like one of AWS nothing is sent."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadCredentialsError, match=said) as raised:
        Endpoint(EndpointOptions(url="http://127.0.0.1:9", accounts="credentials"))
    assert "EXAMPLE" not in str(raised.value)


def test_the_control_api_goes_by_access_keys(served: Served, tmp_path: Path) -> None:
    """It takes the access key for the account, so that the two options do not go together; that is one line."""
    options = ("--endpoint-url", served.endpoint_url, "--control-url", served.control_url)
    ended = run_suite(*options, "--accounts", "credentials", "--report-dir", str(tmp_path), **ENVIRONMENT)
    assert ended.status == 4
    assert ended.output.strip().startswith("ERROR: --accounts credentials: the control API")
