"""Mutants whose errors are wrong, or that find what the ARN does not name."""
# ruff: noqa: ARG002, D102 - a mutant overrides methods whose arguments and docstrings are the right emulator's

from collections.abc import Iterable
from datetime import datetime

from tests.meta.emulator.base import BAD_REQUEST, FORBIDDEN, NOT_FOUND
from tests.meta.emulator.messages import Offering, Purchase, Refusal, Region, Request, Reservation, Response, Wire
from tests.meta.emulator.mutants.rules import REFUSALS
from tests.meta.emulator.right import RightEmulator

UNTYPED = tuple(rule for rule in REFUSALS if rule != "errors/modelled")


class NoErrorType(RightEmulator):
    """Refuses without saying which exception it is."""

    breaks = ("errors/modelled",)
    may_break = UNTYPED

    def error_headers(self, code: str) -> dict[str, str]:
        return {}


class UnknownErrorType(RightEmulator):
    """Refuses with the type Unknown."""

    breaks = ("errors/modelled",)
    may_break = UNTYPED

    def error_headers(self, code: str) -> dict[str, str]:
        return {"x-amzn-errortype": "Unknown"}


class ErrorsAsHtml(RightEmulator):
    """Refuses with a page for people, as web frameworks do."""

    breaks = ("errors/modelled",)
    may_break = (*UNTYPED, "wire/content-type")

    def error(self, status: int, code: str, message: str) -> Response:
        return Response(status, {"Content-Type": "text/html"}, f"<h1>{status}</h1><p>{message}</p>".encode())


class ValidationException(RightEmulator):
    """Refuses with ValidationException, which other services have."""

    breaks = ("errors/modelled",)
    may_break = UNTYPED

    def error_headers(self, code: str) -> dict[str, str]:
        return super().error_headers(code.replace("BadRequest", "Validation"))


class BadRequestIsUnprocessable(RightEmulator):
    """Gives BadRequestException the status 422."""

    breaks = ("errors/modelled",)
    may_break = UNTYPED

    def error(self, status: int, code: str, message: str) -> Response:
        return super().error(422 if status == 400 else status, code, message)


class EmptyMessages(RightEmulator):
    """Refuses with an empty message."""

    breaks = ("errors/modelled",)

    def error_body(self, code: str, message: str) -> Wire:
        return {"message": ""}


class NoMessages(RightEmulator):
    """Refuses with an empty body."""

    breaks = ("errors/modelled",)

    def error_body(self, code: str, message: str) -> Wire:
        return {}


class NotFoundIsBadRequestStatus(RightEmulator):
    """Gives NotFoundException the status 400."""

    breaks = ("errors/modelled",)
    may_break = ("errors/unknown-offering", "errors/unknown-reservation", "lifecycle/isolated")

    def error(self, status: int, code: str, message: str) -> Response:
        return super().error(400, code, message)


class OtherAnswersForUnknown(RightEmulator):
    """Answers otherwise where nothing of that ARN exists; a base of mutants, and no mutant itself."""

    unknown_offering = NOT_FOUND
    unknown_reservation = NOT_FOUND

    def find_offering(self, region: Region, arn: str) -> Offering:
        try:
            return super().find_offering(region, arn)
        except Refusal as refusal:
            raise self.instead(refusal, self.unknown_offering) from None

    def find_reservation(self, region: Region, arn: str) -> Reservation:
        try:
            return super().find_reservation(region, arn)
        except Refusal as refusal:
            raise self.instead(refusal, self.unknown_reservation) from None

    def instead(self, refusal: Refusal, answer: tuple[int, str]) -> Refusal:
        return Refusal(*answer, refusal.message) if refusal.status == 404 else refusal


class UnknownOfferingIsBadRequest(OtherAnswersForUnknown):
    """Refuses the ARN of no offering with BadRequestException."""

    breaks = ("errors/unknown-offering",)
    unknown_offering = BAD_REQUEST


class UnknownOfferingIsForbidden(OtherAnswersForUnknown):
    """Refuses the ARN of no offering with ForbiddenException."""

    breaks = ("errors/unknown-offering",)
    unknown_offering = FORBIDDEN


class WithdrawnOfferingIsSold(RightEmulator):
    """Goes on selling the offerings that another definition took away, as soft deletes do."""

    breaks = ("errors/unknown-offering",)

    def put_offerings(self, region: Region, offerings: Iterable[Offering]) -> None:
        region.notes["withdrawn"] = {**region.notes.get("withdrawn", {}), **region.offerings}
        super().put_offerings(region, offerings)

    def check_offering(self, purchase: Purchase) -> None:
        try:
            super().check_offering(purchase)
        except Refusal:
            purchase.offering = purchase.region.notes["withdrawn"].get(purchase.offering_arn)
            if purchase.offering is None:
                raise


class UnknownOfferingIsDescribed(RightEmulator):
    """Describes any well-formed ARN as if it were the first offering's."""

    breaks = ("errors/unknown-offering",)
    may_break = ("errors/arn-is-exact", "errors/arn-is-exact-in-case")

    def describe_offering(self, request: Request, segment: str) -> Response:
        try:
            return super().describe_offering(request, segment)
        except Refusal as refusal:
            first = next(iter(self.region(request).offerings.values()), None)
            if refusal.status != 404 or first is None:
                raise
            wire = {**self.offering_wire(first), "offeringArn": self.decode_arn(segment)}
            return self.success(self.read_status, {"offering": wire})


class UnknownReservationIsBadRequest(OtherAnswersForUnknown):
    """Refuses the ARN of no reservation with BadRequestException."""

    breaks = ("errors/unknown-reservation",)
    unknown_reservation = BAD_REQUEST


class UnknownReservationIsForbidden(OtherAnswersForUnknown):
    """Refuses the ARN of no reservation with ForbiddenException."""

    breaks = ("errors/unknown-reservation",)
    unknown_reservation = FORBIDDEN


class UnknownReservationIsEmpty(RightEmulator):
    """Describes a reservation that does not exist with an empty object."""

    breaks = ("errors/unknown-reservation",)
    may_break = ("lifecycle/isolated", "wire/reservation-members")

    def describe_reservation(self, request: Request, segment: str) -> Response:
        try:
            return super().describe_reservation(request, segment)
        except Refusal as refusal:
            if refusal.status != 404:
                raise
            return self.success(self.read_status, {})


class MalformedArnIsForbidden(RightEmulator):
    """Refuses what is not an ARN with ForbiddenException."""

    breaks = ("errors/malformed-arn",)

    def check_arn(self, pattern: str, arn: str) -> None:
        try:
            super().check_arn(pattern, arn)
        except Refusal as refusal:
            raise Refusal(*FORBIDDEN, refusal.message) from None


class MalformedArnTakesAnyOffering(RightEmulator):
    """Sells the first offering where the ARN is not an ARN at all."""

    breaks = ("errors/malformed-arn",)
    may_break = ("errors/arn-is-exact", "errors/arn-is-exact-in-case", "errors/refusal-has-no-effect")

    def check_offering(self, purchase: Purchase) -> None:
        try:
            super().check_offering(purchase)
        except Refusal as refusal:
            if refusal.status != 400 or not purchase.region.offerings:
                raise
            purchase.offering = next(iter(purchase.region.offerings.values()))


class MalformedArnIsDescribedAsNothing(RightEmulator):
    """Describes what is no offering's ARN with an empty answer of 200."""

    breaks = ("errors/malformed-arn",)
    may_break = ("errors/arn-is-exact", "errors/arn-is-exact-in-case", "wire/offering-members")

    def describe_offering(self, request: Request, segment: str) -> Response:
        try:
            return super().describe_offering(request, segment)
        except Refusal as refusal:
            if refusal.status != 400:
                raise
            return self.success(self.read_status, {})


class LooseOfferingArns(RightEmulator):
    """Compares ARNs loosely; a base of mutants, and no mutant itself."""

    def same(self, given: str, arn: str) -> bool:
        return given == arn

    def find_offering(self, region: Region, arn: str) -> Offering:
        alike = [offering for offering in region.offerings.values() if self.same(arn, offering.arn)]
        return region.offerings.get(arn) or (alike[0] if alike else super().find_offering(region, arn))


class LongerArnIsTheSame(LooseOfferingArns):
    """Takes an ARN that goes on after an offering's for that offering."""

    breaks = ("errors/arn-is-exact",)
    may_break = ("errors/arn-is-exact-in-case",)  # white space after an ARN goes on after it too

    def same(self, given: str, arn: str) -> bool:
        return given.startswith(arn)


class ShorterArnIsTheSame(LooseOfferingArns):
    """Takes the beginning of an offering's ARN for the whole, from the first character of its id on."""

    breaks = ("errors/arn-is-exact",)

    def same(self, given: str, arn: str) -> bool:
        prefix = arn.rpartition(":")[0] + ":"
        return arn.startswith(given) and len(given) > len(prefix)


class ArnIsStripped(LooseOfferingArns):
    """Strips white space and slashes around an ARN."""

    breaks = ("errors/arn-is-exact",)
    may_break = ("errors/malformed-arn", "errors/arn-is-exact-in-case")  # white space around it

    def same(self, given: str, arn: str) -> bool:
        return given.strip(" \t\r\n/") == arn


class OfferingFoundByItsId(LooseOfferingArns):
    """Looks only at what follows the last colon of an ARN."""

    breaks = ("errors/arn-is-exact",)
    may_break = ("errors/unknown-offering", "errors/malformed-arn", "errors/arn-is-exact-in-case")

    def same(self, given: str, arn: str) -> bool:
        return given.rpartition(":")[2] == arn.rpartition(":")[2]


class ArnInAnyCase(LooseOfferingArns):
    """Compares the ARNs of offerings without regard to case."""

    breaks = ("errors/arn-is-exact-in-case",)

    def same(self, given: str, arn: str) -> bool:
        return given.isascii() and given.lower() == arn.lower()


class ArnInAnyCaseWhenPurchased(RightEmulator):
    """Puts the ARN of a purchase into lower case before it reads for the offering."""

    breaks = ("errors/arn-is-exact-in-case",)

    def check_offering(self, purchase: Purchase) -> None:
        if purchase.offering_arn.isascii() and purchase.offering_arn.lower() in purchase.region.offerings:
            purchase.offering_arn = purchase.offering_arn.lower()
        super().check_offering(purchase)


class RefusedStartIsKept(RightEmulator):
    """Remembers a reservation before it reads whether its Start is inside the window."""

    breaks = ("errors/refusal-has-no-effect",)
    may_break = (
        "start-format/accepts",
        "start-window/interior",
        "start-window/lower-bound-inclusive",
        "start-window/upper-bound-inclusive",
        "start-window/follows-the-clock",
        "exclusivity/at-most-one-active",
        "lifecycle/initial-state",
    )

    def check_window(self, purchase: Purchase) -> None:
        try:
            super().check_window(purchase)
        except Refusal:
            if purchase.offering_arn in purchase.region.offerings:
                self.check_offering(purchase)
                self.insert(purchase, self.new_reservation(purchase))
            raise


class UnknownOfferingBlocks(RightEmulator):
    """Sells nothing more to an account that has asked for an offering that does not exist."""

    breaks = ("errors/refusal-has-no-effect",)
    may_break = ("exclusivity/freed-from-end",)

    def check_offering(self, purchase: Purchase) -> None:
        if "blocked" in purchase.region.notes:
            raise Refusal(*BAD_REQUEST, "The account is blocked.")
        try:
            super().check_offering(purchase)
        except Refusal as refusal:
            if refusal.status == 404:
                purchase.region.notes["blocked"] = True
            raise


class RefusedNameIsTaken(RightEmulator):
    """Takes a name as used although its purchase was refused for its Start."""

    breaks = ("errors/refusal-has-no-effect",)

    def check_window(self, purchase: Purchase) -> None:
        taken: set[str] = purchase.region.notes.setdefault("taken", set())
        try:
            super().check_window(purchase)
        except Refusal:
            taken.add(purchase.name)
            raise
        if purchase.name in taken:
            raise Refusal(*BAD_REQUEST, "The name has been used.")


class LongNameIsKept(RightEmulator):
    """Remembers a reservation before it measures the name, and keeps it where the name is too long."""

    breaks = ("errors/refusal-has-no-effect",)
    may_break = ("exclusivity/at-most-one-active",)
    purchase_checks = (*(one for one in RightEmulator.purchase_checks if one != "check_name"), "check_name")

    def refused(self, purchase: Purchase, check: str) -> None:
        if check == "check_name" and self.name_is_well_formed(purchase.name):
            self.insert(purchase, self.new_reservation(purchase))


class RefusedPurchaseChangesState(RightEmulator):
    """Shows the active reservation as PROCESSING once another purchase has been refused."""

    breaks = ("exclusivity/first-unchanged",)
    may_break = (
        "errors/refusal-has-no-effect",
        "lifecycle/immutable",
        "lifecycle/active-until-end",
        "exclusivity/concurrent",
    )

    def check_active(self, purchase: Purchase) -> None:
        try:
            super().check_active(purchase)
        except Refusal:
            for reservation in self.rivals(purchase):
                reservation.stored_state = "PROCESSING"
            raise

    def state_of(self, reservation: Reservation, now: datetime) -> str:
        state = super().state_of(reservation, now)
        return reservation.stored_state if state == "ACTIVE" else state
