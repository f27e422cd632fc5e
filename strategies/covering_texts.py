"""Explicit values of names, descriptions, prices and bit rates: each class of each, in every place and of every size.

A program alters what it stores by a class: a character, at an end of the text or in a run, a length, a look (numbers,
dates, reserved words, escapes), a number of digits. Each class is there, so that its defect meets its value.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

from conformance.cases.words import WORDS_WITH_A_MEANING
from strategies.content import CHARACTERS, WORDS
from strategies.naming import LONGEST_NAME
from strategies.numbers import integers_around_powers

_LENGTHS = (
    *(1, 2, 3, 8, 16, 31, 32, 50, 63, 64, 65, 80, 99, 100, 120, 127, 128, 129, 140, 160, 199, 200, 250, 254, 255, 256),
    *(257, 300, 500, 511, 512, 513, 600, 768, 999, 1_000, 1_023, 1_024, 1_025, 2_000, 2_048, 2_100, 4_100),
)
# They are in every text.
_PLAIN = ("letters", "digits")
_IN_UTF_8 = ("ä", "予", "😀")
STRUCTURED = (
    *('{"a": 1,  "b": [1, 2.0]}', "[1,  2]", "one\r\n two\r\n\tthree", "a=1&b=2", "key: value\n- item", "=1+1"),
    *("2026-05-11", "2026-05-11T00:00:00Z", "12:30", "C:\\new\\table", "a%%b %d %(x)s {0} {{x}} ${x}", "a;b,c"),
    *("<b>x</b><!-- x -->", "<![CDATA[x]]>", "data:,x", "https://example.com/?a=1#b", "a@example.com"),
    *("=?utf-8?q?x?=", "a\\\r\nb", "'a', 'b'"),
)
"""Texts of which a program may make something else: JSON, folded lines, dates, paths, formats, markup, addresses."""


@cache
def covering_descriptions() -> tuple[str, ...]:
    """Each character and word alone and within a text, at both its ends and doubled; and texts of many lengths.

    >>> covering_descriptions()[1]
    '"a""b c"'
    """
    characters = [character for name, members in CHARACTERS.items() if name not in _PLAIN for character in members]
    in_place = [f"{part}a{part}{part}b c{part}" for part in (*characters, *WORDS)]
    breaks = [f"one{end}two{end}{end}" for end in ("\r\n", "\r", "\n", "\n\r", "\t", "  ")]
    lengths = [_counted(length) for length in _LENGTHS]
    wide = [
        character * (length // len(character.encode()) + 1) for character, length in product(_IN_UTF_8, (127, 255, 511))
    ]
    # Fewer characters than a usual limit, in more bytes than it.
    wide += [character * length for character, length in product(_IN_UTF_8, (200, 400, 700))]
    return tuple(dict.fromkeys([*in_place, *breaks, *STRUCTURED, *WORDS, *characters, *lengths, *wide]))


def _counted(length: int) -> str:
    """A text of this length in which no piece is like another."""
    return "".join(f"{number} " for number in range(length))[: length - 1] + "x"


@cache
def covering_names() -> tuple[str, ...]:
    """Permitted names: of every length from 1 to 128, and with the look of numbers, dates, identifiers and words.

    >>> sorted({len(name) for name in covering_names()}) == list(range(1, 129))
    True
    """
    lengths = [(f"{length}-name_" * LONGEST_NAME)[: length - 1] + "Z" for length in range(1, LONGEST_NAME + 1)]
    return tuple(dict.fromkeys([*_looks(), *lengths]))


def _looks() -> Iterator[str]:
    yield from ("007", "0", "1e5", "12E3", "0x1F", "0b11", "0o17", "1_000", "1-1", "10-05", "2027-01-15", "20270115")
    yield from ("9007199254740993", "12345678901234567890", "-".join("1234"), "1" * 40, "0" * 12, "123456789012")
    yield from (*WORDS_WITH_A_MEANING, "reservation")
    yield from ("a--b", "a__b", "a-_-b", "a---b", "x1234567890", "a-007", "b-1", "A-B_C", "xn--mnchen-3ya", "a" * 128)
    yield from ("2d5f0e3a-1b7c-4e8d-9a6b-0c1d2e3f4a5b", "2D5F0E3A-1B7C-4E8D-9A6B-0C1D2E3F4A5B", "ALLCAPS", "aBc")
    yield from ("dQw4w9WgXcQ", "YWJj", "deadbeef", "DEADBEEF", "1h30m", "P1M", "v1", "1st", "IV", "3-2-1", "T00-00")


@cache
def covering_prices() -> tuple[str, ...]:
    """Prices by the number of digits before and after the point, with zeros and others at their end.

    >>> [price for price in covering_prices() if price.startswith("0.00") and len(price) == 5][:2]
    ['0.001', '0.005']
    """
    digits = "1234567890123456789"
    whole = [str(number) for number in integers_around_powers(1, 10**12, base=10)]
    small = [f"0.{'0' * zeros}{last}" for zeros in range(10) for last in ("1", "5", "10")]
    long = [f"{digits[:before]}.{digits[:after]}" for before in (1, 3, 6, 9) for after in (1, 2, 3, 5, 6, 7, 9, 12, 16)]
    nines = [f"{before}.{'9' * after}" for before in ("0", "9", "99") for after in (1, 2, 3, 4, 6, 8, 10)]
    zeros = [f"{before}.{'0' * after}" for before in ("1", "10", "3", "100") for after in (1, 2, 4, 6)]
    tens = ["0.10", "0.50", "1.10", "2.50", "20.125", "1.005", "2.675", "0.1", "0.2", "0.3", "1.15", "33.333", "0.07"]
    return tuple(dict.fromkeys([*tens, *zeros, *small, *whole, *long, *nines]))


def covering_bitrates() -> tuple[int | None, ...]:
    """Bit rates around powers of two and of ten, and none.

    >>> 65_536 in covering_bitrates()
    True
    """
    most = 2**31 - 1
    return (None, *sorted({*integers_around_powers(1, most, base=2), *integers_around_powers(1, most, base=10)}))
