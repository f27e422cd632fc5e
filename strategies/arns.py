"""ARNs of offerings and reservations, and ARNs that are not the ones they look like."""

from __future__ import annotations

from hypothesis import strategies as st

from conformance.cases.arn_mutations import ARNS
from conformance.cases.case import Arn, Edit, LiteralArn, OfferingArn, ReservationArn, UnknownArn
from strategies.choices import evenly
from strategies.content import text_pieces, texts
from strategies.editing import edit_lists
from strategies.numbers import lengths

MALFORMED_ARNS: tuple[str, ...] = (
    "x", "offering", "arn", "arn:", "arn:aws", "arn:aws:mediaconnect", ":::::", "not an arn", "arn aws mediaconnect",
    "a/b", "a//b", "/", "%", "%2F", "%25", "%zz", "a.b", "a..b", "arn:aws:s3:::bucket", "予約", "größe", "\x01", "a\nb",
    "a b", "\x7f", "'", '"', "<offering>", "${offering}", "*", "?", "#", "a?b=c", "\\", "😀", "null", "0", "-1",
)  # fmt: skip
"""Texts that are not an ARN of anything: the plainest of each kind."""
_MUTATIONS = tuple(name for name in ARNS if name != "exact")
_FIELDS = ("arn", "aws", "mediaconnect", "us-east-1", "123456789012", "offering", "", "reservation")


def offering_arns(*, max_index: int = 2) -> st.SearchStrategy[OfferingArn]:
    """The account's own offerings. Shrinks to the first.

    >>> find(offering_arns(), lambda arn: arn.index > 0)
    OfferingArn(index=1, mutation='exact', edits=())
    """
    return st.integers(0, max_index).map(OfferingArn)


def mutated_offering_arns(
    *,
    mutations: st.SearchStrategy[str] = st.sampled_from(_MUTATIONS),
    edits: st.SearchStrategy[tuple[Edit, ...]] = edit_lists(),
) -> st.SearchStrategy[OfferingArn]:
    """Near misses of a real offering's ARN: a named mutation of it, or a few signs of it edited.

    >>> find(mutated_offering_arns(), lambda arn: len(arn.edits) == 2).edits
    (Edit(at=0, remove=1, insert=''), Edit(at=0, remove=1, insert=''))
    """
    named = mutations.map(lambda mutation: OfferingArn(mutation=mutation))
    return evenly(named, st.builds(OfferingArn, edits=edits), st.builds(OfferingArn, edits=_AT_THE_END))


def mutated_reservation_arns(
    *,
    steps: st.SearchStrategy[int] = st.just(0),
    mutations: st.SearchStrategy[str] = st.sampled_from(_MUTATIONS),
    edits: st.SearchStrategy[tuple[Edit, ...]] = edit_lists(),
) -> st.SearchStrategy[ReservationArn]:
    """The same of the reservation that the purchase at a step made.

    >>> find(mutated_reservation_arns(steps=st.just(3)), lambda arn: arn.mutation == "upper case")
    ReservationArn(step=3, mutation='upper case', edits=())
    """
    named = st.builds(ReservationArn, steps, mutations)
    edited = st.builds(ReservationArn, steps, edits=edits)
    return evenly(named, edited, st.builds(ReservationArn, steps, edits=_AT_THE_END))


# An edit at position -1 stands behind the last character.
_AT_THE_END = (st.sampled_from([";x", "?x=1", "#x", "/", ":", ".", "%", "+", "*", "%00", "\t"]) | text_pieces()).map(
    lambda text: (Edit(at=-1, insert=text),)
)


def unknown_offerings() -> st.SearchStrategy[UnknownArn | OfferingArn]:
    """Well-formed ARNs of no offering, in the documented shape and, where the target has offerings, in its own.

    >>> find(unknown_offerings(), lambda arn: isinstance(arn, OfferingArn)).mutation
    'another identifier'
    """
    return st.just(UnknownArn()) | st.just(OfferingArn(mutation="another identifier"))


def malformed_arns() -> st.SearchStrategy[LiteralArn]:
    """Texts that are not an ARN of anything: slashes, percent signs, spaces, other scripts; too few fields of an ARN.

    >>> find(malformed_arns(), lambda arn: arn.text.startswith("arn:aws:mediaconnect:us"))
    LiteralArn(text='arn:aws:mediaconnect:us-east-1')
    """
    fields = st.lists(st.sampled_from(_FIELDS) | text_pieces().filter(lambda text: ":" not in text), max_size=5)
    cut_short = st.integers(1, 5).map(lambda count: ":".join(_FIELDS[:count]))
    joined = st.builds(lambda first, more: ":".join([first, *more])[:200], st.sampled_from(["arn", "x"]), fields)
    short = joined.filter(lambda text: text.count(":") < 5)
    return st.sampled_from(MALFORMED_ARNS).map(LiteralArn) | (cut_short | short).map(LiteralArn)


def arbitrary_arns() -> st.SearchStrategy[LiteralArn]:
    """Any text with a letter or digit in it: a path of dots and slashes alone would lead to another resource.

    Long ones stay within what a server's limit of the request line lets through.

    >>> find(arbitrary_arns(), lambda arn: len(arn.text) > 100).text == "a" * 101
    True
    """
    long = st.builds(lambda character, size: character * size, st.sampled_from("a0:"), lengths(max_value=2_000))
    drawn = st.text(min_size=1, max_size=60) | texts(min_size=1, max_size=60) | long
    return drawn.filter(lambda text: any(character.isalnum() for character in text)).map(LiteralArn)


def wrong_arns() -> st.SearchStrategy[Arn]:
    """Whatever is not the ARN of an offering: near misses, unknown and malformed ones. Shrinks to an unknown one.

    >>> find(wrong_arns(), lambda arn: True)
    UnknownArn(kind='offering')
    """
    return evenly(unknown_offerings(), mutated_offering_arns(), malformed_arns(), arbitrary_arns())
