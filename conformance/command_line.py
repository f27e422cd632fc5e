"""The options of the suite: their names, and what the help says of them.

They stand apart from what they do, and this module imports nothing, so that the help is there at once.
"""

from __future__ import annotations

from typing import Any, Protocol


class Group(Protocol):
    """A group of options, of pytest's parser or of one that only shows the help."""

    def addoption(self, *names: str, **attributes: Any) -> None:
        """Add one option, as argparse does."""


class Parser(Protocol):
    """What gives such a group."""

    def getgroup(self, name: str) -> Group:
        """The group of that name."""


def add_options(parser: Parser) -> None:
    """Add every option of the suite."""
    group = parser.getgroup("mediaconnect conformance")
    _add_target(group)
    _add_run(group)
    _add_selection(group)
    _add_purchases(group)
    _add_saving(group)
    _add_replay(group)
    _add_cases(group)
    _add_recordings(group)
    _add_baseline(group)
    _add_choices(group)
    _add_earlier_run(group)
    _add_second_target(group)
    _add_time(group)
    _add_shard(group)
    _add_workers(group)


def _add_target(group: Group) -> None:
    """What is tested."""
    group.addoption(
        "--target",
        metavar="NAME",
        help="what to test: reference, reference-http, endpoint, aws, stdio:COMMAND, or package.module:factory",
    )
    group.addoption("--endpoint-url", metavar="URL", help="test what listens there (implies --target endpoint)")
    group.addoption("--region", metavar="REGION", help="the Region of the run (us-east-1; at AWS the configured one)")
    group.addoption("--control-url", metavar="URL", help="base of the endpoint's test control API")
    group.addoption(
        "--accounts",
        default="auto",
        metavar="HOW",
        help="what makes a fresh account of an endpoint: auto, access-key, header:NAME, region, or none; "
        "credentials: one account, signed for by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (auto)",
    )
    group.addoption(
        "--clock",
        default="auto",
        metavar="WHICH",
        help="an endpoint's clock: auto, wall, control, or faketime:FILE, the file that its libfaketime reads (auto)",
    )
    group.addoption(
        "--wait",
        default="20",
        metavar="SECONDS",
        help="how long a target is waited for that is starting, or out of service (20)",
    )


def _add_run(group: Group) -> None:
    """How much, and what becomes of it."""
    group.addoption(
        "--profile",
        metavar="NAME",
        help="how much is tried: smoke (seconds), gate (the same examples each time, half a minute), nightly (random, "
        "ten minutes) or explore (random, until all is tried); --hypothesis-profile NAME does the same (gate)",
    )
    group.addoption("--probe", action="store_true", help="print what the target offers, and end")
    group.addoption(
        "--report-dir",
        metavar="DIR",
        help="where report.json goes (reports/<target>, for an endpoint reports/endpoint-<host>-<port>)",
    )
    group.addoption(
        "--fail-on",
        choices=["must", "should"],
        default="must",
        help="lowest level of a rule that closes the gate (must)",
    )
    group.addoption(
        "--example-database",
        metavar="WHERE",
        help="folder or redis:// URL in which nightly and explore keep the cases that fail (the user's cache folder)",
    )


def _add_selection(group: Group) -> None:
    """Which tests run."""
    group.addoption(
        "--rule",
        action="append",
        default=[],
        metavar="GLOB",
        help="run the tests of these rules only: an id, a topic, or a pattern such as 'lists/*'; repeatable",
    )


def _add_purchases(group: Group) -> None:
    """What may be purchased, and how long reads may lag behind."""
    group.addoption(
        "--max-purchases",
        metavar="N",
        help="how many purchases may succeed on an endpoint in this run; at AWS none may without it",
    )
    group.addoption(
        "--allow-account",
        metavar="ID",
        help="the 12 digits of the account in which they may: the suite uses your AWS credentials, which must be its",
    )
    group.addoption(
        "--offering",
        metavar="ARN",
        help="the only offering that may be purchased (on a live account the cheapest)",
    )
    group.addoption(
        "--max-cost",
        metavar="AMOUNT",
        help="what one purchase may cost in all, in the offering's currency: a dearer one is not sent",
    )
    group.addoption(
        "--dry-run", action="store_true", help="print what would be sent that could buy, and send none of it"
    )
    group.addoption("--yes", action="store_true", help="do not ask for the account number before the first purchase")
    group.addoption(
        "--settle",
        metavar="SECONDS",
        help="how long a read may lag behind a purchase (found out, where it is at most 2; at AWS 10)",
    )


def _add_saving(group: Group) -> None:
    """Where failing cases are kept as well."""
    group.addoption(
        "--save-cases", metavar="DIR", help="write the failing cases there too, where nothing is ever deleted"
    )


def _add_replay(group: Group) -> None:
    """What is replayed."""
    group.addoption(
        "--replay",
        action="append",
        default=[],
        metavar="FILE_OR_DIR",
        help="play saved cases instead of the conformance tests; repeatable",
    )


def _add_cases(group: Group) -> None:
    """Which saved cases are played first."""
    group.addoption(
        "--cases",
        action="append",
        default=[],
        metavar="FILE_OR_DIR",
        help="play these saved cases before everything else, in the tests of their rules; repeatable, and what the "
        "folder of --save-cases has already is played likewise",
    )


def _add_recordings(group: Group) -> None:
    """Which recordings are judged."""
    group.addoption(
        "--judge",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="judge recordings (HAR, VCR cassettes, CloudTrail, folders of them) and send nothing; each rule is a test",
    )
    group.addoption(
        "--judge-complete",
        action="store_true",
        help="each recording has all that happened in its accounts, which were empty before",
    )
    group.addoption("--judge-account", default="", metavar="ID", help="the account, where a recording does not say it")


def _add_baseline(group: Group) -> None:
    """What is known to fail, and what must be judged."""
    group.addoption("--baseline", metavar="FILE", help="TOML file of known failures, which do not close the gate")
    group.addoption("--write-baseline", metavar="FILE", help="write what fails and what was judged as a baseline")
    group.addoption(
        "--require",
        metavar="FILE",
        help="TOML file whose list `require` has the rules that must be judged, such as a baseline has it",
    )


def _add_choices(group: Group) -> None:
    """What a target chose where the documents leave it."""
    group.addoption(
        "--write-profile",
        metavar="FILE",
        help="write the choices that the documents leave, as TOML",
    )
    group.addoption(
        "--expect-profile",
        metavar="FILE",
        help="fail, and close the gate, where the target chooses otherwise than this profile says",
    )


def _add_earlier_run(group: Group) -> None:
    """What an earlier run found."""
    group.addoption(
        "--compare-to",
        metavar="REPORT",
        help="report.json of an earlier run: tell what is new, fixed and lost; only a regression closes the gate",
    )


def _add_second_target(group: Group) -> None:
    """What is played beside."""
    group.addoption(
        "--against",
        metavar="URL",
        help="play each case on this endpoint too, by one process, with what both targets offer; the gate is closed "
        "where they differ beyond identifiers and the words of messages",
    )
    group.addoption("--against-control-url", metavar="URL", help="base of the test control API of --against")


def _add_time(group: Group) -> None:
    """How long it may take."""
    group.addoption(
        "--max-time",
        metavar="SECONDS",
        help="end the search for failures after so long, in order: each test has a share of the time, its examples "
        "come first (for 5 seconds more at most), and what was not reached is inconclusive",
    )


def _add_shard(group: Group) -> None:
    """Which part of the run."""
    group.addoption(
        "--shard",
        metavar="K/N",
        help="run part K of N only, such as 2/5; `mediaconnect-conformance merge` makes one report of all",
    )


def _add_workers(group: Group) -> None:
    """How many processes."""
    group.addoption(
        "--workers",
        metavar="N",
        help="how many processes run the tests: a number, or auto for one a core, and for more on a slow target; it is "
        "one where the target has one account or one clock for all tests, and with --pdb (auto by the command and by "
        "make, otherwise 1)",
    )
