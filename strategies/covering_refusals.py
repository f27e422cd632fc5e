"""Explicit cases of what is refused: near misses of ARNs and Starts, and dozens of refusals that differ by content.

What is refused leaves its account as it was, so that one account has room for dozens of calls. No strategy; the same in
every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from string import punctuation

from conformance.cases.arn_mutations import ARNS
from conformance.cases.case import (
    At,
    Case,
    DescribeOffering,
    DescribeReservation,
    Edit,
    Inside,
    ListReservations,
    LiteralArn,
    MonthStart,
    Now,
    OfferingArn,
    Point,
    Purchase,
    ReservationArn,
    SetClock,
    Start,
    Step,
    Written,
)
from conformance.spec.calendar import days_in_month
from strategies.batching import merged
from strategies.content import CHARACTERS
from strategies.starts import ARGUMENTS, IMPOSSIBLE_FORMS, OTHER_FORMS

_NOW = "2027-03-25T13:14:15Z"
_BATCH = 12
_CASES, _CALLS_OF_A_KIND, _CONTESTS = 8, 6, 20
_BLANKS = (" ", *CHARACTERS["white space"], "\x0b", "\x0c", "\x85", "\u2009", "\u202f")


def near_arn_cases() -> tuple[Case, ...]:
    """A character after, before or in an ARN, an identifier cut short, each mutation: of offerings and reservations.

    >>> near_arn_cases()[0].steps[0].offering.edits
    (Edit(at=-1, remove=0, insert='/'),)
    """
    edits = list(_arn_edits())
    named: list[tuple[str, tuple[Edit, ...]]] = [("exact", (edit,)) for edit in edits]
    named += [(name, ()) for name in ARNS if name != "exact"]
    return tuple(_near_arns(named[at : at + _BATCH]) for at in range(0, len(named), _BATCH))


def _arn_edits() -> Iterator[Edit]:
    characters = (*punctuation, *_BLANKS, "\x00", "\u200b")
    yield Edit(at=-1, insert="/")  # the one that is dropped most often
    yield from (Edit(at=at, remove=1, insert="_") for at in (-2, -10, 7, 20))  # any character, to a database
    yield from (Edit(at=-1, insert=f"{character}x") for character in characters)
    yield from (Edit(at=-1, insert=character) for character in characters if character != "/")
    yield from (Edit(at=0, insert=character) for character in characters)
    yield from (Edit(at=-1 - size, remove=size) for size in (1, 2, 4, 8, 12, 13, 16, 20, 24, 28))
    yield from (
        Edit(at=-1, insert=tail) for tail in ("-", "0", "a", ":1", ":a:b", "/a/b", "%3A1", "@1", "$LATEST", "::")
    )
    yield from (Edit(at=at, insert=character) for at in (3, 7, 20, 33, -10) for character in (":", "/", " ", "*"))
    yield from (Edit(at=at, remove=1) for at in (0, 2, 3, 7, 12, 20, 33, -12))
    # Signs that stand for any other in the patterns of a shell or a regular expression.
    yield from (Edit(at=at, remove=1, insert=character) for at in (-2, -10, 7, 20) for character in ("?", "."))
    # Another identifier that begins or ends as the right one.
    yield from (Edit(at=-1 - size, remove=size, insert=character * size) for size in (1, 2, 3, 4) for character in "07")
    yield from (Edit(at=-37, remove=size, insert=character * size) for size in (1, 2, 4) for character in "07")


def _near_arns(named: Sequence[tuple[str, tuple[Edit, ...]]]) -> Case:
    """Each as an offering that is described and purchased; then, after a purchase, each as a reservation."""
    steps: list[Step] = []
    for mutation, edits in named:
        near = OfferingArn(mutation=mutation, edits=edits)
        steps += [DescribeOffering(offering=near), Purchase(name="near", offering=near, start=Written(Inside(500)))]
    bought = len(steps)
    steps.append(Purchase(start=Written(Inside(500))))
    steps += [DescribeReservation(reservation=ReservationArn(bought, *one)) for one in named]
    return Case(now=_NOW, steps=tuple(steps))


def mistyped_start_cases() -> tuple[Case, ...]:
    """A right Start with a character deleted in each place, or with white space or other characters at its ends.

    >>> mistyped_start_cases()[0].steps[0].start.edits
    (Edit(at=0, remove=1, insert=''),)
    """
    lists: list[tuple[Edit, ...]] = [(Edit(at=at, remove=1),) for at in range(20)]
    lists += [(Edit(at=first, remove=1), Edit(at=second, remove=1)) for first, second in ((4, 6), (13, 15), (10, 18))]
    lists += [
        (Edit(at=at, insert=character),)
        for character in (*_BLANKS, *punctuation, "\x00", "\u200b", "\ufeff")
        for at in (-1, 0)
    ]
    tails = (
        "(UTC)", " (UTC)", "[UTC]", "Z", "0", ".0", "+0", "+00", "\x00x", "\n\n", "--", "/..", "#", "T00:00:00Z", "UTC",
    )  # fmt: skip
    lists += [(Edit(at=-1, insert=tail),) for tail in tails]
    lists += [
        (Edit(at=19, remove=1, insert=zone),)
        for zone in ("+00", "+0000", "-0000", "-00", "+0", "\u221200:00", "+00:00:00")
    ]
    lists += [(Edit(at=at, insert="0"),) for at in (0, 5, 8, 11, 14, 17)]
    starts = [Written(MonthStart(seconds=1_060_627), edits=edits) for edits in lists]
    return tuple(_refused(starts[at : at + 2 * _BATCH]) for at in range(0, len(starts), 2 * _BATCH))


def _refused(starts: Iterable[Start]) -> Case:
    return Case(now=_NOW, steps=tuple(Purchase(start=start) for start in starts))


def month_turn_cases() -> tuple[Case, ...]:
    """On the first and the last day of each month: the days and seconds beyond the turn, which are refused.

    >>> [case.now for case in month_turn_cases()][:2]
    ['2027-01-01T12:00:00Z', '2027-02-01T12:00:00Z']
    """
    return tuple(_around_a_turn(year, month) for year in (2027, 2028) for month in range(1, 13))


def _around_a_turn(year: int, month: int) -> Case:
    """Wrong purchases on the first day of a month, and in the last second of it, all in one account."""
    last = f"{year}-{month:02}-{days_in_month(year, month)}T23:59:59Z"
    points: tuple[Point, ...] = (
        MonthStart(seconds=-1),
        MonthStart(seconds=-43_200),
        MonthStart(seconds=-86_400),
        Now(seconds=1),
    )
    wrong = tuple(Purchase(name=f"turn-{at}", start=Written(point)) for at, point in enumerate(points))
    late = Purchase(name="late", start=Written(Now(seconds=43_200)))
    return Case(now=f"{year}-{month:02}-01T12:00:00Z", steps=(*wrong, late, SetClock(At(last)), *wrong))


def refusal_cases() -> tuple[Case, ...]:
    """Dozens of refusals of each kind before a purchase, of second purchases after it, and all that is read of it.

    >>> case = refusal_cases()[0]
    >>> len(case.places()), len([step for step in case.steps if isinstance(step, Purchase)]) > 40
    (1, True)
    """
    return tuple(_around_a_purchase(number * _CALLS_OF_A_KIND, number) for number in range(_CASES))


def _around_a_purchase(first: int, number: int) -> Case:
    wrong = [call for at in range(first, first + _CALLS_OF_A_KIND) for call in _wrong_calls(at)]
    bought = len(wrong) + 1
    reads = (DescribeReservation(reservation=ReservationArn(bought)), ListReservations(whole=True))
    right = Purchase(name=f"right-{number}", start=Written(Inside(500 + number)))
    contests = [
        Purchase(
            name=f"contest-{number}-{at}", offering=OfferingArn(at % 3), start=Written(Inside((7 + at) * 43 % 1_000))
        )
        for at in range(_CONTESTS)
    ]
    return Case(now=_NOW, steps=(*wrong, ListReservations(whole=True), right, *reads, *contests, *reads))


def unread_refusal_cases() -> tuple[Case, ...]:
    """Refusals of each kind, and several in a row, with a right purchase at once after them: nothing is read between.

    >>> [type(step).__name__ for step in unread_refusal_cases()[0].steps[-1:]]
    ['ListReservations']
    """
    wrong = [call for call in _wrong_calls(0) if isinstance(call, Purchase)]
    wrong += [Purchase(mutation=name, start=Written(Inside(500))) for name in _MALFORMED]
    in_a_row = [[wrong[(3 * count + at) % len(wrong)] for at in range(count)] for count in range(2, 12)]
    return (_unread([[one] for one in wrong]), _unread(in_a_row))


_MALFORMED = (
    *("not JSON", "JSON cut short", "form-encoded", "not UTF-8", "wrongly compressed", "an array", "null", "no body"),
    *("no members", "name is a list", "name is an object", "start is a list", "start is an object"),
    *("a raw control character", "a lone surrogate in the start", "to a path of nothing"),
)


def _unread(refusals: Iterable[Sequence[Purchase]]) -> Case:
    """Each of them before a right purchase, in an account of its own."""
    right = (Purchase(name=f"unread-{at}", start=Written(Inside(600 + at))) for at in range(100))
    reads = (ListReservations(whole=True),)
    return merged(Case(now=_NOW, steps=(*wrong, after, *reads)) for wrong, after in zip(refusals, right, strict=False))


def _wrong_calls(at: int) -> Iterator[Step]:
    """One refused call of each kind, with other names, times and ARNs for each number."""
    name = f"wrong-{at}"
    inside = Inside((at * 37 + 11) % 1_000)
    form = OTHER_FORMS[at % len(OTHER_FORMS)]
    character = punctuation.replace("-", "").replace("_", "")[at % 30]
    before = -1 - at * at * 311 if at % 2 else -(at + 1) * 86_400
    yield Purchase(name=name, start=Written(MonthStart(seconds=before)))
    yield Purchase(name=name, start=Written(Now(seconds=1 + at * at * 97, months=at % 5)))
    yield Purchase(name=name, start=Written(inside, form, ARGUMENTS[form][-1]))
    yield Purchase(name=name, start=Written(Inside(1_000 - at), IMPOSSIBLE_FORMS[at % len(IMPOSSIBLE_FORMS)]))
    yield Purchase(name=f"a{character}{at}", start=Written(inside))
    yield Purchase(name=f"-{at}" if at % 2 else f"{at}_", start=Written(inside))
    yield Purchase(mutation="no name", start=Written(inside))
    yield Purchase(name=name, mutation="null start")
    unknown = OfferingArn(
        mutation="another identifier", edits=(Edit(at=-5, remove=4, insert=f"{at * 641 % 65_536:04x}"),)
    )
    yield Purchase(name=name, offering=unknown, start=Written(inside))
    yield DescribeOffering(offering=unknown)
    yield Purchase(name=name, offering=LiteralArn(f"not-an-arn-{at}"), start=Written(inside))
    yield DescribeOffering(offering=LiteralArn(f"offering-{at * at}"))
    yield DescribeReservation(reservation=LiteralArn(f"reservation {at}"))
