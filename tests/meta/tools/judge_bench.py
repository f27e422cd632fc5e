"""How fast recordings are judged, and with how much memory: `python -m tests.meta.tools.judge_bench 10000 100000`.

Each size is judged in a process of its own, by processor time, which other work on the machine does not lengthen. The
HAR has sessions of two thousand requests of one account each, at the same times: their calls come in turn.
"""

import json
import resource
import sys
import tempfile
import time
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

from tests.meta.emulator.rare.play import OWN
from tests.meta.emulator.right import RightEmulator
from tests.meta.recordings.judging import judge
from tests.meta.tools.recorded_play import RecordedPlay, as_har

_SESSION = 2_000


def _entries() -> list[str]:
    """The entries of one session: lists, descriptions, refused purchases, and a new reservation now and then."""
    play = RecordedPlay(RightEmulator()).at("2026-03-15T10:30:00Z").offer(1, 12).walk()
    play.buy("first", "2026-03-05T12:00:00Z")
    while len(play.kept) < _SESSION:
        play.show().page().buy("second").walk().show_offering()
        if len(play.kept) % 500 < 5:
            later = (play.last + timedelta(days=35)).replace(microsecond=0)
            play.at(later.isoformat().replace("+00:00", "Z")).buy(f"name{len(play.kept)}")
    return [json.dumps(entry) for entry in as_har(play.kept[:_SESSION])["log"]["entries"]]


def _write(path: Path, size: int) -> None:
    entries = _entries()
    with path.open("w") as file:
        file.write('{"log": {"version": "1.2", "entries": [')
        for number in range(size):
            account = str(int(OWN) + number // _SESSION)
            file.write(("," if number else "") + entries[number % _SESSION].replace(OWN, account))
        file.write("]}}")


def measure(path: str) -> tuple[int, float, float, int]:
    """Requests, seconds of processor time, most megabytes, and violations."""
    began = time.process_time()
    judgement = judge(Path(path))
    seconds = time.process_time() - began
    return (
        judgement.calls,
        seconds,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        len(judgement.violations),
    )


def main() -> None:
    """Measure each size."""
    for size in map(int, sys.argv[1:] or ["10000"]):
        with tempfile.TemporaryDirectory() as folder, get_context("spawn").Pool(1) as process:
            path = Path(folder) / "session.har"
            _write(path, size)
            calls, seconds, megabytes, violations = process.apply(measure, (str(path),))
        rate = f"{calls / seconds:,.0f} a second of processor time"
        print(f"{calls:,} requests: {rate}, at most {megabytes:,.0f} MB, {violations} violations", flush=True)


if __name__ == "__main__":
    main()
