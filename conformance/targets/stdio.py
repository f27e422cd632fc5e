"""`--target stdio:COMMAND`: a program in any language that answers over its standard input and output.

Each message is a JSON object on a line of its own, docs/stdio.md has them all. The suite sends a message with a number
`id`, and the program answers with the same; it may work on several at a time.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from contextlib import suppress
from datetime import datetime
from itertools import count
from typing import Any

from conformance.cases.case import OfferingTerms
from conformance.spec.calendar import format_timestamp
from conformance.spec.outcomes import Wire
from conformance.targets.adapter import Account, Capability, Request, Response, Target, TargetError, respond
from conformance.targets.base import TargetUnreachableError, wire_terms

VERSION = 1
_PATIENCE = 30.0
"""Seconds for an answer; a call that gets none in this time is one whose answer was lost."""
_LONGEST_LINE = 16 * 1024 * 1024


class Stdio(Target):
    """A program that is started with the run and ended with it; what it can do, it says first."""

    name = "stdio"
    kind = "stdio"

    def __init__(self, command: str, region: str | None = None) -> None:
        """Raises TargetError where there is no command."""
        try:
            self._command = shlex.split(command)
        except ValueError as error:
            raise TargetError(f"--target stdio:{command}: {error}") from None
        if not self._command:
            raise TargetError("--target stdio: names no command, as in --target 'stdio:node emulator.js'")
        self.region = region or self.region
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        self._waiting: dict[int, Future[Mapping[str, Any]]] = {}
        self._lock = threading.Lock()

    def open(self) -> None:
        """Start the program, and ask what it can do. Raises TargetError."""
        try:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise TargetError(f"{self._command[0]} cannot be started: {error.strerror}") from None
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        offered = self._ask({"type": "hello", "version": VERSION}).get("capabilities", [])
        known = {str(capability) for capability in Capability}
        if not isinstance(offered, list) or not known.issuperset(offered):
            raise TargetError(f"{self._command[0]} offers {offered!r:.80}; expected some of {', '.join(sorted(known))}")
        self.capabilities = frozenset(Capability(one) for one in offered)

    def close(self) -> None:
        """Close its standard input; where it goes on for five seconds, end it."""
        if self._process is None:
            return
        with suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def takes_turns(self) -> bool:
        """Each worker has a program of its own, and each program its own accounts."""
        return False

    def send(self, request: Request) -> Response:
        """Let the program answer. Raises OSError where it does not."""
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        headers = {
            str(name): value.decode("latin-1") if isinstance(value, bytes) else str(value)
            for name, value in request.headers.items()
        }
        answer = self._ask(
            {
                "type": "request",
                "method": request.method,
                "url": request.url,
                "headers": headers,
                "body": body.decode("latin-1"),
            }
        )
        status, given, text = answer.get("status"), answer.get("headers", {}), answer.get("body", "")
        if not isinstance(status, int) or not isinstance(given, dict):
            raise TargetUnreachableError(f"{self._command[0]} answered without a status, or headers not in an object")
        shown = {str(name): str(value) for name, value in given.items()}
        return respond(request, status, shown, text)

    def set_clock(self, account: Account, now: datetime) -> None:
        """Let the time of an account stand still."""
        self._ask({"type": "set-clock", "account": account.id, "now": format_timestamp(now)})

    def define_offerings(self, account: Account, region: str, offerings: Sequence[OfferingTerms]) -> tuple[Wire, ...]:
        """Give an account these offerings."""
        terms = [wire_terms(one) for one in offerings]
        answer = self._ask({"type": "define-offerings", "account": account.id, "region": region, "offerings": terms})
        defined = answer.get("offerings")
        if not isinstance(defined, list) or len(defined) != len(terms):
            raise TargetUnreachableError(f"{self._command[0]} did not answer define-offerings with as many offerings")
        return tuple(defined)

    def _ask(self, message: Mapping[str, object]) -> Mapping[str, Any]:
        """Send a message, and wait for its answer.

        Raises:
            OSError: there is none in time.
            TargetUnreachableError: the program has ended.
        """
        process = self._process
        assert process is not None
        assert process.stdin is not None
        number, answer = next(self._numbers), Future[Mapping[str, Any]]()
        if process.poll() is not None:
            raise TargetUnreachableError(f"{self._command[0]} has ended with status {process.returncode}")
        self._waiting[number] = answer
        try:
            with self._lock:
                process.stdin.write(json.dumps({"id": number, **message}).encode() + b"\n")
                process.stdin.flush()
            return answer.result(_PATIENCE)
        except Late:
            raise TimeoutError(f"no answer in {_PATIENCE:g} seconds") from None
        except (BrokenPipeError, ValueError):
            raise TargetUnreachableError(f"{self._command[0]} has closed its standard input") from None
        finally:
            del self._waiting[number]

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Hand each line to whoever waits for it; a line that is none of ours is left out."""
        assert process.stdout is not None
        while line := process.stdout.readline(_LONGEST_LINE):
            try:
                answer = json.loads(line)
                waiting = self._waiting.get(answer["id"])
            except (ValueError, TypeError, KeyError, RecursionError):
                continue
            if waiting is not None and not waiting.done():
                waiting.set_result(answer)
        # Other threads come and go meanwhile.
        for waiting in [one for one in list(self._waiting.values()) if not one.done()]:
            waiting.set_exception(TargetUnreachableError(f"{self._command[0]} has closed its standard output"))
