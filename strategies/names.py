"""Names of reservations, right and wrong by the user guide."""

from __future__ import annotations

import string

from hypothesis import strategies as st

_ENDS = string.ascii_letters + string.digits
_INSIDE = _ENDS + "-_"
LONGEST = 128


def names(*, least: int = 1, most: int = LONGEST) -> st.SearchStrategy[str]:
    """Names of `least` to `most` characters that the user guide permits. Shrinks to a short one of a's."""
    one = st.sampled_from(_ENDS)
    more = st.builds(
        lambda first, inside, last: first + inside + last,
        one,
        st.text(_INSIDE, min_size=max(0, least - 2), max_size=max(0, most - 2)),
        one,
    )
    if most == 1:
        return one
    longest = one.map(lambda sign: sign * most)
    return one | more | longest if least <= 1 else more | longest


def safe_names() -> st.SearchStrategy[str]:
    """Names that nobody could object to, for cases that are not about names. Shrinks to `reservation`."""
    return st.just("reservation") | names(least=3, most=40).filter(lambda name: name.isalnum() and name[0].isalpha())


def too_long_names() -> st.SearchStrategy[str]:
    """Permitted characters, but more of them than 128. Shrinks to 129."""
    return st.integers(LONGEST + 1, 300).map(lambda length: "a" * length)


def malformed_names() -> st.SearchStrategy[str]:
    """Names of permitted length with a character that is not permitted, or a dash or underscore at an end."""
    return st.sampled_from(MALFORMED)


MALFORMED = (
    ["-a", "a-", "_a", "a_", "-", "_"]
    + [" ", "a b", " a", "a ", "a\tb", "a\nb", "a\n", "\na"]
    + [f"a{sign}b" for sign in "!\"#$%&'()*+,./:;<=>?@[]^`{|}~\\\x00\x7f"]
    + ["größe", "予約", "naïve", "é", "１２３", "a\u200bb", "😀", "ﬁ", "a\u0660"]
)
"""Names of permitted length that the user guide does not permit."""
