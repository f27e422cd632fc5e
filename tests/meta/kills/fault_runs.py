"""The same verdicts behind faults: `python -m tests.meta.kills.fault_runs`, or `make fault-runs`.

Runs the suite on the served reference directly, and behind microburst with one call in ten, and three, met by a fault,
each with one worker and with four, three times over. Prints each run, and ends with 1 where a verdict differs.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.meta.cli.commands import judge
from tests.meta.targets.fault_proxy import reference_behind_faults
from tests.meta.targets.test_fault_proxy import OF_THE_PROXY_ITSELF

RUNS = 3


def main() -> None:
    """Make every run, and compare it with the first, which is a direct one."""
    expected: dict[str, str] = {}
    differing = 0
    for share in (0.0, 0.1, 0.3):
        for workers in (1, 4):
            for _ in range(RUNS):
                with tempfile.TemporaryDirectory() as name, reference_behind_faults(share, Path(name)) as reference:
                    url = reference.proxy_url if share else reference.endpoint_url
                    where = ("--endpoint-url", url, "--control-url", reference.control_url)
                    judged = judge(Path(name) / "report", *where, "-n", str(workers))
                    faults = reference.faults()
                expected = expected or judged.verdicts
                different = {
                    f"{rule} {verdict}"
                    for rule, verdict in judged.verdicts.items()
                    if verdict != expected[rule] and not (share and rule in OF_THE_PROXY_ITSELF)
                }
                differing += bool(different)
                how = f"{share:.0%} faults, -n {workers}"
                print(f"{how}: {judged.seconds:.0f} s, {faults} faults, {sorted(different) or 'same'}", flush=True)
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
