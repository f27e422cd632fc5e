"""The failure message: what was expected, what came, and how it came to it, for somebody who debugs at night."""

from __future__ import annotations

from shlex import quote

from conformance.execution.trace import Answered, Call, Faulted, FoundAfterwards, Lost, Trace
from conformance.rules.registry import Finding, Rule
from conformance.spec.calendar import Interval, format_timestamp, month_start

_MOST_STEPS = 12
_LONGEST_VALUE = 100


def failure_message(rule: Rule, finding: Finding, trace: Trace) -> str:
    """Several lines: the rule and what broke it; statement, clock, steps before, the call, and what was expected."""
    lines = [f"{rule.id}: {finding.problem}", f"  rule      {rule.statement} ({rule.source})"]
    call = finding.call
    if call is None:
        return "\n".join([*lines, f"  expected  {finding.expected}"])
    lines.append(f"  clock     {_format_clock(call.now)}")
    before = trace.calls[: trace.calls.index(call)]
    if len(before) > _MOST_STEPS:
        lines.append(f"  before    … {len(before) - _MOST_STEPS} calls, then")
    lines += [f"  before    {format_call(one, call)}" for one in before[-_MOST_STEPS:]]
    lines += [f"  call      {format_call(call, call)}", f"  expected  {finding.expected}"]
    return "\n".join(lines)


_REPLAY = "\n  replay    "
_SAVED = "\n  saved     "


def with_replay(message: str, path: str, command: str = "pytest --replay", options: str = "") -> str:
    """The message with the command that plays its saved case again, with options of its target, as the last line."""
    return f"{message.partition(_REPLAY)[0]}{_REPLAY}{' '.join(filter(None, [command, quote(path), options]))}"


def with_saved(message: str, path: str) -> str:
    """The message with a line that names the saved case that showed the failure, which had been fixed or is old."""
    return f"{message}{_SAVED}{path}"


def without_files(message: str) -> str:
    """The message as `failure_message` gave it."""
    return message.partition(_REPLAY)[0].partition(_SAVED)[0]


def _format_clock(now: Interval) -> str:
    if now.exact:
        latest = format_timestamp(now.latest)
        return f"{latest}, so the window is {format_timestamp(month_start(now.latest))} to {latest}"
    return f"the wall clock, between {format_timestamp(now.earliest)} and {format_timestamp(now.latest)}"


def format_call(call: Call, shown: Call) -> str:
    """Such as `PurchaseOffering(ReservationName='a') -> 201`; with place and time where they differ from `shown`."""
    given = ", ".join(f"{name}={_shortened(value)}" for name, value in call.parameters.items())
    mutation = getattr(call.step, "mutation", "plain")
    spoilt = "" if mutation == "plain" else f", sent with “{mutation}”"
    place = "" if call.place == shown.place else f" by account {call.account} in {call.region}"
    time = "" if call.now == shown.now or not call.now.exact else f" at {format_timestamp(call.now.latest)}"
    return f"{call.operation}({given}){spoilt}{place}{time} -> {format_outcome(call)}"


def format_outcome(call: Call) -> str:
    """Such as `201 ACTIVE, End 2027-02-28T23:59:59Z`."""
    outcome = call.outcome
    match outcome:
        case Answered(status, _):
            reservation = call.member("reservation")
            if reservation is None:
                return str(status)
            return f"{status} {reservation.get('reservationState')}, End {reservation.get('end')}"
        case FoundAfterwards():
            return "no answer, but ListReservations then showed the reservation"
        case Lost(reason):
            return f"no definite answer: {reason}"
        case Faulted():
            return f"{outcome} in {len(call.exchanges)} attempts"
        case _:
            return f"{outcome}: {_shortened(outcome.message)}"


def _shortened(value: str) -> str:
    shown = repr(value)
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[: _LONGEST_VALUE - 1]}…"
