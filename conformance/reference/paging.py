"""Pages of a list, with tokens that cannot be guessed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Generic, TypeVar

from conformance.reference.exceptions import BadRequestException

Item = TypeVar("Item")

DEFAULT_PAGE_LENGTH = 10
"""Items on a page when the request has no MaxResults (service model, MaxResults)."""

_POSITION_BYTES = 4


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some of a list's items in their order; `next_token` leads to the next page, and is None on the last."""

    items: Sequence[Item]
    next_token: str | None


def page_of(items: Sequence[Item], secret: bytes, max_results: int | None, next_token: str | None) -> Page[Item]:
    """Give the first page of `items`, or the page that `next_token` leads to.

    Args:
        items: the whole list. It may have grown at its end since the token was given.
        secret: what signs this list's tokens, so that no other list's token is taken for one of them.
        max_results: the greatest number of items on the page, or None for the default of 10.
        next_token: what an earlier page of the same list gave, or None for the first page.

    Raises:
        BadRequestException: the token was never given for this list.
    """
    first = 0 if next_token is None else _position_in(next_token, secret)
    end = first + (DEFAULT_PAGE_LENGTH if max_results is None else max_results)
    return Page(items[first:end], _token_for(end, secret) if end < len(items) else None)


def _token_for(position: int, secret: bytes) -> str:
    place = position.to_bytes(_POSITION_BYTES, "big")
    return urlsafe_b64encode(place + blake2b(place, key=secret, digest_size=14).digest()).decode("ascii")


def _position_in(token: str, secret: bytes) -> int:
    try:
        position = int.from_bytes(urlsafe_b64decode(token.encode("ascii"))[:_POSITION_BYTES], "big")
    except (UnicodeEncodeError, Base64Error):
        raise BadRequestException("The NextToken is not valid.") from None
    if _token_for(position, secret) != token:
        raise BadRequestException("The NextToken is not valid.")
    return position
