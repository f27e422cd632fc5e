"""The client of the control API: what an emulator cannot do is left out, what is down is said to be."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from conformance.cases.case import OfferingTerms
from conformance.targets.base import NotSetError, TargetUnreachableError
from conformance.targets.capabilities import Capability
from conformance.targets.control import ControlApi
from tests.meta.emulator.messages import Offering, Refusal, Region
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.server import serve
from tests.meta.emulator.variations_in_time import ControlFailsOnLargeNumbers
from tests.meta.targets.sockets import answering

ACCOUNT = "111122223333"


class _DropsLargeNumbers(RightEmulator):
    """Closes the connection where a bit rate is beyond 32 bits."""

    def put_offerings(self, region: Region, offerings: Iterable[Offering]) -> None:
        """As the right one, but for large numbers."""
        offerings = list(offerings)
        if any((offering.reserved_bitrate or 0) >= 2**31 for offering in offerings):
            raise ConnectionError
        super().put_offerings(region, offerings)


class _FailsTwice(RightEmulator):
    """Fails at the first two definitions."""

    tries = 0

    def put_offerings(self, region: Region, offerings: Iterable[Offering]) -> None:
        """As the right one, from the third on."""
        self.tries += 1
        if self.tries < 3:
            raise Refusal(500, "InternalServerErrorException", "The database is locked.")
        super().put_offerings(region, offerings)


@pytest.mark.parametrize("kind", [ControlFailsOnLargeNumbers, _DropsLargeNumbers])
def test_a_definition_that_always_fails_alone_is_left_out(kind: type[RightEmulator]) -> None:
    """A definition that fails each time, while others are answered, is one that the emulator cannot take."""
    with serve(kind()) as served:
        api = ControlApi(served.control_url)
        with pytest.raises(NotSetError, match=re.escape("the control API refused the offering {'duration': 1")):
            api.define_offerings(ACCOUNT, "us-east-1", [OfferingTerms(bitrate=2**31)])
        assert api.define_offerings(ACCOUNT, "us-east-1", [OfferingTerms(bitrate=20)])


def test_a_fault_that_passes_is_waited_out() -> None:
    """A definition that fails now and then is tried again."""
    with serve(_FailsTwice()) as served:
        assert ControlApi(served.control_url).define_offerings(ACCOUNT, "us-east-1", [OfferingTerms()])


@pytest.mark.parametrize(
    "begun",
    [b"HTTP/1.1 200 OK\r\nContent-Type: appl", b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"version": 1, "clock"'],
)
def test_an_answer_that_breaks_off_is_asked_for_again(begun: bytes) -> None:
    """What comes without its body, or with a part of it, is a lost answer."""
    body = b'{"version": 1, "clock": true}'
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    answers = [begun, whole]
    with answering(lambda write: write(answers.pop(0))) as url:
        assert Capability.CLOCK in ControlApi(url).capabilities()
    assert answers == []


def test_a_success_without_a_body_is_no_answer_that_breaks_off() -> None:
    """An answer that says that it has no body is told at once, where another status was expected."""
    with (
        answering(lambda write: write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as url,
        pytest.raises(TargetUnreachableError, match=r"answered 200 .*; expected 204"),
    ):
        ControlApi(url).set_clock(ACCOUNT, datetime(2027, 1, 15, tzinfo=UTC))


@pytest.mark.parametrize("body, came", [(b'{"offerings": [', "no JSON object"), (b'{"offerings": []}', "0 offerings")])
def test_offerings_that_do_not_come_back(body: bytes, came: str) -> None:
    """What was asked for and what came is told, so that a wrong length of the answer, say, can be found."""
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with answering(lambda write: write(whole)) as url:
        expected = re.escape("was asked to define the offering {'duration': 1") + f".*answered with {came}"
        with pytest.raises(TargetUnreachableError, match=expected):
            ControlApi(url).define_offerings(ACCOUNT, "us-east-1", [OfferingTerms()])
