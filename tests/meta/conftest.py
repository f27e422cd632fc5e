"""The two tiers of the tests of the suite itself; and what the tests of the reference are given."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from moto import mock_aws

from conformance.reference import extended_moto
from conformance.reference.server import serve_reference
from tests.meta.targets.reference_clients import Connect, connect_to
from tests.meta.tools.time_limit import TimeLimit

# The profiles of the suite are for the conformance tests alone. The same examples each time, also where CI is set.
settings.register_profile(
    "tests-of-the-suite",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=50,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("tests-of-the-suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `TimeLimit`."""
    parser.addoption("--stop-after", type=float, metavar="SECONDS", help="start no further test after so many seconds")


def pytest_configure(config: pytest.Config) -> None:
    """Limit the time, where that is asked for."""
    seconds = config.getoption("--stop-after", None)
    if seconds is not None:
        config.pluginmanager.register(TimeLimit(seconds))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `proof`, unless -m or the id of a test asks for it: the rest is done in minutes."""
    if config.option.markexpr or any("::" in argument for argument in config.args):
        return
    proof = [item for item in items if item.get_closest_marker("proof")]
    if proof:
        config.hook.pytest_deselected(items=proof)
        items[:] = [item for item in items if not item.get_closest_marker("proof")]


@pytest.fixture(params=["in process", "over HTTP"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Give what connects an account in a Region with a fresh reference."""
    if request.param == "in process":
        with extended_moto(), mock_aws():
            yield lambda *arguments: connect_to(None, *arguments)
    else:
        with serve_reference() as reference:
            yield lambda *arguments: connect_to(reference.endpoint_url, *arguments)


@pytest.fixture
def endpoint_url() -> Iterator[str]:
    """Give the URL of a fresh served reference."""
    with serve_reference() as reference:
        yield reference.endpoint_url


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were asked for before something was tried again; none takes any time."""
    asked: list[float] = []
    monkeypatch.setattr("conformance.execution.retries.wait", asked.append)
    return asked
