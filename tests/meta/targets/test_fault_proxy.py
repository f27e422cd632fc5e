"""Faults between the suite and a right target are not findings: the same verdicts behind a proxy that injects them."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.rules import RULES
from tests.meta.cli.commands import judge
from tests.meta.targets.fault_proxy import MICROBURST, reference_behind_faults

OF_THE_PROXY_ITSELF = {"errors/no-server-fault", "errors/malformed-body", "errors/modelled", "errors/deep-nesting"}
"""microburst 0.10.0 answers a bare 500 to bodies that are JSON and no object, or compressed, also without any fault."""

needs_microburst = pytest.mark.skipif(
    not MICROBURST.exists(), reason="microburst is not installed: make .venv-microburst/ready"
)


@needs_microburst
@pytest.mark.parametrize("share, workers", [(0.1, 0), (0.3, 4)])
def test_faults_on_the_way_change_no_verdict(share: float, workers: int, tmp_path: Path) -> None:
    """With one call in ten, or three, refused, broken, cut, lost or late, every rule passes as it does without."""
    with reference_behind_faults(share, tmp_path) as reference:
        where = ("--endpoint-url", reference.proxy_url, "--control-url", reference.control_url)
        judged = judge(tmp_path / "report", *where, "-n", str(workers))
        assert reference.faults() > 100 * share
    verdicts = {rule: judged.verdicts[rule] for rule in RULES.keys() - OF_THE_PROXY_ITSELF}
    assert set(verdicts.values()) == {"pass"}, judged.output
