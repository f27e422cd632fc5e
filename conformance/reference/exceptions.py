"""The documented refusals that the five operations can give, with their HTTP statuses from the service model."""

from typing import ClassVar

from moto.core.exceptions import ServiceException


class ReservationError(ServiceException):
    """A refusal: `code` is the name of the modelled exception, `status` its HTTP status, `message` never empty."""

    status: ClassVar[int]


class BadRequestException(ReservationError):  # noqa: N818 - the service model's name
    """The request contains a semantic error (service model: 400)."""

    code = "BadRequestException"
    status = 400


class ForbiddenException(ReservationError):  # noqa: N818 - the service model's name
    """The caller has no access: the credential names a Region without MediaConnect (service model: 403)."""

    code = "ForbiddenException"
    status = 403


class NotFoundException(ReservationError):  # noqa: N818 - the service model's name
    """The named offering or reservation does not exist (service model: 404).

    It is not moto's own exception of that name, which flows answer with status 400.
    """

    code = "NotFoundException"
    status = 404
