"""Sessions of clients as hypothesis draws them: what somebody may do within half a year, in any order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st

from tests.meta.emulator.rare.play import ELSEWHERE, HERE, OTHER, OWN
from tests.meta.emulator.right import RightEmulator
from tests.meta.tools.recorded_play import RecordedPlay

BEGIN = datetime.fromisoformat("2026-01-15T12:00:00+00:00")
NAMES = ("first", "second", "a", "under_score-", "x" * 129, "")
BODIES = (
    b"",
    b"no json",
    b"[]",
    b'{"reservationName": "first"}',
    b'{"reservationName": 7, "start": "2026-01-05T00:00:00Z"}',
    b'{"reservationName": "first", "start": "2026-01-05T00:00:00Z", "more": 1}',
)
STARTS = ("", "first", "middle", "earlier", "later", "2026-02-30T00:00:00Z", "tomorrow")


@dataclass(frozen=True)
class Action:
    """One thing that a client does, with the text and the number that it needs."""

    what: str
    text: str = ""
    number: int = 0


ACTIONS: dict[str, Callable[[RecordedPlay, Action, datetime], object]] = {
    "buy": lambda play, action, now: play.buy(NAMES[action.number], _start(action.text, now), action.number % 2),
    "body": lambda play, action, _: play.buy(body=BODIES[action.number]),
    "show": lambda play, *_: play.show(),
    "show offering": lambda play, action, _: play.show_offering(action.number % 2),
    "show unknown": lambda play, action, _: play.show_arn("reservations", _unknown(action.number)),
    "buy unknown": lambda play, action, _: play.buy(arn=_unknown(action.number)),
    "reservations": lambda play, action, _: play.walk("reservations", action.number or None),
    "offerings": lambda play, action, _: play.walk("offerings", action.number or None),
    "page": lambda play, action, _: play.page(
        "reservations", action.number, token="nothing" if action.number else None
    ),
    "elsewhere": lambda play, action, _: play.go(region=ELSEWHERE if action.number % 2 else HERE),
    "another": lambda play, action, _: play.go(account=OTHER if action.number % 2 else OWN),
}


def _start(text: str, now: datetime) -> str:
    """A Start, by what it is called."""
    first = now.replace(day=1, hour=0, minute=0, second=0)
    instants = {
        "first": first,
        "middle": first + (now - first) / 2,
        "earlier": first - timedelta(seconds=1),
        "later": now + timedelta(hours=2),
    }
    if text in instants:
        return instants[text].replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return text


def _unknown(number: int) -> str:
    return (
        f"arn:aws:mediaconnect:{HERE}:{OWN}:offering:00000000-0000-4000-8000-000000000000",
        f"arn:aws:mediaconnect:{HERE}:{OWN}:reservation:00000000-0000-4000-8000-000000000000",
        "no-arn",
        f"arn:aws:medialive:{HERE}:{OWN}:offering:1",
    )[number % 4]


def actions() -> st.SearchStrategy[list[Action]]:
    """What a client does, one after the other; purchases and what shows them come most often."""
    kinds = st.sampled_from([*ACTIONS, "buy", "buy", "show", "reservations", "offerings", "time"])
    one = st.builds(Action, kinds, st.sampled_from(STARTS), st.integers(0, 5))
    return st.lists(one, min_size=3, max_size=25)


def play(emulator: RightEmulator, session: list[Action]) -> RecordedPlay:
    """The session, played."""
    made, now = RecordedPlay(emulator), BEGIN
    for account in (OWN, OTHER):
        for region in (HERE, ELSEWHERE):
            made.go(account, region).offer(1, 2)
    made.go(OWN, HERE).at(_text(now))
    for action in session:
        if action.what == "time":
            now += timedelta(days=(0, 1, 20, 31, 45, 400)[action.number], seconds=17)
            made.at(_text(now))
        else:
            now = max(now, made.last)
            ACTIONS[action.what](made, action, now)
    return made


def _text(now: datetime) -> str:
    return now.replace(microsecond=0).isoformat().replace("+00:00", "Z")
