"""Explicit examples of what is rarely met: unusual terms, offerings in turn, near-misses of a Start, long lists."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.cases.case import (
    Case,
    DescribeOffering,
    DescribeReservation,
    Edit,
    EndOf,
    Inside,
    ListOfferings,
    ListReservations,
    Literal,
    MonthStart,
    Now,
    OfferingArn,
    OfferingTerms,
    Point,
    Purchase,
    ReservationArn,
    SetClock,
    Step,
    Written,
    purchase_case,
)
from strategies.batching import merged
from strategies.offerings import many_offerings

MIDDLE = Written(Inside(500))

# Each is new, and a part of one before it, or like one before it for a reader that takes "_" for any character.
NEAR_NAMES = ("studio-10", "studio-1", "studio_1", "studio", "10", "o", "l" * 127 + "a", "l" * 127 + "b")
NAMES_LIKE_VALUES = ("007", "1e5", "0x1F", "1_000", "2027-01-15", "null", "true", "NaN", "no", "Off", "None", "0o17")
"""Names that a careless reader takes for numbers, dates or words of JSON, YAML or Python."""

DESCRIPTIONS = ("", "a\x00b", "ends with a null\x00")
PRICES = ("0", "00.5", "1.", "1234567890.123456789", "1e5", "1E-7", "1e-10")
# The last is the largest that every reader of JSON keeps (RFC 8259, section 6).
BITRATES = (0, 2**31, 2**32, 2**53 - 1)


def unusual_offering_cases() -> Iterator[Case]:
    """Terms that a target may refuse to define, each in a case of its own; no strategy.

    >>> next(unusual_offering_cases()).offerings[0].description
    ''
    """
    terms = [
        *(OfferingTerms(description=text) for text in DESCRIPTIONS),
        *(OfferingTerms(price=price) for price in PRICES),
        *(OfferingTerms(bitrate=bitrate) for bitrate in BITRATES),
    ]
    reads = (DescribeReservation(reservation=ReservationArn(2)), ListReservations(whole=True))
    steps = (ListOfferings(whole=True), DescribeOffering(), Purchase(start=MIDDLE), *reads)
    yield from (Case(offerings=(one,), steps=steps) for one in terms)


def offering_changes() -> Iterator[Case]:
    """Reservations of two offerings one after the other, with the ARN of the first one tried between; no strategy.

    >>> [step.name for step in next(offering_changes()).steps if isinstance(step, Purchase)]
    ['reservation', 'second', 'second']
    """
    two = (OfferingTerms(), OfferingTerms(duration=3, description="another", price="9.99", bitrate=None))
    start = Written(Now())
    for first, second in ((0, 1), (1, 0)):
        yield Case(
            offerings=two,
            steps=(
                Purchase(offering=OfferingArn(first), start=start),
                SetClock(EndOf(0, 1)),
                Purchase(name="second", offering=ReservationArn(0), start=start),
                Purchase(name="second", offering=OfferingArn(second), start=start),
                DescribeReservation(reservation=ReservationArn(3)),
                ListReservations(whole=True),
            ),
        )


_LOOK_ALIKES = {
    "-": "\u2010\u2013\u2212\uff0d/._ ",
    ":": "\uff1a\u2236.;- ",
    "T": "t _\u0422",
    "Z": "z\u0396 ",
}
_DIGITS = ("\uff10", "\u0660", "\u06f0", "\u0966")


def _edited(edit: Edit) -> Case:
    start = Written(MonthStart(seconds=1_060_627), edits=(edit,))
    return purchase_case(now="2027-03-25T13:14:15Z", start=start)


def near_starts() -> list[Case]:
    """A right Start with one character replaced by one that looks like it, or inserted, in every place; ten in a case.

    No strategy; `mutated_starts` draws them.

    >>> near_starts()[0].steps[0].start.edits
    (Edit(at=0, remove=1, insert='２'),)
    """
    text = "2027-03-13T06:37:07Z"
    replaced = [
        _edited(Edit(at, 1, character))
        for at, right in enumerate(text)
        for character in (_LOOK_ALIKES.get(right) or [chr(ord(zero) + int(right)) for zero in _DIGITS])
    ]
    inserted = [_edited(Edit(at, 0, character)) for at in range(len(text) + 1) for character in ("-", " ", "0")]
    cases = [*replaced, *inserted]
    return [merged(cases[at : at + 10]) for at in range(0, len(cases), 10)]


_CARRIED_OVER = (
    *(("2027-01-31T12:00:00Z", "2027-02-00T06:00:00Z"), ("2028-02-29T12:00:00Z", "2028-03-00T06:00:00Z")),
    *(("2027-12-20T12:00:00Z", "2028-00-15T06:00:00Z"), ("2027-01-20T12:00:00Z", "2026-12-40T06:00:00Z")),
    *(("2027-02-20T12:00:00Z", "2026-14-05T06:00:00Z"), ("2027-01-20T12:00:00Z", "2025-25-05T06:00:00Z")),
    *(("2027-01-20T12:00:00Z", f"2027-01-14T{time}Z") for time in ("36:00:00", "05:75:00")),
    *(("2027-01-20T12:00:00Z", f"2027-01-14T05:59:{second}Z") for second in (61, 62, 69, 75)),
)
"""Fields that are too small or too large, at times when a reader that carries them over lands in the window."""


def impossible_days() -> list[Case]:
    """Days that months lack, and other such fields, at times when a lenient reader lands in the window.

    No strategy; `impossible_starts` draws them.

    >>> impossible_days()[0].steps[0].start
    Literal(text='2027-02-29T06:00:00Z')
    """
    days = [("02-29", "03"), ("02-30", "03"), ("04-31", "05"), ("06-31", "07"), ("09-31", "10"), ("11-31", "12")]
    cases = [
        purchase_case(now=f"{year}-{month}-02T12:00:00Z", start=Literal(f"{year}-{day}T06:00:00Z"))
        for year in ("2027", "2100", "2028", "2200", "2400")
        for day, month in days
        if (year, day) not in (("2028", "02-29"), ("2400", "02-29"))
    ]
    # One reader goes on into the next month, another stops at the last day of this one.
    last_days = [("02-29", "02-28"), ("04-31", "04-30"), ("06-31", "06-30"), ("09-31", "09-30"), ("11-31", "11-30")]
    cases += [
        purchase_case(now=f"{year}-{last}T12:00:00Z", start=Literal(f"{year}-{day}T06:00:00Z"))
        for year in ("2027", "2100")
        for day, last in last_days
    ]
    cases += [purchase_case(now=now, start=Literal(text)) for now, text in _CARRIED_OVER]
    return [merged(cases[at : at + 10]) for at in range(0, len(cases), 10)]


def real_leap_days() -> list[Case]:
    """Purchases on and around leap days of all kinds of years, which are accepted; no strategy.

    >>> real_leap_days()[0].now
    '2028-02-29T23:59:59Z'
    """
    points: tuple[Point, ...] = (Now(), MonthStart(), MonthStart(seconds=28 * 86_400))
    cases = [
        # Under a name of its own a refusal is tried again alone, which shows that it is for the Start.
        purchase_case(now=f"{year}-02-29T23:59:59Z", name=f"leap-{at}", start=Written(point))
        for year in ("2028", "2032", "2096", "2104", "2400")
        for at, point in enumerate(points)
    ]
    return [merged(cases[at : at + 8]) for at in range(0, len(cases), 8)]


def long_history(*, reservations: int = 24) -> Case:
    """So many reservations one after the other, each of an offering of its own, described at once; no strategy.

    Every other one is listed at once, so that it is known to have been in the list. While the last of them holds,
    another purchase is tried, each is described once more, and all are listed; after its End the first name is used
    again, and then a new one. The first names are near to one another, and the next are like other values.

    >>> sum(isinstance(step, Purchase) for step in long_history(reservations=7).steps)
    10
    """
    steps: list[Step] = []
    bought: list[int] = []
    names = (*NEAR_NAMES, *NAMES_LIKE_VALUES)
    for number in range(reservations):
        if bought:
            steps.append(SetClock(EndOf(bought[-1], 1)))
        bought.append(len(steps))
        name = names[number] if number < len(names) else f"row-{number}"
        steps.append(Purchase(name=name, offering=OfferingArn(number), start=Written(Now())))
        steps.append(DescribeReservation(reservation=ReservationArn(bought[-1])))
        steps.append(DescribeOffering(offering=OfferingArn(number)))
        if number % 2 == 0:
            steps.append(ListReservations(whole=True))
    steps.append(Purchase(name="contest", start=Written(Now())))
    steps += [DescribeReservation(reservation=ReservationArn(one)) for one in bought]
    steps += [ListReservations(whole=True), ListReservations(max_results="7", whole=True)]
    steps.append(SetClock(EndOf(bought[-1], 1)))
    steps += [Purchase(name=name, start=Written(Now())) for name in (NEAR_NAMES[0], "row-new")]
    return Case(offerings=many_offerings(reservations), steps=tuple(steps))


def long_lists() -> list[Case]:
    """Lists around and beyond fifty, a hundred, 256 and a thousand items, with page sizes around them; no strategy.

    >>> [len(case.offerings) for case in long_lists()]
    [51, 101, 120, 260, 1001]
    """
    sizes = {
        51: ("50", "51", None),
        101: ("99", "100", "101", "1000", "1"),
        120: ("40", "119", "1000"),
        260: ("255", "256", "257", "1000"),
        1_001: ("1000",),
    }
    return [
        Case(
            offerings=many_offerings(count), steps=tuple(ListOfferings(max_results=size, whole=True) for size in found)
        )
        for count, found in sizes.items()
    ]
