"""Offerings to define: durations, prices, bit rates, descriptions, and lists of them."""

from __future__ import annotations

from hypothesis import strategies as st

from conformance.cases.case import OfferingTerms
from strategies.choices import evenly, sized_lists
from strategies.content import texts
from strategies.numbers import integers_near_powers

LARGEST_BITRATE = 2**31 - 1
LONGEST_DURATION = 1_200
DURATIONS: tuple[int, ...] = (
    *range(1, 14),
    *(18, 23, 24, 25, 35, 36, 37, 48, 60, 61, 119, 120, 300),
)  # fmt: skip
"""The boundary classes of durations in months: of every remainder by twelve, around whole years, and long ones."""

Offerings = st.SearchStrategy[tuple[OfferingTerms, ...]]


def durations(*, max_value: int = LONGEST_DURATION) -> st.SearchStrategy[int]:
    """Months: mostly those of `DURATIONS`, and any others. Shrinks to 1.

    >>> find(durations(), lambda months: months > 24)
    25
    """
    usual = st.sampled_from([months for months in DURATIONS if months <= max_value])
    return usual | st.integers(1, min(60, max_value)) | integers_near_powers(min_value=1, max_value=max_value)


def prices() -> st.SearchStrategy[str]:
    """Prices as decimal texts, more than nothing: tiny and huge, of many places, with trailing zeros. Shrinks to 0.55.

    >>> find(prices(), lambda price: price.endswith("0") and "." in price)
    '0.50'
    """
    usual = st.sampled_from(["0.55", "0.5", "0.50", "1", "1.0", "10.00", "0.1", "1000000", "0.0000001", "1.10"])
    whole = st.just("0") | integers_near_powers(min_value=1, max_value=10**18).map(str)
    places = st.text("0159", max_size=20) | st.sampled_from(["3" * 30, "0" * 15 + "1", "9" * 17])
    written = st.builds(lambda units, parts: f"{units}.{parts}" if parts else units, whole, places)
    return usual | written.filter(lambda price: price.strip("0.") != "")


def bitrates() -> st.SearchStrategy[int | None]:
    """Megabits per second up to the largest number of 32 bits, or none. Shrinks to 20.

    >>> find(bitrates(), lambda rate: rate is not None and rate > 1_000)
    1001
    """
    near_powers = integers_near_powers(min_value=1, max_value=LARGEST_BITRATE)
    return st.just(20) | st.none() | st.integers(1, 10_000) | near_powers


def descriptions() -> st.SearchStrategy[str]:
    """Descriptions, plain and with whatever a program may alter. Shrinks to the plain one.

    >>> find(descriptions(), lambda text: "&amp;" in text)
    '&amp;'
    """
    plain = st.sampled_from([
        OfferingTerms().description, "50 Mbps of outbound bandwidth", 'a "quoted" & <marked> one',
        "Bandbreite für alle – 帯域", "  white space outside  ", "back\\slash, 50% and\na second line",
        "long " * 80 + "one",
    ])  # fmt: skip
    return evenly(plain, texts(min_size=1, max_size=300))


def offering_terms(
    *,
    durations: st.SearchStrategy[int] = durations(),
    descriptions: st.SearchStrategy[str] = descriptions(),
    prices: st.SearchStrategy[str] = prices(),
    bitrates: st.SearchStrategy[int | None] = bitrates(),
) -> st.SearchStrategy[OfferingTerms]:
    """Offerings of every kind.

    >>> find(offering_terms(), lambda terms: terms.bitrate is None)
    OfferingTerms(duration=1, description='20 Mbps of outbound bandwidth', price='0.55', bitrate=None)
    """
    return st.builds(OfferingTerms, duration=durations, description=descriptions, price=prices, bitrate=bitrates)


def offering_lists(
    *, terms: st.SearchStrategy[OfferingTerms] = offering_terms(), min_size: int = 1, max_size: int = 3
) -> Offerings:
    """So many offerings.

    >>> len(find(offering_lists(), lambda offerings: True))
    1
    """
    return sized_lists(terms, min_size=min_size, max_size=max_size).map(tuple)


def plain_offerings() -> Offerings:
    """One offering of a month, for cases that are not about offerings.

    >>> find(plain_offerings(), lambda offerings: True) == (OfferingTerms(),)
    True
    """
    return st.just((OfferingTerms(),))


def many_offerings(count: int) -> tuple[OfferingTerms, ...]:
    """`count` offerings that can be told apart, every third without a bitrate; no strategy: cases of lists have them.

    >>> [terms.description for terms in many_offerings(2)]
    ['offering 0', 'offering 1']
    """
    return tuple(
        OfferingTerms(
            duration=1 + number % 36,
            description=f"offering {number}",
            bitrate=None if number % 3 == 2 else 20,
        )
        for number in range(count)
    )
