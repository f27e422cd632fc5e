"""Tests that are not functions: a saved case, a rule. One that fails shows its own message, and no traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


class PlainFailureError(Exception):
    """A test fails; the message is all that is shown of it."""


class PlainItem(pytest.Item):
    """A test by its file and its name."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message of a PlainFailureError; pytest's own traceback of anything else, which is a mistake."""
        return (
            str(excinfo.value) if isinstance(excinfo.value, PlainFailureError) else super().repr_failure(excinfo, style)
        )

    def reportinfo(self) -> tuple[Path, None, str]:
        """No line is named: neither recordings nor saved cases are source."""
        return self.path, None, self.name
