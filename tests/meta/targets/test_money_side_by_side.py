"""`--against URL` with money: two targets have one budget of purchases, and without one nothing is bought at either."""

from pathlib import Path

import pytest

from tests.meta.cli.commands import Judged, judge
from tests.meta.emulator import Served
from tests.meta.emulator.fake_aws import ACCOUNT, FakeAws, LosesAnswers, SellsAnything
from tests.meta.targets.test_live import CREDENTIALS, fake_aws

_ALLOWED = 2
_FEW = "one_purchase or second"
_ACCOUNT = ("--allow-account", ACCOUNT)


def _judge_both(folder: Path, first: Served, second: Served, *options: str) -> Judged:
    """Run the suite on two fakes of AWS; `AWS_ENDPOINT_URL` is where the first one's STS is as well."""
    return judge(
        folder, "--settle", "0", "--against", second.endpoint_url, *options, **CREDENTIALS,
        AWS_ENDPOINT_URL=first.endpoint_url,
    )  # fmt: skip


@pytest.mark.parametrize(
    "kind, options",
    [
        (FakeAws, ("--endpoint-url", "FIRST", *_ACCOUNT, "-k", _FEW)),
        (SellsAnything, ("--endpoint-url", "FIRST", "-k", _FEW)),
        (SellsAnything, ("--endpoint-url", "FIRST", "--accounts", "access-key", "-k", _FEW)),
    ],
)
def test_two_targets_spend_one_budget(tmp_path: Path, kind: type[FakeAws], options: tuple[str, ...]) -> None:
    """With --max-purchases N no more than N purchases are made at two endpoints together, whatever their accounts."""
    with fake_aws(kind) as (one, first), fake_aws(kind) as (other, second):
        where = (first.endpoint_url if option == "FIRST" else option for option in options)
        judged = _judge_both(tmp_path, first, second, "--max-purchases", str(_ALLOWED), *where)
    assert 1 <= one.purchases + other.purchases <= _ALLOWED, judged.output
    assert judged.lines_with(f"of {_ALLOWED} allowed")
    assert judged.report["against"]["compared"]


@pytest.mark.parametrize("kind, options", [(SellsAnything, ()), (LosesAnswers, ("-k", _FEW))])
def test_aws_beside_an_emulator(tmp_path: Path, kind: type[FakeAws], options: tuple[str, ...]) -> None:
    """Beside an emulator, where nothing costs money, the budget is that of AWS."""
    with fake_aws(kind) as (aws, first), fake_aws(kind) as (_, second):
        where = ("--target", "aws", *_ACCOUNT, "--max-purchases", str(_ALLOWED))
        judged = _judge_both(tmp_path, first, second, *where, *options)
    assert 1 <= aws.purchases <= _ALLOWED, judged.output
    assert judged.report["against"]["compared"]


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_nothing_is_sent_without_a_budget(tmp_path: Path, options: tuple[str, ...]) -> None:
    """Without --max-purchases, or with --dry-run, nothing that could buy is sent to AWS."""
    with fake_aws(SellsAnything) as (one, first), fake_aws() as (_, second):
        judged = _judge_both(tmp_path, first, second, "--target", "aws", *options, "-k", _FEW)
    assert one.attempts == 0, judged.output


def test_nothing_is_sent_to_either_by_a_dry_run(tmp_path: Path) -> None:
    """Nor is it to two endpoints, of which AWS might be behind the second."""
    with fake_aws(SellsAnything) as (one, first), fake_aws(SellsAnything) as (other, second):
        where = ("--endpoint-url", first.endpoint_url, "--dry-run", "-k", _FEW)
        judged = _judge_both(tmp_path, first, second, *where)
    assert one.attempts + other.attempts == 0, judged.output
