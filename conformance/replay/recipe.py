"""What a script must do to make a case's calls: Starts, ARNs and changes of a request as Python expressions.

The expressions use the functions and tables of the modules that a script carries along, and the time `script.now`, so
that a point of the case means the same whenever the script is run.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.cases.case import (
    Arn,
    At,
    CallStep,
    DescribeOffering,
    DescribeReservation,
    Edit,
    EndOf,
    Inside,
    ListOfferings,
    ListReservations,
    Literal,
    LiteralArn,
    MonthStart,
    Now,
    OfferingArn,
    Point,
    Purchase,
    ReservationArn,
    Start,
    TokenOf,
    UnknownArn,
    WithdrawnOfferingArn,
)


def point_expression(point: Point) -> str:
    """A point as an expression of the time, and of the answers before."""
    match point:
        case MonthStart(seconds, months):
            return _moved("month_start(script.now)", months, seconds)
        case Now(seconds, months):
            return _moved("script.now", months, seconds)
        case Inside(thousandths):
            return f"inside(script.now, {thousandths})"
        case At(text):
            return f"instant({text!r})"
        case EndOf(step, seconds):
            return _moved(f"instant(script.member({step}, 'end'))", 0, seconds)


def _moved(instant: str, months: int, seconds: int) -> str:
    given = "".join(f", {name}={value}" for name, value in (("months", months), ("seconds", seconds)) if value)
    return f"moved({instant}{given})" if given else instant


def start_expression(start: Start) -> str:
    """The text of a Start."""
    if isinstance(start, Literal):
        return repr(start.text)
    point = point_expression(start.point)
    if start.form == "plain":
        return _edited(f"format_timestamp({point})", start.edits)
    return _edited(f"FORMS[{start.form!r}]({point}, {start.argument!r})", start.edits)


def arn_expression(arn: Arn, step: CallStep) -> str:
    """The text of an ARN."""
    match arn:
        case LiteralArn(text):
            return repr(text)
        case UnknownArn(kind):
            return f"script.unknown_arn({step.account}, {step.region}, {kind!r})"
        case WithdrawnOfferingArn(index):
            return f"script.withdrawn_offering({step.account}, {step.region}, {index})"
        case OfferingArn(index):
            real = f"script.offering({step.account}, {step.region}, {index})"
        case ReservationArn(number):
            real = f"script.member({number}, 'reservationArn')"
    mutated = real if arn.mutation == "exact" else f"ARNS[{arn.mutation!r}]({real})"
    return _edited(mutated, arn.edits)


def _edited(expression: str, edits: tuple[Edit, ...]) -> str:
    return f"edited({expression}, {_edits(edits)})" if edits else expression


def _edits(edits: tuple[Edit, ...]) -> str:
    return repr([(edit.at, edit.remove, edit.insert) for edit in edits])


def arguments(step: CallStep) -> Iterator[tuple[str, str]]:
    """The arguments of `Script.call` beside account, Region and operation."""
    mutation = getattr(step, "mutation", "plain")
    if mutation != "plain":
        yield "change", f"lambda *parts: REQUESTS[{mutation!r}].change(Parts(*parts))"
    if isinstance(step, Purchase) and step.body_edits:
        yield "edits", _edits(step.body_edits)
    given = {name: expression for name, expression in _parameters(step) if expression is not None}
    yield from given.items()


def _parameters(step: CallStep) -> Iterator[tuple[str, str | None]]:
    match step:
        case Purchase():
            yield "OfferingArn", arn_expression(step.offering, step)
            yield "ReservationName", None if step.name is None else repr(step.name)
            yield "Start", None if step.start is None else start_expression(step.start)
        case DescribeOffering():
            yield "OfferingArn", arn_expression(step.offering, step)
        case DescribeReservation():
            yield "ReservationArn", arn_expression(step.reservation, step)
        case ListOfferings() | ListReservations():
            yield "MaxResults", None if step.max_results is None else repr(step.max_results)
            given = None if step.token is None else repr(step.token)
            yield "NextToken", f"script.token({step.token.step})" if isinstance(step.token, TokenOf) else given
