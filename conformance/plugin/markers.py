"""What the plugin keeps on the items of pytest."""

from __future__ import annotations

import pytest

from conformance.cases.case import Case
from conformance.results.subject import Subject
from conformance.results.verdicts import RuleResult
from conformance.testing import subject_of

SUBJECT = pytest.StashKey[Subject]()
"""Of each conformance test: what its `checks` says."""
RESULTS = pytest.StashKey[dict[str, RuleResult]]()
"""Of each conformance test that was begun: what it has found, by rule id."""
STORED = pytest.StashKey[tuple[Case, ...]]()
"""Of each conformance test of a random profile: the cases of the example database."""


def subject_of_item(item: pytest.Item) -> Subject | None:
    """What `checks` says of a test; None for one that is none of ours."""
    return subject_of(item.function) if isinstance(item, pytest.Function) else None
