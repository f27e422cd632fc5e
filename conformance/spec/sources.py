"""Where a rule comes from: the document, its section, the words, the page, and when it was read."""

from __future__ import annotations

from dataclasses import dataclass

_REFERENCE_PAGE = "https://docs.aws.amazon.com/goto/WebAPI/mediaconnect-2018-11-14/PurchaseOffering"
_SERVICE_MODEL = "https://docs.aws.amazon.com/goto/WebAPI/mediaconnect-2018-11-14"
_USER_GUIDE_PAGE = "https://docs.aws.amazon.com/mediaconnect/latest/ug/offerings.html"


@dataclass(frozen=True, slots=True)
class Source:
    """One place in one document.

    `quote` has the very words, where they carry the rule; `derived` the argument in one sentence, where the rule
    follows from them rather than stands there. `read` is the version of the document, or the date of reading.
    """

    document: str
    section: str
    url: str
    read: str
    quote: str = ""
    derived: str = ""

    def __str__(self) -> str:
        """Such as `reference page, Start: "any date and time between ..."`."""
        quoted = f': "{self.quote}"' if self.quote else ""
        return f"{self.document}, {self.section}{quoted}"


def reference_page(section: str, quote: str = "", derived: str = "") -> Source:
    """The reference page of PurchaseOffering."""
    return Source("reference page", section, _REFERENCE_PAGE, "API version 2018-11-14, 2026-11-22", quote, derived)


def service_model(section: str, quote: str = "", derived: str = "", *, operation: str = "") -> Source:
    """The service model that botocore ships; the page is that of the `operation`, where one is named."""
    url = f"{_SERVICE_MODEL}/{operation}" if operation else _SERVICE_MODEL
    return Source("service model", section, url, "mediaconnect/2018-11-14 of botocore 1.44.5", quote, derived)


def user_guide(section: str, derived: str = "") -> Source:
    """The page of the MediaConnect User Guide on offerings."""
    return Source("user guide", section, _USER_GUIDE_PAGE, "2026-11-22", derived=derived)


def json_standard(section: str, quote: str) -> Source:
    """RFC 8259, the standard of JSON, which rest-json bodies are written in."""
    return Source("RFC 8259", section, "https://www.rfc-editor.org/rfc/rfc8259", "December 2017", quote)


def convention(what: str, derived: str) -> Source:
    """A general convention of AWS, which no page of MediaConnect states."""
    return Source("AWS convention", what, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
                  "2026-11-22", derived=derived)  # fmt: skip
