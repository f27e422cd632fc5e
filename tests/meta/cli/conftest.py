"""The archives of the project, and the wheel installed, made once for all the tests that use them; a wrong target."""

from collections.abc import Iterator

import pytest

from tests.meta.cli.installed import Archives, Installed, build, install
from tests.meta.emulator import Served, serve
from tests.meta.emulator.mutants import MUTANTS


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Archives:
    """Give the wheel and the source archive; the workers of pytest-xdist share them."""
    base = tmp_path_factory.getbasetemp()
    return build(base if worker_id == "master" else base.parent)


@pytest.fixture(scope="session")
def installed(archives: Archives, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Give the wheel in an environment of its own."""
    return install(archives, tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def wrong() -> Iterator[Served]:
    """Serve an emulator without a lower bound for Start."""
    with serve(MUTANTS["no-lower-bound"]()) as served:
        yield served
