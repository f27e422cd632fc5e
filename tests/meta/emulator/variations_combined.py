"""Variations that are unusual in many ways at once: what is right alone is right together."""

from tests.meta.emulator.variations_in_arns import Base64InArns, CountedArns, OfferingsOfAws
from tests.meta.emulator.variations_in_lists import (
    EmptyPagesBetween,
    JsonTokens,
    PagesAfterTheLastItem,
    PagesOfAnyLength,
    TokensWithDelimiters,
)
from tests.meta.emulator.variations_in_outages import AnswersOfPurchasesLost, GatewayTimeouts
from tests.meta.emulator.variations_in_policy import (
    ExclusiveAcrossRegions,
    OfferingsHiddenWhileActive,
    OverflowingMonthEnds,
    ProcessingForAMinute,
)
from tests.meta.emulator.variations_in_refusals import (
    ActiveBeforeTheBody,
    AnyOrderNotFound,
    ErrorTypeWithAllInBody,
    EverythingForeignForbidden,
    WordsOfALackForAll,
)
from tests.meta.emulator.variations_in_requests import (
    DecodesBeforeItRoutes,
    OtherPathsForbidden,
    RepeatsAnsweredThoughNotFound,
    ScalarsCoerced,
    UnknownMembersRefused,
    UnknownParametersRefused,
)
from tests.meta.emulator.variations_in_states import EndWithOffset, PastInEveryRegion, WholeNumbersAsFractions
from tests.meta.emulator.variations_in_time import (
    ClockGoesForward,
    ClockSlowWithoutDate,
    ListsLag,
    OneOfTwoReplicasLags,
)
from tests.meta.emulator.variations_in_transport import (
    ClosesSomeIdleConnections,
    HeadersInUpperCase,
    Http10,
    MembersEverywhere,
    UnderAPathPrefix,
)


class UnusualWherePermitted(
    JsonTokens, PagesOfAnyLength, EmptyPagesBetween, ProcessingForAMinute, OverflowingMonthEnds,
    OfferingsHiddenWhileActive, ExclusiveAcrossRegions, PastInEveryRegion, OfferingsOfAws, AnyOrderNotFound,
    ErrorTypeWithAllInBody, UnknownMembersRefused, MembersEverywhere,
):  # fmt: skip
    """Is unusual in ARNs, pages, tokens, states, month ends, errors and Regions at once."""


class LikeAServiceBehindAGateway(
    UnderAPathPrefix, OtherPathsForbidden, DecodesBeforeItRoutes, UnknownParametersRefused,
    EverythingForeignForbidden, ActiveBeforeTheBody, GatewayTimeouts, HeadersInUpperCase, Http10,
):  # fmt: skip
    """Is under a path, refuses early and with ForbiddenException, and speaks HTTP/1.0 with faults of a gateway."""


class LikeADistributedStore(
    RepeatsAnsweredThoughNotFound, PagesAfterTheLastItem, TokensWithDelimiters, CountedArns, OneOfTwoReplicasLags,
    AnswersOfPurchasesLost, ClosesSomeIdleConnections, ClockGoesForward,
):  # fmt: skip
    """Has replicas that lag, answers repeats, loses answers, and pages by the last item."""


class LosesAnswersAndLags(AnswersOfPurchasesLost, ListsLag):
    """Loses answers of purchases, and lists a reservation late: the list says nothing yet of a purchase in doubt."""


class LikeALooseScript(
    ScalarsCoerced, EndWithOffset, WholeNumbersAsFractions, Base64InArns, WordsOfALackForAll, ClockSlowWithoutDate,
):  # fmt: skip
    """Is loose in whatever only a rule of level should minds, on a clock of its own."""

    departs_from = (*ScalarsCoerced.departs_from, *EndWithOffset.departs_from, *WholeNumbersAsFractions.departs_from)
