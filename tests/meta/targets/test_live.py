"""Live accounts: nothing is bought unasked, and never more than was allowed, by whatever way a request comes."""

from __future__ import annotations

import http.client
import os
import sqlite3
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from botocore.awsrequest import AWSRequest
from botocore.exceptions import HTTPClientError

from conformance.targets.aws import Live, LiveOptions
from conformance.targets.base import TargetError
from conformance.targets.http import HttpSender
from conformance.targets.purchases.aws_hosts import is_aws_host
from conformance.targets.purchases.cost import format_amount
from conformance.targets.purchases.guard import (
    GuardedSender,
    could_buy,
    guard_connections,
    guard_endpoint,
    release_endpoint,
)
from conformance.targets.purchases.ledger import Ledger, PurchaseNotAllowedError, PurchaseOutcome
from conformance.targets.table import PurchaseOptions, TargetOptions, is_live, make_target
from tests.meta.cli.commands import ROOT, Judged, judge, plain_environment, run_suite, suite_command
from tests.meta.emulator import Served, serve
from tests.meta.emulator.fake_aws import ACCOUNT, FakeAws, LetsOnlyRead, LosesAnswers, SellsAnything, ShowsLate

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_CONFIG_FILE": "/dev/null"}
ARN = "arn:aws:mediaconnect:us-east-1:111122223333:offering:1"


def judge_live(served: Served, folder: Path, *options: str) -> Judged:
    """Run the suite on a fake AWS, as on the real one."""
    return judge(
        folder, "--target", "aws", "--settle", "0", *options, **CREDENTIALS, AWS_ENDPOINT_URL=served.endpoint_url
    )


@contextmanager
def fake_aws(kind: type[FakeAws] = FakeAws) -> Iterator[tuple[FakeAws, Served]]:
    """A fake AWS that is being served."""
    emulator = kind()
    with serve(emulator, control=False) as served:
        yield emulator, served


@pytest.mark.parametrize("workers", ["0", "4"])
def test_nothing_that_could_buy_is_sent_by_default(tmp_path: Path, workers: str) -> None:
    """Without permission only reads reach AWS; the rules of purchases are not-testable, with the reason."""
    with fake_aws(SellsAnything) as (aws, served):
        judged = judge_live(served, tmp_path, "-n", workers)
    assert aws.attempts == 0, judged.output
    assert judged.verdicts["wire/offering-members"] == "pass"
    assert judged.verdicts["start-window/before-lower-bound"] == "not-testable"
    reasons = {rule["id"]: rule["reason"] for rule in judged.report["rules"]}
    assert "permission to purchase (--max-purchases, --allow-account)" in reasons["exclusivity/second-refused"]
    assert "fail" not in judged.verdicts.values()


@pytest.mark.parametrize("workers", ["0", "4"])
@pytest.mark.parametrize("kind", [FakeAws, SellsAnything, LosesAnswers])
def test_never_more_than_allowed_is_bought(tmp_path: Path, kind: type[FakeAws], workers: str) -> None:
    """At most N purchases succeed, also where every request that should be refused would be one."""
    with fake_aws(kind) as (aws, served):
        judged = judge_live(served, tmp_path, "--max-purchases", "2", "--allow-account", ACCOUNT, "-n", workers)
    assert 1 <= aws.purchases <= 2, judged.output
    assert judged.lines_with("of 2 allowed")


def test_one_purchase_tests_all_that_is_around_it(tmp_path: Path) -> None:
    """With one purchase the rules of a purchase, of refusals and of reads pass; the cost is shown before and after."""
    with fake_aws() as (aws, served):
        judged = judge_live(served, tmp_path, "--max-purchases", "1", "--allow-account", ACCOUNT)
    assert aws.purchases == 1
    assert "fail" not in judged.verdicts.values(), judged.output
    for rule_id in ("start-window/before-lower-bound", "end/adds-duration", "reservation/echoes-request"):
        assert judged.verdicts[rule_id] == "pass", rule_id
    cost = "20 Mbps at 0.55 USD an hour for 1 month, about 401.50 USD (730 hours a month)"
    assert [line for line in judged.lines_with("asking for a purchase of") if line.endswith(cost)]
    assert judged.lines_with(f"{cost}; 1 of 1 allowed")
    assert judged.lines_with("made  ")


def test_a_wrong_purchase_that_succeeds_is_found_and_counted(tmp_path: Path) -> None:
    """A target that sells what it must refuse fails under the right rule, at the price of one unit."""
    with fake_aws(SellsAnything) as (aws, served):
        judged = judge_live(served, tmp_path, "--max-purchases", "1", "--allow-account", ACCOUNT)
    assert aws.purchases == 1
    assert [rule for rule, verdict in judged.verdicts.items() if verdict == "fail"], judged.output
    spent = [rule["reason"] for rule in judged.report["rules"] if "purchase budget spent" in rule["reason"]]
    assert spent


def test_credentials_that_may_not_purchase(tmp_path: Path) -> None:
    """What IAM does not allow is not a finding: the rules of purchases are not-testable, and the unit comes back."""
    with fake_aws(LetsOnlyRead) as (_, served):
        judged = judge_live(served, tmp_path, "--max-purchases", "1", "--allow-account", ACCOUNT)
    assert "fail" not in judged.verdicts.values(), judged.output
    reasons = {rule["id"]: rule["reason"] for rule in judged.report["rules"]}
    why = "the credentials may not call PurchaseOffering: AccessDeniedException"
    assert reasons["start-window/before-lower-bound"] == why
    assert judged.lines_with("0 of 1 allowed")


def test_a_read_may_lag_behind_a_purchase(tmp_path: Path) -> None:
    """Within the settle time, reads that do not show a reservation yet are not a finding."""
    with fake_aws(ShowsLate) as (aws, served):
        judged = judge_live(
            served, tmp_path, "--settle", "8", "--max-purchases", "1", "--allow-account", ACCOUNT, "-k", "one_purchase"
        )
    assert aws.purchases == 1
    assert judged.verdicts["reservation/list-agrees"] == "pass", judged.output
    with fake_aws(ShowsLate) as (_, served):
        at_once = judge_live(served, tmp_path, "--max-purchases", "1", "--allow-account", ACCOUNT, "-k", "one_purchase")
    assert at_once.verdicts["reservation/list-agrees"] == "fail"


def test_another_account_than_the_allowed_one(tmp_path: Path) -> None:
    """Credentials of another account end the run with status 4, before anything is sent to MediaConnect."""
    with fake_aws() as (aws, served):
        ended = run_suite(
            "--target", "aws", "--max-purchases", "1", "--allow-account", "999988887777", "--report-dir",
            str(tmp_path), **CREDENTIALS, AWS_ENDPOINT_URL=served.endpoint_url,
        )  # fmt: skip
    assert ended.status == 4, ended.output
    assert ended.lines_with(f"--allow-account 999988887777: the credentials are of account {ACCOUNT}")
    assert not aws.accounts


def test_a_dry_run_lists_what_could_buy(tmp_path: Path) -> None:
    """--dry-run asks AWS for its offerings, sends nothing that could buy, and ends with 0 and a list of it."""
    with fake_aws(SellsAnything) as (aws, served):
        ended = judge_live(served, tmp_path, "--dry-run", "-k", "one_purchase or second")
    assert aws.attempts == 0, ended.output
    assert ended.status == 0
    assert ended.lines_with("different requests could buy; none was sent")
    assert ended.output.splitlines()[-1] == "a dry run: nothing that could buy was sent, and no gate is decided"
    assert not ended.lines_with("the gate is")
    assert ended.lines_with("20 Mbps at 0.55 USD an hour for 1 month, about 401.50 USD")
    assert "POST /v1/offerings/arn:aws:mediaconnect:" in (tmp_path / "dry-run.txt").read_text()


@pytest.mark.parametrize("typed, attempts", [(ACCOUNT, True), ("yes", False)])
def test_the_account_number_is_typed_on_a_terminal(typed: str, attempts: bool, tmp_path: Path) -> None:
    """Somebody at a terminal is asked once before the first purchase; anything but the number buys nothing."""
    with fake_aws() as (aws, served):
        command = suite_command(
            "--target", "aws", "--settle", "0", "--max-purchases", "1", "--allow-account", ACCOUNT,
            "-k", "one_purchase", "--hypothesis-profile", "smoke", "--report-dir", str(tmp_path),
        )  # fmt: skip
        environment = plain_environment(**CREDENTIALS, AWS_ENDPOINT_URL=served.endpoint_url)
        shown = at_a_terminal(command, "Type the account number to go on: ", typed, environment)
    assert shown.count("Type the account number") == 1, shown
    assert "about 401.50 USD" in shown.partition("Type the account number")[0]
    assert bool(aws.attempts) is attempts, shown
    assert ("not confirmed: the account number was not typed" in shown) is not attempts


def at_a_terminal(command: list[str], question: str, answer: str, environment: dict[str, str]) -> str:
    """What a command shows to somebody who answers a question at a terminal of their own."""
    ours, theirs = os.openpty()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        shown = ""
        while True:
            try:
                piece = os.read(ours, 65536).decode(errors="replace")
            except OSError:  # the terminal has gone with the process
                break
            if not piece:
                break
            if question in shown + piece and question not in shown:
                os.write(ours, f"{answer}\n".encode())
            shown += piece
    os.close(ours)
    return shown


def test_an_endpoint_can_have_a_budget_too(tmp_path: Path) -> None:
    """--max-purchases holds for any endpoint, with fresh accounts as well."""
    with fake_aws() as (aws, served):
        options = ("--endpoint-url", served.endpoint_url, "--max-purchases", "3", "--accounts", "access-key")
        judged = judge(tmp_path, *options, "-k", "reservation or exclusivity")
    assert aws.purchases <= 3
    assert judged.lines_with("of 3 allowed")


@pytest.mark.parametrize(
    "options, said",
    [
        (["--max-purchases", "1"], "--max-purchases needs --allow-account ID"),
        (["--max-purchases", "all", "--allow-account", ACCOUNT], "expected how many purchases may succeed"),
        (["--max-purchases", "-1", "--allow-account", ACCOUNT], "expected how many purchases may succeed"),
        (["--allow-account", ACCOUNT], "--allow-account goes with --max-purchases N"),
        (["--max-purchases", "1", "--allow-account", "me"], "expected the 12 digits of an account"),
        (["--settle", "soon"], "expected seconds, such as 5"),
        (["--wait", "a while"], "expected seconds, such as 20"),
        (["--offering", "arn"], "--offering goes with --max-purchases N"),
        (["--max-cost", "5"], "--max-cost goes with --max-purchases N"),
        (["--yes"], "--yes goes with --max-purchases N"),
        (["--max-purchases", "1", "--max-cost", "little"], "expected an amount, such as 500 or 499.50"),
        (["--clock", "faketime:now"], "--clock goes with --endpoint-url"),
    ],
)
def test_permission_is_given_in_so_many_words(options: list[str], said: str) -> None:
    """Whatever is not plainly a permission is refused with status 4 and one line."""
    ended = run_suite("--target", "aws", *options, **CREDENTIALS)
    assert ended.status == 4
    assert ended.lines_with(said), ended.output
    assert "Traceback" not in ended.output


@pytest.mark.parametrize(
    "host",
    [
        "mediaconnect.eu-west-1.amazonaws.com",
        "MediaConnect.US-EAST-1.amazonaws.com.",
        "mediaconnect-fips.us-east-1.amazonaws.com",
        "mediaconnect.us-east-1.api.aws",
        "mediaconnect.cn-north-1.amazonaws.com.cn",
        "mediaconnect.cn-north-1.api.amazonwebservices.com.cn",
        "vpce-1.mediaconnect.us-east-1.vpce.amazonaws.com",
    ],
)
def test_a_host_of_aws_is_live_by_whatever_name(host: str, tmp_path: Path) -> None:
    """An endpoint URL at AWS is a live account, in which nothing may be purchased unless it is said."""
    assert is_aws_host(host)
    ledger = Ledger(tmp_path / "ledger", "run", 0)
    options = TargetOptions("endpoint", None, f"https://{host}", purchases=PurchaseOptions(ledger))
    assert is_live(options)
    target = make_target(options)
    assert isinstance(target, Live)
    assert target.reads_only


def test_an_endpoint_at_aws_needs_permission_too() -> None:
    """The same line is said for a URL at AWS as for --target aws."""
    ended = run_suite("--endpoint-url", "https://mediaconnect.us-east-1.api.aws", "--max-purchases", "1")
    assert ended.status == 4
    assert ended.lines_with("--max-purchases needs --allow-account ID")


@pytest.mark.parametrize("options", [["--target", "aws"], ["--endpoint-url", "https://mediaconnect.us-east-1.api.aws"]])
def test_a_live_account_takes_credentials(options: list[str], tmp_path: Path) -> None:
    """Without credentials the run ends with status 4 and one line, before anything is sent."""
    nowhere = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    ended = run_suite(*options, "--report-dir", str(tmp_path), **nowhere, AWS_EC2_METADATA_DISABLED="true")
    assert ended.status == 4, ended.output
    assert ended.lines_with("STS GetCallerIdentity: Unable to locate credentials")
    assert "Traceback" not in ended.output


def test_an_endpoint_with_credentials_of_its_own(tmp_path: Path) -> None:
    """With --allow-account an endpoint elsewhere is live as well: its STS says whose the credentials are."""
    with fake_aws() as (aws, served):
        options = ("--endpoint-url", served.endpoint_url, "--max-purchases", "1", "--allow-account", ACCOUNT)
        judged = judge(tmp_path, *options, "--clock", "wall", "--settle", "0", "-k", "one_purchase", **CREDENTIALS)
    assert (aws.purchases, judged.report["target"]["kind"]) == (1, "live"), judged.output
    assert list(aws.accounts) == [ACCOUNT]


def test_units_come_back_only_on_a_refusal(tmp_path: Path) -> None:
    """A refused request gives its unit back; a purchase, an unknown outcome and a request under way keep theirs."""
    ledger = Ledger(tmp_path / "ledger", "run", 3)
    ledger.settle(ledger.take("refused"), PurchaseOutcome.REFUSED)
    ledger.settle(ledger.take("made"), PurchaseOutcome.MADE)
    ledger.settle(ledger.take("unknown"), PurchaseOutcome.UNKNOWN)
    ledger.take("under way")
    with pytest.raises(PurchaseNotAllowedError, match="purchase budget spent"):
        ledger.take("one too many")
    assert [entry.what for entry in ledger.entries()] == ["made", "unknown", "under way"]
    assert Ledger(tmp_path / "ledger", "another run", 1).take("of another run")


def test_the_ledger_is_shared_by_threads(tmp_path: Path) -> None:
    """Of many threads that ask at once exactly as many get a unit as are allowed."""
    ready = threading.Barrier(8)

    def ask(number: int) -> bool:
        ledger = Ledger(tmp_path / "ledger", "run", 5)
        ready.wait()
        try:
            return bool(ledger.take(str(number)))
        except PurchaseNotAllowedError:
            return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(8))) == 5


def test_a_ledger_that_cannot_be_kept_allows_nothing(tmp_path: Path) -> None:
    """Where the ledger cannot be written, nothing is sent."""
    (tmp_path / "ledger").write_text("no database, but long enough to be taken for a damaged one" * 40)
    with pytest.raises(PurchaseNotAllowedError, match="cannot be read or written"):
        Ledger(tmp_path / "ledger", "run", 1).take("anything")
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(tmp_path / "ledger").execute("SELECT * FROM purchases")


@pytest.mark.parametrize("way", ["the target itself", "boto3", "urllib", "http.client"])
def test_no_test_can_go_round_the_guard(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that sends a purchase past the suite's client reaches nothing."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with fake_aws(SellsAnything) as (aws, served):
        monkeypatch.setenv("AWS_ENDPOINT_URL", served.endpoint_url)
        target = Live(LiveOptions(Ledger(tmp_path / "ledger", "run", 0)))
        guard_connections()
        target.open()
        with pytest.raises((PurchaseNotAllowedError, HTTPClientError), match=r"permission|was not sent"):
            _purchase_by(way, target, served)
        target.close()
    assert aws.attempts == 0


def _purchase_by(way: str, target: Live, served: Served) -> None:
    url = f"{served.endpoint_url}/v1/offerings/{ARN}"
    match way:
        case "the target itself":
            target.send(AWSRequest("POST", url, data=b"{}").prepare())
        case "boto3":
            client = boto3.client("mediaconnect", region_name="us-east-1", endpoint_url=served.endpoint_url)
            client.purchase_offering(OfferingArn=ARN, ReservationName="a", Start="2026-01-01T00:00:00Z")
        case "urllib":
            urllib.request.urlopen(urllib.request.Request(url, b"{}", method="POST"))
        case _:
            host, _, port = served.endpoint_url.removeprefix("http://").partition(":")
            http.client.HTTPConnection(host, int(port)).request("POST", url, b"{}")


def test_mediaconnect_at_aws_is_guarded_in_every_run() -> None:
    """No adapter can purchase at AWS either: the request is stopped before the connection is made."""
    guard_connections()
    connection = http.client.HTTPSConnection("mediaconnect.us-east-1.amazonaws.com")
    with pytest.raises(PurchaseNotAllowedError, match="was not sent"):
        connection.putrequest("POST", f"/v1/offerings/{ARN}")


def test_a_unit_is_for_one_request(tmp_path: Path) -> None:
    """What sends twice under one unit sends once."""

    class Twice:
        def send(self, request: object) -> object:
            HttpSender().send(request)  # type: ignore[arg-type]
            return HttpSender().send(request)  # type: ignore[arg-type]

    with fake_aws() as (aws, served):
        guard_connections()
        guard_endpoint(served.endpoint_url)
        sender = GuardedSender(Twice(), Ledger(tmp_path / "ledger", "run", 5), lambda _: None)  # type: ignore[arg-type]
        with pytest.raises(HTTPClientError, match="was not sent"):
            sender.send(AWSRequest("POST", f"{served.endpoint_url}/v1/offerings/{ARN}", data=b"{}").prepare())
        release_endpoint(served.endpoint_url)
    assert aws.attempts == 1


def test_what_could_buy() -> None:
    """Whatever is not a plain GET or HEAD could."""
    assert [could_buy(method) for method in ("GET", "HEAD", "get")] == [False] * 3
    assert [could_buy(method) for method in ("POST", "PUT", "PATCH", "BREW")] == [True] * 4
    assert could_buy("GET", {"X-HTTP-Method-Override": "POST"})


def test_the_cost_in_words() -> None:
    """Bit rate, price and months, and what they come to; without a bit rate or a price what is known."""
    offering = {
        "offeringArn": ARN, "duration": 12, "pricePerUnit": "20.125", "currencyCode": "USD",
        "resourceSpecification": {"reservedBitrate": 1000},
    }  # fmt: skip
    assert format_amount(ARN, offering) == (
        f"{ARN}: 1000 Mbps at 20.125 USD an hour for 12 months, about 176295.00 USD (730 hours a month)"
    )
    assert format_amount(ARN, offering | {"pricePerUnit": "?", "resourceSpecification": {}}) == (
        f"{ARN}: ? USD an hour for 12 months"
    )
    assert format_amount(ARN, None) == f"{ARN}: its price is not known"


def test_without_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are no credentials, that is said in one line."""
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(TargetError, match="Unable to locate credentials"):
        Live(LiveOptions(Ledger(tmp_path / "ledger", "run", 0))).open()
