"""Faults on the way: the served reference behind microburst, a proxy that injects them in AWS' own form."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import yaml

from tests.meta.cli.commands import ROOT, free_port, serving

MICROBURST = ROOT / ".venv-microburst" / "bin" / "microburst"

KINDS: list[dict[str, Any]] = [
    {"error": {"code": "TooManyRequestsException", "status": 429, "message": "slow down"}},
    {"error": {"code": "ServiceUnavailableException", "status": 503, "message": "try later"}},
    {"error": {"code": "InternalServerErrorException", "status": 500, "message": "something went wrong"}},
    {"reset": True},
    {"timeout_ms": 100},
    {"response": {"truncate_frac": 0.5}},
    {"response": {"abort_frac": 0.3}},
    {"response": {"abort_frac": 0.0}},
    {"latency": {"min": 1, "max": 30}},
]
"""Throttled, unavailable, broken, cut off on arrival, timed out; after it took effect cut short, off, lost; slow."""


@dataclass(frozen=True)
class Reference:
    """The served reference, directly and behind the proxy."""

    endpoint_url: str
    control_url: str
    proxy_url: str

    def faults(self) -> int:
        """How many calls met a fault so far, by the proxy's own count."""
        with urlopen(f"{self.proxy_url}/_microburst/stats") as answer:
            return int(json.load(answer)["requests"]["faulted"])


@contextmanager
def reference_behind_faults(share: float, folder: Path) -> Iterator[Reference]:
    """Serve the reference, and let `share` of the calls through the proxy meet a fault of some kind."""
    port, proxy_port = free_port(), free_port()
    config = folder / "microburst.yml"
    # Each rule is asked on its own, so that the shares of the kinds add up.
    rules = [{"service": "mediaconnect", "probability": share / len(KINDS), **kind} for kind in KINDS]
    config.write_text(yaml.safe_dump({"rules": rules}))
    reference = [sys.executable, "-m", "conformance.reference", "--port", str(port)]
    with serving(reference, port) as url:
        proxy = [str(MICROBURST), "--upstream", url, "--port", str(proxy_port), "--config", str(config)]
        with serving(proxy, proxy_port) as proxy_url:
            yield Reference(url, f"{url}/_control", proxy_url)
