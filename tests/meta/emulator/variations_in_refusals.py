"""Variations in refusals: which of several wrong things is refused first, with which exception, and in what words."""
# ruff: noqa: ARG002, D102 - a variation overrides methods whose arguments and docstrings are the right emulator's

import random
from typing import ClassVar

from tests.meta.emulator.base import BAD_REQUEST, FORBIDDEN, NOT_FOUND
from tests.meta.emulator.messages import Offering, Purchase, Refusal, Region, Request, Reservation, Response, Wire
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations_in_arns import AccountsNumberedOtherwise
from tests.meta.emulator.variations_in_policy import NamesAreForbidden


class SecondIsNotFound(RightEmulator):
    """Refuses a second purchase with NotFoundException: the account is not eligible for other offerings."""

    refusal_for_active = NOT_FOUND


class BodyReadLateBase(RightEmulator):
    """Reads the body as one of its checks, so that another may come before."""

    def body_of(self, request: Request) -> Wire:
        return {}

    def check_body(self, purchase: Purchase) -> None:
        """Read the body."""
        purchase.members = super().body_of(purchase.request)


class ActiveBeforeTheBody(BodyReadLateBase):
    """Refuses whatever an account with an active reservation sends with ForbiddenException, unread."""

    refusal_for_active = FORBIDDEN
    purchase_checks = ("check_active", "check_body", *RightEmulator.purchase_checks)


class NotFoundBeforeTheBody(BodyReadLateBase):
    """Looks for the offering before it reads the body, and has none for an account with an active reservation."""

    refusal_for_active = NOT_FOUND
    purchase_checks = ("check_active", "check_offering", "check_body", *RightEmulator.purchase_checks)


class NameBeforeAllElse(NamesAreForbidden):
    """Refuses a name that was used with ForbiddenException before it looks at Start, offering or active reservation."""

    purchase_checks = ("check_name_alone", *RightEmulator.purchase_checks)

    def check_name_alone(self, purchase: Purchase) -> None:
        """Look at the name before Start is known to be there."""
        purchase.name = self.text_member("reservationName", self.name_member(purchase))
        self.check_name(purchase)
        self.check_name_is_free(purchase)


class StartBeforeTheName(RightEmulator):
    """Reads Start before it looks whether there is a name, and the offering before the name."""

    purchase_checks = (
        "check_start_alone",
        "check_offering",
        "check_active",
        *RightEmulator.purchase_checks,
    )

    def check_start_alone(self, purchase: Purchase) -> None:
        """Look at Start before the name is known to be there."""
        purchase.start_text = self.text_member("start", self.start_member(purchase))
        self.check_start(purchase)
        self.check_window(purchase)


class AnyOrder(BodyReadLateBase):
    """Checks in another order each time, so that of several wrong things any may be the one that is refused."""

    refusal_for_active = FORBIDDEN
    purchase_checks = ("check_in_any_order", *RightEmulator.purchase_checks)
    chains: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("check_offering",),
        ("check_active",),
        ("check_body", "check_members", "check_name", "check_name_is_free"),
        ("check_body", "check_members", "check_start", "check_window"),
    )

    def __init__(self, seed: int = 1) -> None:
        super().__init__()
        self.random = random.Random(seed)

    def check_in_any_order(self, purchase: Purchase) -> None:
        """Check everything once, each chain in its order."""
        for chain in self.random.sample(self.chains, len(self.chains)):
            for check in chain:
                getattr(self, check)(purchase)


class AnyOrderNotFound(AnyOrder):
    """Checks in another order each time, and refuses a second purchase with NotFoundException."""

    refusal_for_active = NOT_FOUND


class ForeignBase(RightEmulator):
    """Refuses ARNs whose fields are not the target's own with ForbiddenException."""

    # Which fields of an ARN are looked at: 1 is the partition, 2 the service, 4 the account.
    fields: ClassVar[tuple[int, ...]] = ()

    def find_offering(self, region: Region, arn: str) -> Offering:
        self.check_is_own(region, arn)
        return super().find_offering(region, arn)

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        self.check_is_own(region, arn)
        return super().find_reservation(region, arn)

    def check_is_own(self, region: Region, arn: str) -> None:
        """Refuse what is an ARN, but somebody else's."""
        own = ("arn", "aws", "mediaconnect", region.name, region.account.number)
        parts = arn.split(":")
        is_arn = parts[0] == "arn" and len(parts) >= 6
        if is_arn and any(parts[field] != own[field] for field in self.fields):
            raise Refusal(*FORBIDDEN, "The ARN is not the account's own.")


class ForeignAccountsForbidden(ForeignBase):
    """Refuses an ARN of another account with ForbiddenException, whether or not it exists."""

    fields = (4,)


class ForbiddenByNumbersOfItsOwn(AccountsNumberedOtherwise, ForeignAccountsForbidden):
    """Gives each access key an account of another number, and refuses ARNs of all other numbers as forbidden."""


class ForeignServicesForbidden(ForeignBase):
    """Refuses an ARN of another service or partition with ForbiddenException."""

    fields = (1, 2)


class EverythingForeignForbidden(ForeignBase):
    """Refuses an ARN of another account, service or partition with ForbiddenException."""

    fields = (1, 2, 4)


class ForeignArnsMalformed(ForeignBase):
    """Refuses an ARN of another account, service, partition or Region with BadRequestException."""

    fields = (1, 2, 3, 4)

    def check_is_own(self, region: Region, arn: str) -> None:
        try:
            super().check_is_own(region, arn)
        except Refusal as refusal:
            raise Refusal(*BAD_REQUEST, refusal.message) from None


class WordsOfALack(RightEmulator):
    """Says "not supported", "not implemented" and the like in the messages of documented exceptions."""

    words: ClassVar[dict[str, str]] = {
        "BadRequestException": "This value is not supported: unknown operation on the date, or not yet implemented.",
        "ForbiddenException": "Not supported: a second purchase. Unsupported operation for this account.",
        "NotFoundException": "No route to this resource; no such operation on it, or not implemented. Pro feature.",
    }

    def error_body(self, code: str, message: str) -> Wire:
        return super().error_body(code, self.words.get(code, message))


class WordsOfALackForAll(WordsOfALack):
    """Says "Not yet implemented" in every message, and refuses a second purchase with NotFoundException."""

    refusal_for_active = NOT_FOUND
    words = dict.fromkeys(("BadRequestException", "NotFoundException"), "Not yet implemented")


class LongMessages(RightEmulator):
    """Has messages of fifty thousand characters, with line breaks, control characters and other scripts."""

    def error_body(self, code: str, message: str) -> Wire:
        return super().error_body(code, f"{message}\r\n\t\x1b[31m\x00予約 😀 </script>" + "…" * 50_000)


class ErrorTypeInUpperCase(RightEmulator):
    """Writes the name of the error header in upper case: header names have no case."""

    def error_headers(self, code: str) -> dict[str, str]:
        return {"X-AMZN-ERRORTYPE": code}


class ErrorTypeWithNamespaceInHeader(RightEmulator):
    """Names the error's type in the header, with a namespace before it and a URL after it, as SDKs read it."""

    def error_headers(self, code: str) -> dict[str, str]:
        return {"x-amzn-errortype": f"com.amazonaws.mediaconnect#{code}:http://internal.amazon.com/coral/"}


class ErrorTypeWithAllInBody(RightEmulator):
    """Names the error's type in the body only, as __type, with a namespace before it and a URL after it."""

    def error_headers(self, code: str) -> dict[str, str]:
        return {}

    def error_body(self, code: str, message: str) -> Wire:
        return {"__type": f"com.amazonaws.mediaconnect#{code}:http://internal.amazon.com/coral/", "message": message}


class ErrorTypeTwice(RightEmulator):
    """Names the error's type in the header, which SDKs read first, and has a code of its own in the body."""

    def error_body(self, code: str, message: str) -> Wire:
        return {"code": 4711, "type": "client", **super().error_body(code, message), "requestId": None}


class MessageInUpperCase(RightEmulator):
    """Has the message under Message, which SDKs read too."""

    def error_body(self, code: str, message: str) -> Wire:
        return {"Message": message}


class ErrorsWithCharset(RightEmulator):
    """Labels refusals, and only those, with a charset."""

    def error(self, status: int, code: str, message: str) -> Response:
        response = super().error(status, code, message)
        response.headers["Content-Type"] = 'application/json;charset="UTF-8"'
        return response


class ErrorsAreProblems(RightEmulator):
    """Labels refusals as application/problem+json, which only a rule of level should minds."""

    departs_from = ("wire/content-type",)

    def error(self, status: int, code: str, message: str) -> Response:
        response = super().error(status, code, message)
        response.headers["Content-Type"] = "application/problem+json"
        return response
