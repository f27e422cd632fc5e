"""start-format: how a Start is written (conformance/rules/start_format.py)."""

from hypothesis import given

from conformance.cases.case import (
    Case,
    Edit,
    Inside,
    Literal,
    MonthStart,
    Now,
    Point,
    Purchase,
    Start,
    Written,
    purchase_case,
    purchase_cases,
)
from conformance.results.checker import Checker
from conformance.rules import start_format
from conformance.testing import checks, examples
from strategies import (
    ARGUMENTS,
    FREE_TEXTS,
    IMPOSSIBLE_FORMS,
    OTHER_FORMS,
    batches,
    impossible_starts,
    malformed_starts,
    mutated_starts,
    purchases,
    starts_in_window,
)

DAY = 86_400


@checks(start_format.accepts)
@examples(
    [
        *purchase_cases("2027-01-15T12:00:00Z", MonthStart(), MonthStart(seconds=DAY - 1)),
        *purchase_cases("2028-02-29T23:59:59Z", MonthStart(seconds=28 * DAY)),
        *purchase_cases("2027-05-31T23:59:59Z", Now()),
        *purchase_cases("2027-11-15T12:34:56Z", Now()),
    ]
)
@given(case=purchases(starts=starts_in_window()))
def test_the_documented_form(check: Checker, case: Case) -> None:
    """Every existing date and time written as YYYY-MM-DDTHH:mm:SSZ is read as that instant in UTC."""
    check(case)


def _each_form() -> list[Case]:
    """Each other form of an instant inside the window: with its first argument; then the others, a dozen in a case."""
    padded = [form for form in OTHER_FORMS if form != "no leading zero"]
    first = [Written(Inside(500), form, ARGUMENTS[form][0]) for form in padded]
    others = [Written(Inside(500), form, argument) for form in padded for argument in ARGUMENTS[form][1:]]
    unpadded = [Written(MonthStart(), "no leading zero", "day"), Written(MonthStart(), "no leading zero", "hour")]
    free = [Literal(text) for text in FREE_TEXTS]
    now = "2027-03-25T13:14:15Z"
    # 2027-03-05T06:07:08Z, with something else in the place of the zero before one of its fields.
    filled = [
        Written(MonthStart(seconds=4 * DAY + 22_028), edits=(Edit(at, 1, sign),))
        for at in (5, 8, 11, 14, 17) for sign in (" ", "+", "-")
    ]  # fmt: skip
    # A digit of another script, or an exponent, of the same value, at the end of one field alone.
    mixed = [
        Written(MonthStart(seconds=4 * DAY + 22_028), edits=(Edit(at, 1, sign),))
        for signs in ("٧٣٥٦٧٨", "⁷³⁵⁶⁷⁸")
        for at, sign in zip((3, 6, 9, 12, 15, 18), signs, strict=True)
    ]
    more: list[Start] = [*free, *others, *filled, *mixed]
    dozens = [more[at : at + 12] for at in range(0, len(more), 12)]
    return [
        *(purchase_case(now=now, start=start) for start in [*first, *unpadded]),
        *(Case(now=now, steps=tuple(Purchase(start=start) for start in dozen)) for dozen in dozens),
    ]


@checks(start_format.rejects_other_forms)
@examples(_each_form())
@given(case=purchases(starts=malformed_starts()))
def test_any_other_form(check: Checker, case: Case) -> None:
    """A Start in another form than YYYY-MM-DDTHH:mm:SSZ is refused with BadRequestException."""
    check(case)


# In early March a lenient reader takes February 30 for March 2, which is inside the window. A leap second ends a day.
_IMPOSSIBLE: list[tuple[str, str, Point]] = [
    *((form, "2027-03-25T13:14:15Z", Inside(500)) for form in IMPOSSIBLE_FORMS),
    ("month 13", "2027-01-25T13:14:15Z", Inside(500)),
    ("February 30", "2027-02-28T23:59:59Z", Inside(500)),
    ("hour 24", "2027-03-01T00:00:00Z", Inside(500)),
    ("second 60", "2027-03-25T13:14:15Z", MonthStart(seconds=864_000)),
    ("second 60", "2027-01-15T12:00:00Z", MonthStart()),  # where leap seconds are, December 31 and June 30
    ("second 60", "2027-07-15T12:00:00Z", MonthStart()),
    ("hour 24", "2027-01-15T12:00:00Z", MonthStart()),
]


@checks(start_format.rejects_impossible)
@examples(
    [
        *(purchase_case(now=now, start=Written(point, form)) for form, now, point in _IMPOSSIBLE),
        purchase_case(start=Literal("0000-01-15T12:00:00Z")),
    ]
)
@given(case=purchases(starts=impossible_starts()))
def test_dates_and_times_that_do_not_exist(check: Checker, case: Case) -> None:
    """A date or time that does not exist is refused with BadRequestException."""
    check(case)


@checks(start_format.rejects_other_forms, start_format.rejects_impossible)
@given(case=batches(purchases(starts=mutated_starts() | malformed_starts() | impossible_starts()), max_size=12))
def test_starts_mutated_by_grammar(check: Checker, case: Case) -> None:
    """Whatever is done to a Start, what has not the documented form is refused."""
    check(case)
