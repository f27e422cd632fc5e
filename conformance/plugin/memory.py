"""The garbage collector, which need not look again and again at what was imported."""

from __future__ import annotations

import gc

import pytest


class ImportsStay:
    """Keeps what is there when the tests begin out of the collector's sight, which takes a sixth of a short run."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self) -> None:
        """Everything is imported, and stays until the process ends."""
        gc.freeze()
