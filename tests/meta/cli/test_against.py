"""`run --against URL`: each case on two targets, and the first exchange in which they differ, as a saved case."""

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.cases.case import Case, ListOfferings, ListReservations, OfferingTerms, Purchase
from conformance.execution.trace import Trace
from conformance.results.side_by_side import first_difference
from tests.meta.cli.commands import judge, run_suite
from tests.meta.emulator import serve
from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations import VARIATIONS
from tests.meta.kills.harness import Direct, opened

_PLAIN = Case(
    offerings=(OfferingTerms(), OfferingTerms(duration=3)),
    steps=(ListOfferings(max_results="1"), Purchase(), Purchase(name="further"), ListReservations()),
)


def _trace(emulator: RightEmulator, case: Case = _PLAIN) -> Trace:
    with opened(Direct(emulator)) as target:
        return target.driver.play(case)


def test_identifiers_are_no_difference() -> None:
    """Two instances of one emulator differ in accounts, ARNs and tokens, and in nothing else."""
    assert first_difference(_trace(RightEmulator()), _trace(RightEmulator())) is None


@pytest.mark.parametrize(
    "name, said",
    [
        ("purchase-answers-ok", "PurchaseOffering: status is 201, there 200"),
        ("second-is-forbidden", "PurchaseOffering: outcome is 400 BadRequestException, there 403 ForbiddenException"),
        (
            "processing-for-a-minute",
            "PurchaseOffering: body.reservation.reservationState is 'ACTIVE', there",
        ),
    ],
)
def test_first_exchange_that_differs(name: str, said: str) -> None:
    """It is told with what each of the two has, whether the documents permit it or not."""
    emulator = (MUTANTS | VARIATIONS)[name]()
    found = first_difference(_trace(RightEmulator()), _trace(emulator))
    assert found is not None
    assert found.problem.startswith(said)


def _run(tmp_path: Path, first: Any, second: Any, *options: str) -> tuple[int, dict[str, Any], list[str]]:
    where = ["--endpoint-url", first.endpoint_url, "--against", second.endpoint_url]
    made = judge(tmp_path / "report", *where, *options)
    return made.status, made.report["against"], where


def test_difference_is_shrunk_saved_and_replayed(tmp_path: Path) -> None:
    """A rule of another way of refusing: the gate is closed, and the saved case shows it again on both targets."""
    with serve(RightEmulator()) as first, serve(VARIATIONS["second-is-forbidden"]()) as second:
        status, against, where = _run(tmp_path, first, second, "--rule", "exclusivity/second-refused")
        assert status == 1
        difference = against["differences"][0]
        assert (difference["mine"], difference["theirs"]) == ("400 BadRequestException", "403 ForbiddenException")
        assert len(difference["case"]["steps"]) == 2
        file = str(tmp_path / "report" / difference["file"])
        replayed = run_suite("--replay", file, *where)
        alone = run_suite("--replay", file, *where[:2])
    page = (tmp_path / "report" / "report.html").read_text()
    assert "PurchaseOffering: outcome is 400 BadRequestException, there 403 ForbiddenException" in page
    assert f"Beside {where[3]}" in page
    assert f'href="{difference["file"]}"' in page
    assert (replayed.status, bool(replayed.lines_with("still fails"))) == (1, True)
    assert alone.lines_with("needs --against URL")


def test_same_emulator_twice(tmp_path: Path) -> None:
    """Nothing differs, and the gate is that of the rules; each example was compared."""
    with serve(RightEmulator()) as first, serve(RightEmulator()) as second:
        status, against, _ = _run(tmp_path, first, second, "--rule", "lists/*")
    assert (status, against["differences"]) == (0, [])
    assert against["compared"] > 20


def test_nothing_is_bought_at_aws(tmp_path: Path) -> None:
    """A second target at AWS is asked with the user's credentials, and without --max-purchases buys nothing."""
    with serve(RightEmulator()) as first:
        where = ("--endpoint-url", first.endpoint_url, "--report-dir", str(tmp_path))
        # Nothing answers behind this proxy: whatever is sent to AWS fails there.
        ended = run_suite(
            *where, "--against", "https://mediaconnect.us-east-1.amazonaws.com", "--wait", "0",
            HTTPS_PROXY="http://127.0.0.1:9", AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY="secret",
        )  # fmt: skip
    assert ended.lines_with("purchases: none is allowed, so that nothing is sent that could buy")
    assert ended.status in (3, 4)


def test_each_difference_has_a_file_of_its_own(tmp_path: Path) -> None:
    """Where two targets differ in several ways, each line names the case that shows it, on every page of the report."""
    with serve(RightEmulator()) as first, serve(_DiffersTwice()) as second:
        _, against, _ = _run(
            tmp_path, first, second, "--rule", "exclusivity/second-refused", "--rule", "errors/malformed-arn"
        )
    files = {one["file"]: one for one in against["differences"]}
    assert len(files) == len(against["differences"]) >= 2
    for file, one in files.items():
        saved = json.loads((tmp_path / "report" / file).read_text())
        assert saved["message"].splitlines()[0] == one["problem"]


class _DiffersTwice(VARIATIONS["second-is-forbidden"], VARIATIONS["malformed-arn-is-not-found"]):  # type: ignore[misc]
    """Refuses a further purchase in another way, and what is not an ARN."""
