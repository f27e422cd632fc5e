"""What is read in the body of a purchase, byte by byte: members and flaws of right, wrong and unusual ones."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.spec.body import BodyFlaw, read_body
from conformance.spec.demands import Cause, Strength
from conformance.spec.model import permitted
from conformance.spec.reading import ABSENT, Reading, read
from conformance.spec.request import AccountMapping
from conformance.spec.state import State
from tests.meta.tools.hypotheses import examples
from tests.meta.tools.traces import FIRST, HERE, at, offering, purchase

RIGHT = {"reservationName": "reservation", "start": "2027-03-01T00:00:00Z"}
TEXT = json.dumps(RIGHT)
EMPTY, NOT_JSON, NO_OBJECT = BodyFlaw.EMPTY, BodyFlaw.NOT_JSON, BodyFlaw.NO_OBJECT
EXTENSION, UNUSUAL = BodyFlaw.EXTENSION, BodyFlaw.UNUSUAL
STATE = State().with_offerings(HERE, (offering(),))
DEEP = 100_000


def sent(body: bytes, **headers: str) -> Reading:
    """What is read in a purchase with this body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read(purchase(body=body, headers=named), AccountMapping())


def demands_on(reading: Reading) -> dict[Cause, Strength]:
    """Why it is to be refused, where the clock stands in the middle of the month of its Start."""
    return {demand.cause: demand.strength for demand in permitted(STATE, reading, at()).demands}


BODIES: list[tuple[str, bytes, set[BodyFlaw]]] = [
    ("plain", TEXT.encode(), set()),
    ("white space around it", f" \t\r\n{TEXT}\n ".encode(), set()),
    ("escaped letters", rb'{"reservationName": "\u0072eservation", "start": "2027-03-01T00:00:00\u005A"}', set()),
    ("a whole surrogate pair", TEXT.replace("reservation\"", 'reservation", "x": "\\ud83d\\ude00"', 1).encode(), set()),
    ("an unknown member", TEXT.replace("{", '{"x": [1, {"y": null}], ').encode(), set()),
    ("none", b"", {EMPTY}),
    ("white space", b" \n\t ", {EMPTY}),
    ("words", b"a reservation, please", {NOT_JSON}),
    ("half of it", TEXT[:-1].encode(), {NOT_JSON}),
    ("half a text", TEXT[:-3].encode(), {NOT_JSON}),
    ("form-encoded", b"reservationName=reservation&start=2027", {NOT_JSON}),
    ("XML", b"<reservation/>", {NOT_JSON}),
    ("not UTF-8", TEXT.encode().replace(b"res", b"\xff", 1), {NOT_JSON}),
    ("UTF-16", TEXT.encode("utf-16"), {NOT_JSON}),
    ("a null byte", TEXT.encode() + b"\x00", {EXTENSION}),
    ("NaN for a member", TEXT.replace('"reservation"', "NaN", 1).encode(), {EXTENSION}),
    ("an array of it", f"[{TEXT}]".encode(), {NO_OBJECT}),
    ("a text", b'"reservation"', {NO_OBJECT}),
    ("a number", b"7", {NO_OBJECT}),
    ("null", b"null", {NO_OBJECT}),
    ("true", b"true", {NO_OBJECT}),
    ("an array nested deep", b"[" * DEEP + b"]" * DEEP, {NO_OBJECT}),
    ("an array nested deep, cut short", b"[" * DEEP, {NO_OBJECT}),
    ("an object with a deep member", TEXT.encode()[:-1] + b', "x": ' + b"[" * DEEP + b"]" * DEEP + b"}", {UNUSUAL}),
    ("objects nested deep", b'{"x":' * DEEP + b"1" + b"}" * DEEP, {UNUSUAL}),
    ("a number of 5,000 digits", f'{TEXT[:-1]}, "x": {"9" * 5_000}}}'.encode(), {UNUSUAL}),
    ("a trailing comma", f"{TEXT[:-1]},}}".encode(), {EXTENSION}),
    ("single quotes", TEXT.replace('"', "'").encode(), {EXTENSION}),
    ("a comment", f"{TEXT} // please".encode(), {EXTENSION}),
    ("a comment inside", TEXT.replace("{", "{/* please */", 1).encode(), {EXTENSION}),
    ("a tail", f"{TEXT}}}".encode(), {EXTENSION}),
    ("a second object", f"{TEXT}{TEXT}".encode(), {EXTENSION}),
    ("names without quotes", b'{reservationName: "reservation", start: "2027-03-01T00:00:00Z"}', {EXTENSION}),
    ("a line break in a text", TEXT.replace("reservation\"", 'reserv\nation"', 1).encode(), {EXTENSION}),
    ("a byte order mark", b"\xef\xbb\xbf" + TEXT.encode(), {UNUSUAL}),
    ("a member twice", TEXT.replace("}", ', "start": "2027-03-02T00:00:00Z"}').encode(), {UNUSUAL}),
    ("an inner member twice", TEXT.replace("}", ', "x": {"a": 1, "a": 2}}').encode(), {UNUSUAL}),
    ("half a surrogate pair", TEXT.replace("reservation\"", '\\ud800"', 1).encode(), {UNUSUAL}),
    ("half a pair elsewhere", TEXT.replace("}", ', "x": "\\udfff"}').encode(), {UNUSUAL}),
    ("a million letters", TEXT.replace("}", f', "x": "{"x" * 1_000_000}"}}').encode(), {UNUSUAL}),
]  # fmt: skip


@pytest.mark.parametrize("body, flaws", [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_flaws(body: bytes, flaws: set[BodyFlaw]) -> None:
    """Malformed is what no parser may take for an object; what some take, or read otherwise, is told apart."""
    assert read_body(body, "", "application/json").flaws == flaws
    assert sent(body).body_flaws == flaws


@pytest.mark.parametrize("flaw, causes", [
    (EMPTY, {Cause.MALFORMED_BODY: Strength.MUST}),
    (NOT_JSON, {Cause.MALFORMED_BODY: Strength.MUST}),
    (NO_OBJECT, {Cause.MALFORMED_BODY: Strength.MUST}),
    (EXTENSION, {Cause.LENIENT_BODY: Strength.SHOULD}),
    (UNUSUAL, {Cause.LEFT_OPEN: Strength.MAY}),
])  # fmt: skip
def test_what_a_flaw_asks_for(flaw: BodyFlaw, causes: dict[Cause, Strength]) -> None:
    """No object must be refused, an extension of JSON should be, and what readers read differently may be."""
    bodies = [body for _, body, flaws in BODIES if flaws == {flaw} and b"reservationName" in body and len(body) < 9_999]
    bodies = [
        body
        for body in bodies
        if not {b"NaN", b"\nation", b"\\ud800"} & {part for part in (b"NaN", b"\nation", b"\\ud800") if part in body}
    ] or [body for _, body, flaws in BODIES if flaws == {flaw}]
    assert bodies
    for body in bodies:
        assert demands_on(sent(body)) == causes, body


@pytest.mark.parametrize("name", ["plain", "white space around it", "escaped letters", "an unknown member",
                                  "a trailing comma", "single quotes", "a comment", "a tail", "a second object",
                                  "names without quotes", "a byte order mark", "a null byte"])  # fmt: skip
def test_the_members_of_a_kind_reader(name: str) -> None:
    """Where a reader can find the members, they are read."""
    [body] = [body for known, body, _ in BODIES if known == name]
    reading = sent(body)
    assert (reading.name, reading.start) == ("reservation", RIGHT["start"])


def test_of_two_members_the_last_is_read() -> None:
    """As Python and most parsers do; the flaw says that others do not."""
    assert sent(TEXT.replace("}", ', "start": "x"}').encode()).start == "x"


@pytest.mark.parametrize("name", ["an object with a deep member", "objects nested deep"])
def test_an_object_that_we_cannot_read_to_its_end(name: str) -> None:
    """Nested 100,000 deep, an object may be accepted, and may be refused by any 4xx."""
    [body] = [body for known, body, _ in BODIES if known == name]
    allowed = permitted(STATE, sent(body), at())
    assert allowed.may_succeed
    assert not allowed.must_succeed


COMPRESSED = gzip.compress(TEXT.encode())
ENCODINGS: list[tuple[str, str, bytes, set[BodyFlaw]]] = [
    ("identity", "identity", TEXT.encode(), set()),
    ("gzip", "gzip", COMPRESSED, {UNUSUAL}),
    ("gzip in capitals", " GZIP ", COMPRESSED, {UNUSUAL}),
    ("said to be gzip, but plain", "gzip", TEXT.encode(), {UNUSUAL}),
    ("gzip cut short", "gzip", COMPRESSED[:-9], {NOT_JSON}),
    ("gzip with other bytes", "gzip", COMPRESSED[:10] + b"xxxx" + COMPRESSED[14:], {NOT_JSON}),
    ("a header of gzip before plain text", "gzip", b"\x1f\x8b\x08\x00" + TEXT.encode(), {NOT_JSON}),
    ("gzip of no JSON", "gzip", gzip.compress(b"please"), {NOT_JSON}),
    ("gzip of a list", "gzip", gzip.compress(b"[]"), {NOT_JSON}),
    ("gzip that is not said to be", "", COMPRESSED, {NOT_JSON}),
    ("deflate", "deflate", zlib.compress(TEXT.encode()), {NOT_JSON}),
    ("an encoding of nobody", "sung", TEXT.encode(), {UNUSUAL}),
    ("two members of gzip", "gzip", COMPRESSED + gzip.compress(b" "), {UNUSUAL}),
    ("nothing", "gzip", b"", {EMPTY}),
]


def test_a_body_that_becomes_long() -> None:
    """What is longer than is read, once it is uncompressed, is not said to be malformed."""
    long = json.dumps({"reservationName": "a" * 2**24, "start": "2027-01-15T12:00:00Z"}).encode()
    reading = sent(gzip.compress(long), Content_Encoding="gzip")
    assert reading.body_flaws == {UNUSUAL}


@pytest.mark.parametrize("encoding, body, flaws", [row[1:] for row in ENCODINGS], ids=[row[0] for row in ENCODINGS])
def test_compressed_bodies(encoding: str, body: bytes, flaws: set[BodyFlaw]) -> None:
    """A server may undo what the header says, or ignore it: wrong is what is JSON neither way."""
    reading = sent(body, Content_Encoding=encoding)
    assert reading.body_flaws == flaws
    assert (reading.name == "reservation") is (flaws <= {UNUSUAL})


@pytest.mark.parametrize("label, flaws", [
    ("application/json", set()),
    ("Application/JSON; charset=utf-8", set()),
    ("", set()),
    ("application/x-amz-json-1.1", {UNUSUAL}),
    ("text/plain", {UNUSUAL}),
    ("application/x-www-form-urlencoded", {UNUSUAL}),
])  # fmt: skip
def test_labels(label: str, flaws: set[BodyFlaw]) -> None:
    """JSON under another label than JSON's may be read, and need not be."""
    assert sent(TEXT.encode(), Content_Type=label).body_flaws == flaws


def with_members(**members: object) -> Reading:
    """What is read in a body with these members, in the place of the right ones."""
    return sent(json.dumps({**RIGHT, **members}).encode())


MUST, SHOULD, MAY = Strength.MUST, Strength.SHOULD, Strength.MAY
VALUES: list[tuple[Any, Cause, Strength]] = [
    (None, Cause.MISSING_PARAMETER, MUST),
    ([], Cause.WRONG_TYPE, MUST),
    (["x"], Cause.WRONG_TYPE, MUST),
    ({}, Cause.WRONG_TYPE, MUST),
    ({"name": "x"}, Cause.WRONG_TYPE, MUST),
    (0, Cause.SCALAR_TYPE, SHOULD),
    (1_800_000_000, Cause.SCALAR_TYPE, SHOULD),
    (-1.5, Cause.SCALAR_TYPE, SHOULD),
    (True, Cause.SCALAR_TYPE, SHOULD),
    (False, Cause.SCALAR_TYPE, SHOULD),
]


@pytest.mark.parametrize("member", ["reservationName", "start"])
@pytest.mark.parametrize("value, cause, strength", VALUES)
def test_members_that_are_no_text(member: str, value: object, cause: Cause, strength: Strength) -> None:
    """Null is missing; a list or an object must be refused; a scalar should be, as many binders coerce it."""
    assert demands_on(with_members(**{member: value})) == {cause: strength}


@pytest.mark.parametrize("member, cause, strength", [
    ("reservationName", Cause.EMPTY_NAME, SHOULD),
    ("start", Cause.EMPTY_START, MUST),
])  # fmt: skip
def test_empty_members(member: str, cause: Cause, strength: Strength) -> None:
    """An empty Start must be refused; an empty name should be."""
    assert demands_on(with_members(**{member: ""})) == {cause: strength}


def test_members_that_are_missing() -> None:
    """Without a member it is absent, and without any of them both are."""
    reading = sent(b"{}")
    assert reading.name is reading.start is ABSENT
    assert demands_on(reading) == {Cause.MISSING_PARAMETER: MUST}


@pytest.mark.parametrize("name, start", [("ReservationName", "start"), ("reservationName", "START"), ("RESERVATIONNAME",
                                         "Start")])  # fmt: skip
def test_members_in_another_case(name: str, start: str) -> None:
    """A member in another case is missing to most servers, and found by some: it should be refused."""
    reading = sent(json.dumps({name: "reservation", start: RIGHT["start"]}).encode())
    other = {known for known, given in (("reservationName", name), ("start", start)) if known != given}
    assert reading.in_other_case == other
    assert reading.unknown
    assert demands_on(reading) == {Cause.MISSING_PARAMETER: SHOULD, Cause.LEFT_OPEN: MAY}


def test_members_in_two_cases() -> None:
    """Where a member is there in both cases the exact one is read."""
    reading = sent(json.dumps({"Start": "x", **RIGHT}).encode())
    assert (reading.start, reading.in_other_case) == (RIGHT["start"], {"start"})
    assert demands_on(reading) == {Cause.LEFT_OPEN: MAY}


def test_unknown_members() -> None:
    """What the model does not have may be tolerated or refused."""
    reading = with_members(colour="blue", offeringArn="arn:aws:mediaconnect:elsewhere")
    assert reading.unknown
    assert not reading.in_other_case
    assert demands_on(reading) == {Cause.LEFT_OPEN: MAY}


def test_half_a_surrogate_pair_in_a_name() -> None:
    """It is read as it is, and what it asks for is permitted, no more: no encoder can write it."""
    reading = sent(TEXT.replace('"reservation"', '"\\ud800"').encode())
    assert reading.name == "\ud800"
    assert set(demands_on(reading).values()) == {MAY}


def test_an_unusual_body_must_be_refused_for_nothing_but_itself() -> None:
    """Where another reader may find other members, what ours asks for is permitted only; not so what the ARN does."""
    body = b"\xef\xbb\xbf" + json.dumps({"reservationName": [], "start": "tomorrow"}).encode()
    assert set(demands_on(sent(body)).values()) == {MAY}
    before = b"\xef\xbb\xbf" + json.dumps({**RIGHT, "start": "1999-01-01T00:00:00Z"}).encode()
    assert demands_on(sent(before))[Cause.BEFORE_WINDOW] is MAY
    unknown = read(purchase(arn="x", body=body), AccountMapping())
    assert demands_on(unknown)[Cause.MALFORMED_ARN] is MUST


@given(
    body=st.binary(max_size=200) | st.text(max_size=100).map(str.encode),
    encoding=st.sampled_from(["", "gzip", "x"]),
    label=st.sampled_from(["", "application/json", "text/html", ";", "\x00"]),
)
@examples(400)
def test_any_bytes_are_read(body: bytes, encoding: str, label: str) -> None:
    """Reading a body never raises; members are found in an object alone, and a malformed body has none."""
    read_it = read_body(body, encoding, label)
    assert (read_it.members is None) is bool(read_it.flaws & {EMPTY, NOT_JSON, NO_OBJECT})


JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=8,
)  # fmt: skip


@given(members=st.dictionaries(st.sampled_from(["reservationName", "start", "Start", "x"]), JSON_VALUES),
       indent=st.none() | st.integers(0, 2), ascii_only=st.booleans())  # fmt: skip
@examples(300)
def test_any_object_is_read_as_it_is(members: dict[str, Any], indent: int | None, ascii_only: bool) -> None:
    """However an encoder writes it, an object is read without a flaw, member by member."""
    body = json.dumps(members, indent=indent, ensure_ascii=ascii_only).encode()
    reading = sent(body)
    assert reading.body_flaws == set()
    for name, value in (("reservationName", reading.name), ("start", reading.start)):
        assert value is ABSENT if members.get(name) is None else value == members[name]


def test_the_window_is_that_of_the_test() -> None:
    """The Start of the right body is the first of the month in which the clock of these tests stands."""
    assert at().latest.replace(day=1, hour=0) == FIRST
    assert demands_on(sent(TEXT.encode())) == {}
