"""The archives of the project, and the wheel installed: made once for all the tests that use them."""

import pytest

from tests.meta.cli.installed import Archives, Installed, build, install


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Archives:
    """Give the wheel and the source archive; the workers of pytest-xdist share them."""
    base = tmp_path_factory.getbasetemp()
    return build(base if worker_id == "master" else base.parent)


@pytest.fixture(scope="session")
def installed(archives: Archives, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Give the wheel in an environment of its own."""
    return install(archives, tmp_path_factory.mktemp("installed"))
