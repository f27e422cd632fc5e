"""What is done to a right request before it is signed: a named mutation, then edits of its body."""

from __future__ import annotations

from dataclasses import dataclass, replace

from conformance.cases.case import Edit
from conformance.cases.edits import apply_edits
from conformance.cases.request_mutations import REQUESTS, Parts
from conformance.cases.resolution import NotPlayableError


@dataclass(frozen=True, slots=True)
class RequestChange:
    """A mutation by its name in `request_mutations.REQUESTS`, and edits of the text of the body after it."""

    mutation: str = "plain"
    body_edits: tuple[Edit, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether nothing is changed."""
        return self.mutation == "plain" and not self.body_edits

    def apply(self, parts: Parts) -> Parts:
        """The parts of the request that is sent instead; of a body that is not UTF-8 each byte is a character."""
        try:
            parts = REQUESTS[self.mutation].change(parts)
        except (KeyError, TypeError, ValueError):
            raise NotPlayableError(f"the request has not what the mutation {self.mutation!r} changes") from None
        if not self.body_edits:
            return parts
        text = apply_edits(parts.body.decode(errors="surrogateescape"), self.body_edits)
        return replace(parts, body=_as_bytes(text))


def _as_bytes(text: str) -> bytes:
    """Back to bytes; half a surrogate pair that an edit has put in is encoded as if it were a character."""
    try:
        return text.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass")


PLAIN = RequestChange()
