"""What the script of a saved case is made of, beside its calls: the script carries this file along.

So nothing here may import the suite but what goes along too; the script needs Python and boto3 alone.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import local
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import boto3
from botocore.config import Config

from conformance.replay.fingerprints import Answers, read_json, type_of
from conformance.spec.calendar import add_months, format_timestamp, month_start, parse_iso8601

GONE, STILL_THERE, CANNOT_TELL = 0, 1, 125
"""Exit statuses, as `git bisect run` reads them: good, bad, skip."""


def edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """The text after edits, one after the other: a position, how many characters go, and what comes instead."""
    for at, remove, insert in edits:
        start = at % (len(text) + 1)
        text = text[:start] + insert + text[start + remove :]
    return text


def instant(text: str) -> datetime:
    """The instant that a text names."""
    found = parse_iso8601(text)
    if found is None:
        raise UnplayableError(f"{text!r} is not an instant")
    return found


def moved(instant: datetime, months: int = 0, seconds: int = 0) -> datetime:
    """The instant some months and then some seconds later."""
    return add_months(instant, months) + timedelta(seconds=seconds)


def inside(now: datetime, thousandths: int) -> datetime:
    """A share of the time from the start of the month until now."""
    window = int((now - month_start(now)).total_seconds())
    return month_start(now) + timedelta(seconds=window * thousandths // 1000)


Change = Callable[[str, str, None, bytes], Any]
Edits = Sequence[tuple[int, int, str]]


class UnplayableError(Exception):
    """A step needs what the target did not give."""


class CallResult(NamedTuple):
    """What a call came to: its step, and its answer, of which the status is None where none came."""

    step: int
    status: int | None
    kind: str = ""
    fingerprint: str = ""


class Script:
    """A case under way: its accounts and Regions, the time, the offerings, and the answers so far."""

    def __init__(
        self, arguments: argparse.Namespace, places: Sequence[tuple[int, int]], header: str,
        fault: Mapping[str, Any] | None,
    ) -> None:  # fmt: skip
        self._fault = fault or {}
        first = int(arguments.account or random.randrange(10**11, 10**12 - 10**6))
        self.accounts = [f"{first + number:012}" for number in range(1 + max(account for account, _ in places))]
        own = arguments.region
        far = [one for one in ("eu-central-1", "ap-southeast-2", "us-west-2") if one[:2] != own[:2]]
        self.regions = [own, own[:-1] + ("2" if own.endswith("1") else "1"), *far[:2]]
        self.now = datetime.fromtimestamp(int(time.time()), UTC)
        self.call_results: list[CallResult] = []
        self._endpoint_url, self._control_url, self._header = arguments.endpoint_url, arguments.control_url, header
        self._answers: dict[int, Any] = {}
        self._offerings: dict[tuple[int, int], list[str]] = {}
        self._withdrawn: dict[tuple[int, int], list[str]] = {}
        self._number, self._concurrent = -1, False
        self._fingerprints = Answers()
        self._thread = local()
        self._clients = {place: self._client(*place) for place in places}

    def _client(self, account: int, region: int) -> Any:
        session = boto3.session.Session(self.accounts[account], "conformance", region_name=self.regions[region])
        config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        client = session.client("mediaconnect", endpoint_url=self._endpoint_url, config=config)
        if self._header:
            client.meta.events.register(
                "before-call.mediaconnect",
                lambda params, **_: params["headers"].update({self._header: self.accounts[account]}),
            )
        client.meta.events.register_first("before-call.mediaconnect", self._change)
        client.meta.events.register("before-parse.mediaconnect", self._keep)
        return client

    def _change(self, params: dict[str, Any], **_: Any) -> None:
        """Change a serialized request before it is signed."""
        body = params["body"] if isinstance(params["body"], bytes) else str(params["body"] or "").encode()
        url = urlsplit(params["url"])
        if self._thread.change is not None:
            changed = self._thread.change(url.path, url.query, None, body)
            params["url"] = urlunsplit((url.scheme, url.netloc, changed.path, changed.query, ""))
            params["headers"].update(changed.headers or {})
            params["body"] = body = changed.body
        if self._thread.edits:
            text = edited(body.decode(errors="surrogateescape"), self._thread.edits)
            params["body"] = body = text.encode(errors="surrogateescape")
        self._thread.sent, self._thread.target = body, params["url"].removeprefix(f"{url.scheme}://{url.netloc}")

    def _keep(self, response_dict: Mapping[str, Any], **_: Any) -> None:
        self._thread.response = response_dict

    @contextmanager
    def step(self, number: int) -> Iterator[None]:
        """Make the calls of a step; where they cannot be made this is told, and the case goes on."""
        self._number = number
        try:
            yield
        except UnplayableError as reason:
            print(f"\nstep {number} cannot be played: {reason}")

    def call(
        self, account: int, region: int, operation: str, *, change: Change | None = None, edits: Edits = (),
        **parameters: str,
    ) -> Any:  # fmt: skip
        """Make a call, print it and its answer, and give the JSON of the answer; None where it was refused."""
        place = [one.step for one in self.call_results].count(self._number)
        at_fault = not self._concurrent and (self._number, place) == (self._fault.get("step"), self._fault.get("call"))
        request_text = f"\n{'The call at fault: ' if at_fault else ''}{operation} in account {self.accounts[account]}, "
        request_text += f"{self.regions[region]}: {parameters!a}\n"
        response = self._sent(account, region, operation, parameters, change, edits)
        if change or edits:
            request_text += f"    sent as {self._thread.target!a} with {self._thread.sent[:1000]!r}\n"
        if isinstance(response, Exception):
            sys.stdout.write(f"{request_text}    {type(response).__name__} {response}\n")
            self.call_results.append(CallResult(self._number, None))
            return None
        return self._note(response, request_text)

    def _sent(
        self, account: int, region: int, operation: str, parameters: Mapping[str, str], change: Change | None = None,
        edits: Edits = (),
    ) -> Any:  # fmt: skip
        """The answer, or the exception where none came."""
        self._thread.change, self._thread.edits, self._thread.response = change, edits, None
        try:
            getattr(self._clients[account, region], operation)(**parameters)
        except Exception as error:
            return self._thread.response or error
        return self._thread.response

    def _note(self, response: Mapping[str, Any], request_text: str) -> Any:
        status, headers, body = response["status_code"], response["headers"], response["body"]
        read = read_json(body)
        labels = " ".join(headers.get(name, "") for name in ("x-amzn-errortype", "content-type"))
        # In one piece, as other threads write too.
        sys.stdout.write(f"{request_text} -> {status} {labels} {ascii(body.decode('utf-8', 'replace'))[1:-1][:2000]}\n")
        fingerprint = (
            ""
            if self._concurrent
            else self._fingerprints.fingerprint(self._thread.sent, self.now, status, headers, body)
        )
        self.call_results.append(CallResult(self._number, status, type_of(headers, read), fingerprint))
        answer = read if status < 300 and isinstance(read, dict) else None
        if answer is not None and ("reservation" in answer or not self._concurrent):
            self._answers[self._number] = answer
        return answer

    def pages(self, account: int, region: int, operation: str, **parameters: Any) -> None:
        """Make a call for each page, along NextToken."""
        for _ in range(1000):
            answer = self.call(account, region, operation, **parameters)
            if not answer or not answer.get("nextToken"):
                return
            parameters["NextToken"] = answer["nextToken"]

    def concurrently(self, *branches: Callable[[], object]) -> None:
        """Make the calls of all branches at the same time."""
        self._concurrent = True
        with ThreadPoolExecutor(len(branches)) as threads:
            list(threads.map(lambda branch: branch(), branches))
        self._concurrent = False

    def member(self, step: int, name: str) -> str:
        """A member of the reservation that the purchase of a step made."""
        reservation = (self._answers.get(step) or {}).get("reservation")
        if not isinstance(reservation, dict) or not isinstance(reservation.get(name), str):
            raise UnplayableError(f"the purchase of step {step} made no reservation")
        return str(reservation[name])

    def unknown_arn(self, account: int, region: int, kind: str) -> str:
        """A well-formed ARN of nothing."""
        place = f"{self.regions[region]}:{self.accounts[account]}"
        return f"arn:aws:mediaconnect:{place}:{kind}:00000000-0000-4000-8000-000000000000"

    def token(self, step: int) -> str:
        """The NextToken that the list of a step ended with."""
        token = (self._answers.get(step) or {}).get("nextToken")
        if not isinstance(token, str):
            raise UnplayableError(f"the list of step {step} gave no NextToken")
        return token

    def offering(self, account: int, region: int, index: int) -> str:
        """The ARN of an offering of the account."""
        return self._one_of(self._offerings[account, region], index, "there is no offering")

    def withdrawn_offering(self, account: int, region: int, index: int) -> str:
        """The ARN of an offering that the account had before the latest were defined."""
        return self._one_of(self._withdrawn.get((account, region)), index, "no offering was withdrawn")

    @staticmethod
    def _one_of(arns: Sequence[str] | None, index: int, otherwise: str) -> str:
        if not arns:
            raise UnplayableError(otherwise)
        return arns[index % len(arns)]

    def set_clock(self, now: datetime) -> None:
        """Set the time of every account, where there is a control API."""
        if not self._control_url:
            return
        for account in self.accounts:
            self._control(f"/accounts/{account}/clock", {"now": format_timestamp(now)})
        self.now = now

    def define(self, terms: Sequence[Mapping[str, Any]]) -> None:
        """Define offerings where there is a control API, else list those that there are."""
        for account, region in self._clients:
            if self._control_url:
                members = {"region": self.regions[region], "offerings": terms}
                found = self._control(f"/accounts/{self.accounts[account]}/offerings", members)["offerings"]
            else:
                found = self._listed(account, region)
            place = account, region
            self._withdrawn[place] = self._offerings.get(place, []) + self._withdrawn.get(place, [])
            self._offerings[place] = [str(offering["offeringArn"]) for offering in found]

    def _listed(self, account: int, region: int) -> list[Any]:
        found: list[Any] = []
        given: dict[str, str] = {}
        for _ in range(1000):
            response = self._sent(account, region, "list_offerings", given)
            if isinstance(response, Exception):
                raise UnplayableError(f"ListOfferings was not answered: {type(response).__name__} {response}")
            answer = read_json(response["body"])
            if not isinstance(answer, dict) or not isinstance(answer.get("offerings"), list):
                raise UnplayableError("ListOfferings showed no list of offerings")
            found += answer["offerings"]
            if not answer.get("nextToken"):
                break
            given = {"NextToken": str(answer["nextToken"])}
        return found

    def _control(self, path: str, members: Mapping[str, Any]) -> Any:
        request = urllib.request.Request(
            self._control_url.rstrip("/") + path,
            json.dumps(members).encode(),
            {"Content-Type": "application/json"},
            method="PUT",
        )
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read() or "null")


def is_permitted(came: CallResult, permitted: Mapping[str, Any]) -> bool:
    """Whether an answer is a success or a refusal that the specification permits."""
    status, refusals = came.status or 0, permitted["refusals"]
    if status < 400:
        return status < 300 and bool(permitted["success"])
    if refusals is None or status >= 500:
        return False
    return not refusals or came.kind in refusals


def printable(text: str) -> str:
    """The text without characters that a terminal would obey."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def judged(script: Script, fault: Mapping[str, Any]) -> int:
    """What has become of the defect: whether the call at fault was answered as wrongly as in the saved case."""
    made = [one for one in script.call_results if one.step == fault["step"]]
    if not made or None in [one.status for one in made]:
        return CANNOT_TELL
    if "successes" in fault:
        successes = sum(one.status is not None and one.status < 300 for one in made)
        return STILL_THERE if min(successes, 2) == fault["successes"] else GONE
    came = made[min(fault["call"], len(made) - 1)]
    if "permitted" in fault:
        return GONE if is_permitted(came, fault["permitted"]) else STILL_THERE
    fingerprints = [one.fingerprint for one in script.call_results if one.fingerprint]
    return STILL_THERE if fingerprints == fault["signs"] else GONE


def main(
    play: Callable[[Script], None], places: Sequence[tuple[int, int]], region: str, header: str, *,
    expected: Callable[[Script], str], fault: Mapping[str, Any] | None, tries: int,
) -> int:  # fmt: skip
    """Play the case, and give the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("endpoint_url")
    parser.add_argument("--account", type=int, help="12 digits")
    parser.add_argument("--region", default=region)
    parser.add_argument("--control-url")
    arguments = parser.parse_args()
    status = CANNOT_TELL
    try:
        for _ in range(tries):
            play(script := Script(arguments, places, header, fault))
            status = judged(script, fault) if fault else CANNOT_TELL
            if status == STILL_THERE:
                break
        print(f"\nexpected: {printable(expected(script))}")
    except UnplayableError as reason:
        print(f"\nthe case cannot be played: {reason}")
        status = CANNOT_TELL
    except Exception as error:
        print(f"\nthe case cannot be played: {type(error).__name__}: {error}")
        status = CANNOT_TELL
    if fault and fault.get("needs_control") and not arguments.control_url:
        print("without --control-url the time is not set and the offerings are others")
        status = CANNOT_TELL
    sentences = {GONE: "the defect is gone", STILL_THERE: "the defect is still there"}
    print(sentences.get(status, "whether the defect is still there cannot be told"))
    return status
