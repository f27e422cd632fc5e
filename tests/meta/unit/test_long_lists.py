"""A list that takes many calls is read in the longest pages, once these have shown what plain ones show."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from conformance.targets.clocks import WallClock
from tests.meta.emulator.messages import Offering, Region, Request, Response
from tests.meta.emulator.right import RightEmulator
from tests.meta.tools.in_process import InProcess, caller_on
from tests.meta.tools.scripted import ACCOUNT, HERE

OFFERINGS = 55


class ManyOfferings(RightEmulator):
    """Has six pages of offerings from the start."""

    def default_offerings(self, region: Region) -> list[Offering]:
        """Give so many."""
        first = super().default_offerings(region)[0]
        return [replace(first, arn=f"{first.arn}-{number}") for number in range(OFFERINGS)]


class NoLongPages(ManyOfferings):
    """Refuses pages of 1,000."""

    largest_page = 999


class LongPagesLoseOne(ManyOfferings):
    """Leaves the last item out of a page of 1,000."""

    def list_offerings(self, request: Request) -> Response:
        """Cut it off."""
        answer = super().list_offerings(request)
        if "maxResults=1000" not in request.query:
            return answer
        shown = json.loads(answer.body)
        return self.success(self.read_status, {"offerings": shown["offerings"][:-1]})


@pytest.mark.parametrize(
    ("emulator", "offerings", "calls"),
    [
        pytest.param(RightEmulator, 3, [1, 1, 1], id="a short list"),
        pytest.param(ManyOfferings, OFFERINGS, [7, 1, 1], id="long pages show the same"),
        pytest.param(NoLongPages, OFFERINGS, [7, 6, 6], id="long pages are refused"),
        pytest.param(LongPagesLoseOne, OFFERINGS, [7, 6, 6], id="long pages show less"),
    ],
)
def test_looks_at_a_long_list(emulator: type[RightEmulator], offerings: int, calls: list[int]) -> None:
    """Each look shows all offerings; where long pages show what plain ones do, all but the first take one call."""
    target = InProcess(emulator())
    caller = caller_on(target)
    for expected in calls:
        before = target.count
        found = caller.offerings(WallClock(), ACCOUNT, HERE)
        assert found is not None
        assert len({offering["offeringArn"] for offering in found}) == offerings
        assert target.count - before == expected
