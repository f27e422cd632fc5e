"""Terms of offerings to define."""

from __future__ import annotations

from hypothesis import strategies as st

from conformance.cases.case import OfferingTerms

LARGEST_BITRATE = 2_147_483_647


def durations() -> st.SearchStrategy[int]:
    """Months: 1 to 36 mostly, and odd longer terms. Shrinks to 1."""
    return st.integers(1, 36) | st.sampled_from([12, 24, 25, 37, 48, 60, 61, 119, 120])


def prices() -> st.SearchStrategy[str]:
    """Decimal strings as a price is written: with trailing zeros, many places, or none. Shrinks to 0.55."""
    return st.sampled_from(["0.55", "0.5", "0.50", "1", "10.00", "0.0000001", "123456789.123456789", "0.1", "1000000"])


def bitrates() -> st.SearchStrategy[int | None]:
    """Megabits per second, up to the largest 32-bit integer, or none. Shrinks to 20."""
    return st.just(20) | st.none() | st.sampled_from([1, 50, 1_000, 100_000, LARGEST_BITRATE]) | st.integers(1, 10_000)


def descriptions() -> st.SearchStrategy[str]:
    """Descriptions, plain and with what JSON and HTML escape, long and in other scripts. Shrinks to the plain one."""
    plain = OfferingTerms().description
    odd = [
        "50 Mbps of outbound bandwidth",
        'a "quoted" & <marked> one',
        "Bandbreite für alle – 帯域",
        "  white space outside  ",
        "back\\slash, 50% and\na second line",
        "long " * 80 + "one",
    ]
    return st.sampled_from([plain, *odd])


def offering_terms(
    *,
    durations: st.SearchStrategy[int] = durations(),
    descriptions: st.SearchStrategy[str] = descriptions(),
    prices: st.SearchStrategy[str] = prices(),
    bitrates: st.SearchStrategy[int | None] = bitrates(),
) -> st.SearchStrategy[OfferingTerms]:
    """Offerings of every kind."""
    return st.builds(OfferingTerms, duration=durations, description=descriptions, price=prices, bitrate=bitrates)


def offering_lists(
    *, terms: st.SearchStrategy[OfferingTerms] = offering_terms(), least: int = 1, most: int = 3
) -> st.SearchStrategy[tuple[OfferingTerms, ...]]:
    """`least` to `most` offerings."""
    return st.lists(terms, min_size=least, max_size=most).map(tuple)
