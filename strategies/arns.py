"""ARNs that are not the ones they look like."""

from __future__ import annotations

from hypothesis import strategies as st

from conformance.cases.arn_mutations import ARNS
from conformance.cases.case import LiteralArn, OfferingArn, UnknownArn

_MALFORMED = [
    "x", "offering", "arn", "arn:", "arn:aws", "arn:aws:mediaconnect", ":::::", "not an arn", "arn aws mediaconnect",
    "a/b", "a//b", "/", "%", "%2F", "%25", "%zz", "a.b", "a..b", "arn:aws:s3:::bucket", "予約", "größe", "\x01", "a\nb",
    "a b", "\x7f", "'", '"', "<offering>", "${offering}", "*", "?", "#", "a?b=c", "\\", "😀", "null", "0", "-1",
]  # fmt: skip


def malformed_arns() -> st.SearchStrategy[LiteralArn]:
    """Texts that are no ARN of anything: slashes, dots, percent signs, spaces, control characters, other scripts."""
    return st.sampled_from(_MALFORMED).map(LiteralArn)


def arbitrary_arns() -> st.SearchStrategy[LiteralArn]:
    """Any text with a letter or digit in it: a path of dots and slashes alone would lead to another resource."""
    texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
    return texts.filter(lambda text: any(sign.isalnum() for sign in text)).map(LiteralArn)


def near_misses(*, rule: str) -> st.SearchStrategy[OfferingArn]:
    """Alterations of a real offering's ARN that are for the given rule."""
    return st.sampled_from(mutations_for(rule)).map(lambda mutation: OfferingArn(mutation=mutation))


def mutations_for(rule: str) -> list[str]:
    """The names of the mutations that are for the given rule."""
    return [name for name, mutation in ARNS.items() if mutation.rule == rule]


def unknown_offerings() -> st.SearchStrategy[UnknownArn | OfferingArn]:
    """Well-formed ARNs of no offering, in the documented shape and, where the target has offerings, in its own."""
    return st.just(UnknownArn()) | st.just(OfferingArn(mutation="another identifier"))
