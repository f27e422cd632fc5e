"""Which mutants a HAR of an ordinary session shows: `python -m tests.meta.tools.kills_from_har` writes the page.

The session is what a client does within some months, wrong requests included. It is played on each mutant and written
as HAR; the judge gets nothing but that file. `in part` is judged without knowing the past of the account.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from conformance.results.verdicts import proven_failures
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.rare.play import ELSEWHERE, HERE, OTHER, OWN
from tests.meta.emulator.right import RightEmulator
from tests.meta.recordings.judging import judge, write
from tests.meta.tools.recorded_play import RecordedPlay

PAGE = Path(__file__).parents[3] / "docs" / "kills-from-har.md"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def session(emulator: RightEmulator) -> RecordedPlay:
    """What an ordinary client does, and some mistakes that clients make."""
    play = RecordedPlay(emulator)
    for account, region in ((OWN, HERE), (OWN, ELSEWHERE), (OTHER, HERE)):
        play.go(account, region).offer(1, 12, 36)
    play.go(OWN, HERE).at("2026-01-31T10:30:15Z")
    play.walk().walk(size=1).walk(size=1000).show_offering(0).show_offering(1)
    for start in ("2025-12-31T23:59:59Z", "2026-02-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-05", "tomorrow",
                  "2026-01-05t00:00:00z", "2026-01-05T00:00:00+00:00", "2026-01-05T00:00:00.000Z"):  # fmt: skip
        play.buy("wrong", start)
    play.buy("x" * 129).buy("-edge").buy("white space").buy("")
    play.buy(body=b"no json").buy(body=b"[]").buy(body=b"").buy(body={"start": "2026-01-05T00:00:00Z"})
    play.buy(body={"reservationName": "a"}).buy(body={"reservationName": ["a"], "start": "2026-01-05T00:00:00Z"})
    arn = play.offering_arn(0)
    play.buy(arn=arn[:-1]).buy(arn=f"{arn}0").buy(arn="no-arn").buy(arn=arn.replace(OWN, OTHER)).page()
    play.buy("first_a-1", "2026-01-31T10:30:14Z").show().page().buy("second").buy("first_a-1").show().page()
    play.walk("offerings").page("offerings", 0).page("offerings", token="never-given")
    play.show_arn("reservations", _cut(play)).show_arn("reservations", "no-arn").go(OTHER).show().page()
    play.go(OWN, ELSEWHERE).page().go(OWN, HERE).at("2026-02-20T08:00:00Z").buy("early").show().page()
    play.at("2026-03-15T23:59:59Z").show().page().buy("next", "2026-03-01T00:00:00Z", 1).show().walk("reservations", 1)
    play.buy("again").show().page().at("2027-04-10T00:00:00Z").show().buy("first_a-1").buy("last", arn=2).show()
    return play.walk("reservations", 1).page("reservations").at("2027-05-31T12:00:00Z").show().page()


def _cut(play: RecordedPlay) -> str:
    """The ARN of the last reservation without its last character, where there is one."""
    made = [json.loads(response.body) for _, response in play.exchanges if response.status == 201]
    shown = [answer.get("reservation", {}) for answer in made if isinstance(answer, dict)]
    arns = [str(one.get("reservationArn", "")) for one in shown if isinstance(one, dict)]
    return arns[-1][:-1] if arns and arns[-1] else "none"


def found(kind: type[RightEmulator]) -> tuple[frozenset[str], frozenset[str]]:
    """The rules that a HAR of the session shows to be broken: where nothing else happened, and in part."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), session(kind()).kept)
        whole, part = (proven_failures(judge(path, complete=complete).results) for complete in (True, False))
    return frozenset(rule for rule in whole if whole[rule]), frozenset(rule for rule in part if part[rule])


def _lines() -> Iterator[str]:
    rows = {name: found(kind) for name, kind in MUTANTS.items()}
    shown = {name: (whole & set(MUTANTS[name].breaks), part) for name, (whole, part) in rows.items()}
    kills = [name for name, (whole, _) in shown.items() if whole]
    in_part = [name for name in kills if shown[name][1] & set(MUTANTS[name].breaks)]
    yield "# Found from a HAR alone"
    yield ""
    yield "Each mutant answers one ordinary session (`tests/meta/tools/kills_from_har.py`, which wrote this page), and"
    yield "the judge gets the HAR file of it and nothing else."
    yield f"{len(kills)} of {len(MUTANTS)} mutants are found under a rule that they break with `--complete`,"
    yield f"{len(in_part)} without. Whether the others could be found from a HAR at all was not looked into:"
    yield "it depends on what this one session comes to."
    yield ""
    yield "| mutant | rules | without `--complete` |"
    yield "|---|---|---|"
    for name in kills:
        whole, part = shown[name]
        yield f"| {name} | {', '.join(sorted(whole))} | {'yes' if part & set(MUTANTS[name].breaks) else 'no'} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text("\n".join(_lines()) + "\n", encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8").splitlines()[3:6])


if __name__ == "__main__":
    main()
