"""Judging an endless stream of calls: what an account has in windows of bounded length, beside the state it is in.

Every rule judges the last calls of one account (`WINDOW`), together with a few from before them (`CONTEXT`) and the
last purchases that it made (`PURCHASES`), however long ago. What only two calls show that are farther apart is left
out; two accounts together: `results.neighbours`. What a window finds, it finds with the state that all calls before it
have led to, and that state is bounded too: what is forgotten counts as unknown from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from conformance.execution.trace import Call, Trace
from conformance.rules.history import History
from conformance.rules.recorded_call import RecordedCall
from conformance.spec.model import permitted
from conformance.spec.outcomes import Answered, Wire, text_of
from conformance.spec.reading import Reading, read
from conformance.spec.request import AccountMapping, Place
from conformance.spec.service import CANCELED, Operation
from conformance.spec.state import NO_OFFERINGS, Offerings, State
from conformance.spec.transitions import after

WINDOW = 400
"""How many calls are judged together."""
CONTEXT = 60
"""How many of them are judged with the next window again, as rules compare calls with those before them."""
PURCHASES = 4
"""How many purchases of an account stay in its window, however old, with what they made."""
_MOST_RESERVATIONS = 64
_MOST_TOKENS = 200
_MOST_OFFERINGS = 1_000
"""How many of each are remembered of an account, which bounds the memory; the latest are kept."""
_OFFERINGS_HOLD = 3_600.0
"""Seconds for which a listed offering counts as what it was: nobody says when it changes."""


@dataclass
class Reader:
    """Reads the calls of one account, one after the other, as `rules.history.follow` reads a trace.

    With `complete` nothing was there before the first call, and nothing happens but what is recorded; otherwise there
    may be reservations in every place that nobody has seen.
    """

    accounts: AccountMapping = field(default_factory=AccountMapping)
    complete: bool = False
    state: State = field(default_factory=State)
    _places: set[Place] = field(default_factory=set)
    _listed_at: dict[Place, float] = field(default_factory=dict)
    _pages_before: dict[str, tuple[Wire, ...]] = field(default_factory=dict)

    def read(self, call: Call, number: int) -> RecordedCall:
        """The call as the specification sees it; what came of it is known from then on."""
        reading = read(call.request, self.accounts)
        self._see(reading.place, call.began)
        before = self.state
        recorded = RecordedCall(call, number, reading, before, permitted(before, reading, call.now))
        self.state = self._bounded(self._learnt(after(before, reading, call.outcome, call.now), reading, call))
        return recorded

    def forget(self) -> None:
        """The account is as new: everything that happens in it is known from here on."""
        self.state, self.complete = State(), True
        self._places, self._listed_at, self._pages_before = set(), {}, {}

    def define(self, place: Place, offerings: tuple[Wire, ...]) -> None:
        """These are the offerings of a place, and there are no others."""
        self.state = self.state.with_offerings(place, offerings)

    def lose_track(self) -> None:
        """Something happened that is not recorded: whatever may be there, may be."""
        self.complete = False
        self.state = replace(
            self.state, places_with_unseen_reservations=self.state.places_with_unseen_reservations | self._places
        )

    def forget_tokens(self) -> None:
        """Tokens may have been given that were not seen."""
        self.state = replace(self.state, tokens_forgotten=True)

    def _see(self, place: Place, now: float) -> None:
        if place not in self._places:
            self._places.add(place)
            if not self.complete:
                self.state = replace(
                    self.state, places_with_unseen_reservations=self.state.places_with_unseen_reservations | {place}
                )
        if now - self._listed_at.get(place, now) > _OFFERINGS_HOLD:
            del self._listed_at[place]
            if not self.state.offerings_of(place).complete:
                self.state = replace(self.state, offerings={**self.state.offerings, place: NO_OFFERINGS})

    def _learnt(self, state: State, reading: Reading, call: Call) -> State:
        """What a list tells beyond what a run needs: offerings that have changed, or are all, and what was canceled."""
        if not isinstance(call.outcome, Answered):
            return state
        if reading.operation is Operation.LIST_OFFERINGS:
            return self._with_offerings(state, reading, call)
        shown = call.items("reservations") or ((call.reservation,) if call.reservation else ())
        for item in shown:
            if item.get("reservationState") == CANCELED and reading.place in state.places_with_unseen_reservations:
                arn = text_of(item, "reservationArn")
                reservations = (replace(one, certain=one.certain and one.arn != arn) for one in state.reservations)
                state = replace(state, reservations=tuple(reservations))
        return state

    def _with_offerings(self, state: State, reading: Reading, call: Call) -> State:
        place, items = reading.place, call.items("offerings")
        known = state.offerings_of(place)
        if known.complete:
            return state
        self._listed_at[place] = call.began
        listed = {text_of(item, "offeringArn"): item for item in items}
        if any(known.by_arn.get(arn) != item for arn, item in listed.items()):
            by_arn = dict([*{**known.by_arn, **listed}.items()][-_MOST_OFFERINGS:])
            state = replace(state, offerings={**state.offerings, place: Offerings(by_arn)})
        return self._all_listed(state, reading, call) if self.complete else state

    def _all_listed(self, state: State, reading: Reading, call: Call) -> State:
        """A whole list is all there is, where nothing else than recorded happens, and no reservation may hide some."""
        before = self._pages_before.pop(reading.next_token, None) if reading.next_token is not None else ()
        if before is None:
            return state
        items = (*before, *call.items("offerings"))
        token = text_of(call.answer, "nextToken")
        if token:
            if len(self._pages_before) < _MOST_TOKENS:
                self._pages_before[token] = items
            return state
        here = [one for one in state.reservations if one.place.account == reading.place.account]
        if any(not one.is_over(call.now) for one in here):
            return state
        by_arn = {text_of(item, "offeringArn"): item for item in items}
        return replace(state, offerings={**state.offerings, reading.place: Offerings(by_arn, complete=True)})

    def _bounded(self, state: State) -> State:
        """The state without what is oldest; a place of which something is forgotten may have unseen ones."""
        if len(state.reservations) > _MOST_RESERVATIONS:
            oldest = state.reservations[0]
            places = state.places_with_unseen_reservations | {oldest.place}
            state = replace(state, reservations=state.reservations[1:], places_with_unseen_reservations=places)
        if len(state.tokens) > _MOST_TOKENS:
            latest = dict([*state.tokens.items()][-_MOST_TOKENS:])
            state = replace(state, tokens=latest, tokens_forgotten=True)
        return state


def read_calls(
    calls: Iterable[Call],
    accounts: AccountMapping,
    *,
    complete: bool,
    offerings: Mapping[Place, tuple[Wire, ...]] | None = None,
) -> History:
    """A short stretch of calls, read from its beginning; `offerings` are all that some places have."""
    reader = Reader(accounts, complete)
    for place, items in (offerings or {}).items():
        reader.define(place, items)
    recorded = tuple(reader.read(call, number) for number, call in enumerate(calls))
    unknown = {} if complete else dict.fromkeys(one.place for one in recorded)
    trace = Trace(
        tuple(one.call for one in recorded),
        accounts=accounts,
        offerings=offerings or {},
        defined=False,
        before=unknown,
    )
    return History(trace, recorded, reader.state)


@dataclass
class Windows:
    """The windows of one account. `judge` is given each, with the number of calls in it that were judged before.

    `on_call` is given each call, as soon as it is read.
    """

    reader: Reader
    judge: Callable[[History, int], None]
    on_call: Callable[[RecordedCall], None]
    _window: list[RecordedCall] = field(default_factory=list)
    _judged: int = 0

    @property
    def size(self) -> int:
        """How many calls are in memory."""
        return len(self._window)

    def add(self, calls: Iterable[Call]) -> None:
        """Take calls in; a window that is full is judged."""
        for call in calls:
            if len(self._window) >= WINDOW and not call.concurrent:
                self.close()
            recorded = self.reader.read(call, len(self._window))
            self._window.append(recorded)
            self.on_call(recorded)
            if len(self._window) >= 2 * WINDOW:
                self.close()

    def close(self) -> None:
        """Judge what is left, and go on with a new window."""
        if len(self._window) > self._judged:
            calls = tuple(self._window)
            trace = Trace(tuple(one.call for one in calls), accounts=self.reader.accounts, defined=False)
            self.judge(History(trace, calls, self.reader.state), self._judged)
        kept = [replace(one, number=number) for number, one in enumerate(_context(self._window))]
        self._window, self._judged = kept, len(kept)

    def drop(self) -> None:
        """Judge what is left, and keep nothing of it: the next call has nothing to do with it."""
        self.close()
        self._window, self._judged = [], 0


def _context(window: list[RecordedCall]) -> Iterator[RecordedCall]:
    """The last calls, and before them the last purchases that made a reservation."""
    earlier = window[:-CONTEXT]
    made = [one for one in earlier if one.operation is Operation.PURCHASE_OFFERING and one.accepted]
    yield from made[-PURCHASES:]
    yield from window[-CONTEXT:]
