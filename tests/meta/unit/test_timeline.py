"""The picture of a failing case: positions and words, from traces as report.json has them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from conformance.report.html.picture import picture
from conformance.report.html.scale import month_boundaries, scale_of
from conformance.report.html.timeline import Row, Timeline, timeline
from conformance.report.html.wording import format_distance
from tests.meta.tools.recorded_calls import accepted, call, refused, reservation, trace_of

NOON = "2027-03-15T12:00:00Z"


def instant(text: str) -> datetime:
    """The instant that a text names."""
    return datetime.fromisoformat(text).astimezone(UTC)


def drawn(trace: dict[str, object]) -> Timeline:
    """The timeline of a trace that has one."""
    found = timeline(trace)
    assert found is not None
    return found


def calls_of(found: Timeline) -> list[Row]:
    """The rows of calls, without those of the clock."""
    return [row for row in found.rows if row.kind == "call"]


def mark(row: Row, kind: str) -> float:
    """Where the only mark of this kind is."""
    [found] = [one.at for one in row.marks if one.kind == kind]
    return found


def test_a_second_is_seen_beside_a_month() -> None:
    """A Start one second before the month lies clearly left of the window, and the words say by how much."""
    found = drawn(trace_of(accepted(NOON, "2027-02-28T23:59:59Z", "2027-03-28T23:59:59Z")))
    clock_row, row = found.rows
    [window] = clock_row.bars
    assert window.kind == "window"
    assert mark(row, "start") < window.begin - 3
    assert window.begin < mark(clock_row, "clock") == window.end
    assert row.broken
    assert row.details[0] == "Start 2027-02-28T23:59:59Z, 1 s before the window opens"
    assert found.distorted


def test_positions_ascend_with_instants() -> None:
    """Whatever the distances, a later instant lies to the right, inside the picture, and none at the same place."""
    texts = ["0800-01-01T00:00:00Z", "2024-02-29T00:00:00Z", "2027-03-01T00:00:00Z", "2027-03-01T00:00:01Z"]
    texts += [NOON, "2027-03-15T12:00:01Z", "2052-01-31T00:00:00Z", "9999-12-31T23:59:59Z"]
    scale = scale_of(map(instant, texts))
    positions = [scale.at(instant(text)) for text in texts]
    assert all(right - left > 2 for left, right in pairwise(positions))
    assert positions[0] >= 0
    assert positions[-1] <= 100
    assert scale.positions[-1] == pytest.approx(91.5)


def test_a_month_is_drawn_to_scale() -> None:
    """Instants that are far enough apart keep their proportions."""
    scale = scale_of([instant("2027-03-01T00:00:00Z"), instant(NOON)])
    first, noon, last = (scale.at(instant(text)) for text in ("2027-03-01T00:00:00Z", NOON, "2027-04-01T00:00:00Z"))
    assert (noon - first) / (last - first) == pytest.approx(14.5 / 31)
    assert not scale.distorted


def test_what_lies_outside_is_put_on_the_edge() -> None:
    """An instant that the scale was not made for has the position of the nearer edge."""
    scale = scale_of([instant(NOON)])
    assert scale.at(instant("2020-01-01T00:00:00Z")) == scale.positions[0]
    assert scale.at(instant("2030-01-01T00:00:00Z")) == scale.positions[-1]


def test_the_firsts_of_the_months() -> None:
    """The scale holds whole months, a leap February too; of many years only each January is ticked."""
    scale = scale_of([instant("2028-02-29T12:00:00Z")])
    assert month_boundaries(scale) == (instant("2028-02-01T00:00:00Z"), instant("2028-03-01T00:00:00Z"))
    assert scale.at(instant("2028-02-15T12:00:00Z")) == pytest.approx(scale.positions[0] + 14.5 / 28.5 * (
        scale.at(instant("2028-02-29T12:00:00Z")) - scale.positions[0]
    ))  # fmt: skip
    years = month_boundaries(scale_of([instant("2027-06-05T00:00:00Z"), instant("2031-02-05T00:00:00Z")]))
    assert [boundary.isoformat()[:7] for boundary in years] == [
        "2027-06", "2028-01", "2029-01", "2030-01", "2031-01", "2031-03",
    ]  # fmt: skip


def test_ends_that_are_years_away_leave_room_for_the_month() -> None:
    """With an End decades later the start window is still wide enough to be seen, and labels do not overlap."""
    found = drawn(trace_of(accepted(NOON, "2027-03-01T00:00:00Z", "2057-03-01T00:00:00Z")))
    [window] = found.rows[0].bars
    assert window.end - window.begin > 5
    labelled = [tick.at for tick in found.ticks if tick.label]
    assert "2027-03" in [tick.label for tick in found.ticks]
    assert all(right - left >= 17 for left, right in pairwise(labelled))


def test_a_wrong_end_stands_beside_the_right_one() -> None:
    """An End that the documents do not permit is marked together with the one that they do; a right one alone."""
    wrong = accepted(NOON, "2027-03-01T00:00:00Z", "2027-03-31T00:00:00Z", must_end="2027-04-01T00:00:00Z")
    [row] = calls_of(drawn(trace_of(wrong)))
    assert mark(row, "end") < mark(row, "permitted-end")
    assert row.details[1] == "A: ACTIVE, End 2027-03-31T00:00:00Z, 1 d too early: must be 2027-04-01T00:00:00Z"
    [right] = calls_of(drawn(trace_of(accepted(NOON, "2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z"))))
    assert [one.kind for one in right.marks] == ["start", "end"]


def test_the_leap_day_of_an_end() -> None:
    """Where two Ends are permitted and neither is shown, both are marked."""
    purchase = accepted("2028-01-31T12:00:00Z", "2028-01-31T00:00:00Z", "2028-02-28T00:00:00Z")
    purchase["permitted_ends"] = ["2028-02-29T00:00:00Z", "2028-03-02T00:00:00Z"]
    [row] = calls_of(drawn(trace_of(purchase)))
    assert len([one for one in row.marks if one.kind == "permitted-end"]) == 2
    assert row.details[1].endswith("1 d too early: must be 2028-02-29T00:00:00Z or 2028-03-02T00:00:00Z")


def test_a_reservation_that_stands_is_shown_with_the_next_purchase() -> None:
    """A second purchase of the same account shows what was bought before, under a letter of its own; another's not."""
    first = accepted(NOON, "2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z")
    second = accepted(NOON, "2027-03-10T00:00:00Z", "2027-04-10T00:00:00Z", name="b")
    other = accepted(NOON, "2027-03-12T00:00:00Z", "2027-04-12T00:00:00Z", name="c", account="222222222222")
    rows = calls_of(drawn(trace_of(first, second, other, broken_by=2)))
    assert [[(bar.kind, bar.label) for bar in row.bars] for row in rows] == [
        [("reservation", "A")],
        [("before", "A"), ("reservation", "B")],
        [("reservation", "C")],
    ]
    assert rows[1].bars[0].begin < rows[1].bars[1].begin
    assert "A: 16 d 12 h before its End" in rows[1].details


def test_what_is_bought_at_the_same_time_stands_in_nobodys_way() -> None:
    """Of concurrent purchases none shows the others as bought before; a later one shows them all."""
    race = [
        accepted(NOON, "2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z", name=name) | {"concurrent": True}
        for name in ("a", "b")
    ]
    later = accepted(NOON, "2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z", name="c") | {"step": 1}
    rows = calls_of(drawn(trace_of(*race, later, broken_by=2)))
    assert [[bar.label for bar in row.bars] for row in rows] == [["A"], ["B"], ["A", "B", "C"]]


def test_accounts_and_races_are_named() -> None:
    """Account and Region stand in the rows where there are several, and calls at the same time say so."""
    one = accepted(NOON, "2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z")
    other = accepted(NOON, "2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z", name="b", account="222222222222")
    rows = calls_of(drawn(trace_of(one, other | {"concurrent": True}, broken_by=1)))
    assert rows[0].details[0] == "account 111122223333 in us-east-1"
    assert rows[1].details[:2] == ("account 222222222222 in us-east-1", "at the same time as others")
    assert not any("account" in detail for row in calls_of(drawn(trace_of(one))) for detail in row.details)


def test_the_same_reservation_keeps_its_letter() -> None:
    """Reservations are named by their ARN, in all answers; their state is told."""
    bought = accepted(NOON, "2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z")
    expired = reservation("2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z", state="EXPIRED")
    late = "2027-03-31T23:59:59Z"
    listing = call("ListReservations", late, {"reservations": [expired]})
    rows = calls_of(drawn(trace_of(bought, listing, broken_by=1)))
    assert [(bar.label, bar.state) for row in rows for bar in row.bars] == [("A", "ACTIVE"), ("A", "EXPIRED")]
    assert rows[1].details == ("A: EXPIRED, 1 s before its End 2027-04-01T00:00:00Z",)


def test_each_clock_has_its_window() -> None:
    """Where the clock was moved, each group of calls has its own window and line."""
    bought = accepted(NOON, "2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z")
    found = drawn(trace_of(bought, refused("2027-04-15T12:00:00Z", "2027-03-31T23:59:59Z"), broken_by=1))
    assert [row.kind for row in found.rows] == ["clock", "call", "clock", "call"]
    assert [(line.first, line.last) for line in found.clocks] == [(0, 1), (2, 3)]
    assert found.clocks[0].at < found.clocks[1].opens < found.clocks[1].at
    assert found.rows[3].details[0] == "Start 2027-03-31T23:59:59Z, 1 s before the window opens"


def test_a_wall_clock_is_drawn_within_its_bounds() -> None:
    """A clock that is not known exactly has bounds instead of a mark, one group for the whole case."""
    bounds, later = ("2027-03-15T11:59:55Z", "2027-03-15T12:00:05Z"), ("2027-03-15T11:59:57Z", "2027-03-15T12:00:07Z")
    found = drawn(
        trace_of(refused(bounds, "2027-03-01T00:00:00Z"), refused(later, "2027-03-16T00:00:00Z"), broken_by=1)
    )
    clock_row = found.rows[0]
    assert [bar.kind for bar in clock_row.bars] == ["window", "uncertain"]
    assert clock_row.marks == ()
    assert clock_row.bars[1].begin < clock_row.bars[1].end == clock_row.bars[0].end
    assert len(found.clocks) == 1
    assert "2027-03-15T11:59:55Z to 2027-03-15T12:00:07Z" in clock_row.details


def test_without_a_clock() -> None:
    """Where the report does not tell the time, Starts and reservations are drawn without a window."""
    found = drawn(trace_of(accepted(None, "2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z")))
    assert [row.kind for row in found.rows] == ["call"]
    assert found.clocks == ()


def test_a_start_that_is_no_instant() -> None:
    """A Start in another form has no mark, and the words show it as it was."""
    [row] = calls_of(drawn(trace_of(refused(NOON, "tomorrow"))))
    assert row.marks == ()
    assert row.details == ("Start 'tomorrow', no instant in the documented form",)


def test_nothing_to_draw() -> None:
    """Without a purchase and a reservation, and in a report that has no trace, there is no picture."""
    assert timeline({}) is None
    assert timeline(trace_of(call("ListOfferings", NOON, {"offerings": []}))) is None
    assert timeline(trace_of(refused(None, "tomorrow"))) is None
    assert timeline({"calls": [None, {"operation": "PurchaseOffering", "exchanges": [1]}]}) is None


def test_of_many_calls_the_last_are_drawn() -> None:
    """The broken call is always in the picture, and what came after it never."""
    calls = [refused(NOON, f"2027-03-{day:02}T00:00:00Z") for day in range(1, 31)]
    rows = calls_of(drawn(trace_of(*calls, broken_by=20)))
    assert len(rows) == 10
    assert rows[0].title.startswith("1. ")
    assert rows[-1].title.startswith("21. ")
    assert rows[-1].broken


def test_a_picture_has_room_for_its_rows() -> None:
    """Rows lie below one another without overlap, their texts and bars inside them, the lines short enough."""
    first = accepted(NOON, "2027-03-01T00:00:00Z", "2027-03-31T00:00:00Z", must_end="2027-04-01T00:00:00Z")
    found = picture(drawn(trace_of(first, accepted(NOON, NOON, "2027-04-15T12:00:00Z", name="b"), broken_by=1)))
    assert all(above.top + above.height == below.top for above, below in pairwise(found.rows))
    for row in found.rows:
        inside = range(row.top, row.top + row.height + 1)
        assert all(text.y in inside and len(text.words) <= 41 for text in row.texts)
        assert all(placed.y in inside and placed.y + 14 in inside for placed in row.bars)
        assert all(placed.y in inside and placed.foot in inside for placed in row.marks)
    assert found.rows[-1].top + found.rows[-1].height == found.height
    assert found.kinds == {"window", "clock", "start", "end", "permitted-end", "reservation", "before"}
    assert "1 d too early" in found.words


@pytest.mark.parametrize(
    "seconds, words",
    [(0, "less than 1 s"), (1, "1 s"), (3_599, "59 min 59 s"), (3_601, "1 h"), (-90_000, "1 d 1 h"), (86_400, "1 d")],
)
def test_distances_in_words(seconds: int, words: str) -> None:
    """The two greatest units, where they follow one another."""
    assert format_distance(timedelta(seconds=seconds)) == words
