"""The garbage collector leaves out what was imported before the tests."""

import gc

from conformance.plugin.memory import ImportsStay


def test_what_is_imported_is_not_looked_at_again() -> None:
    """When the tests are collected, what is there is out of the collector's sight; what comes later is not."""
    before = [[]]
    try:
        ImportsStay().pytest_collection_finish()
        after = [[]]
        looked_at = {id(one) for one in gc.get_objects()}
        assert id(before) not in looked_at
        assert id(after) in looked_at
    finally:
        gc.unfreeze()
