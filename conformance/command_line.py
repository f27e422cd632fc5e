"""The options of the suite: their names, and what the help says of them.

They stand apart from what they do, and this module imports nothing, so that the help is there at once.
"""

from __future__ import annotations

from collections.abc import Callable

GROUP = "mediaconnect conformance"
"""The heading of the options in the help."""

Add = Callable[..., object]
"""Adds one option, as argparse does."""


def add_options(add: Add) -> None:
    """Add every option of the suite."""
    _add_target(add)
    _add_run(add)
    _add_purchases(add)
    _add_files(add)
    _add_extent(add)


def _add_target(add: Add) -> None:
    """What is tested."""
    add(
        "--target",
        metavar="NAME",
        help="what to test: reference, reference-http, endpoint, aws, stdio:COMMAND, or package.module:factory",
    )
    add("--endpoint-url", metavar="URL", help="test what listens there (implies --target endpoint)")
    add("--region", metavar="REGION", help="the Region of the run (us-east-1; at AWS the configured one)")
    add("--control-url", metavar="URL", help="base of the endpoint's test control API")
    add(
        "--accounts",
        default="auto",
        metavar="HOW",
        help="what makes a fresh account of an endpoint: auto, access-key, header:NAME, region, or none; "
        "credentials: one account, signed for by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (auto)",
    )
    add(
        "--clock",
        default="auto",
        metavar="WHICH",
        help="an endpoint's clock: auto, wall, control, or faketime:FILE, the file that its libfaketime reads (auto)",
    )
    add(
        "--wait",
        default="20",
        metavar="SECONDS",
        help="seconds to wait for a target that is starting or out of service (20)",
    )


def _add_run(add: Add) -> None:
    """How much is tried, and what becomes of it."""
    add(
        "--profile",
        metavar="NAME",
        help="how much is tried: smoke (seconds), gate (the same examples each time, half a minute), nightly (random, "
        "ten minutes) or explore (random, until all is tried); --hypothesis-profile NAME does the same (gate)",
    )
    add("--probe", action="store_true", help="print what the target offers, and end")
    add(
        "--report-dir",
        metavar="DIR",
        help="where report.json goes (reports/<target>, for an endpoint reports/endpoint-<host>-<port>)",
    )
    add(
        "--fail-on",
        choices=["must", "should"],
        default="must",
        help="lowest level of a rule that closes the gate (must)",
    )
    add(
        "--example-database",
        metavar="WHERE",
        help="folder or redis:// URL in which nightly and explore keep the cases that fail (the user's cache folder)",
    )
    add(
        "--rule",
        action="append",
        default=[],
        metavar="GLOB",
        help="run the tests of these rules only: an id, a topic, or a pattern such as 'lists/*'; repeatable",
    )


def _add_purchases(add: Add) -> None:
    """What may be purchased, and how long reads may lag behind."""
    add(
        "--max-purchases",
        metavar="N",
        help="how many purchases may succeed on an endpoint in this run; at AWS none may without it",
    )
    add(
        "--allow-account",
        metavar="ID",
        help="12 digits of the only account in which purchases may succeed; your AWS credentials must belong to it",
    )
    add(
        "--offering",
        metavar="ARN",
        help="the only offering that may be purchased (default on a live account: the cheapest)",
    )
    add(
        "--max-cost",
        metavar="AMOUNT",
        help="what one purchase may cost in all, in the offering's currency: a dearer one is not sent",
    )
    add("--dry-run", action="store_true", help="print what would be sent that could buy, and send none of it")
    add("--yes", action="store_true", help="do not ask for the account number before the first purchase")
    add(
        "--settle",
        metavar="SECONDS",
        help="seconds by which a read may lag behind a purchase (default: measured, up to 2; at AWS 10)",
    )


def _add_files(add: Add) -> None:
    """Saved cases, recordings, baselines, profiles and reports: what is read, and what is written."""
    add(
        "--save-cases",
        metavar="DIR",
        help="also write failing cases into this folder; nothing in it is ever deleted",
    )
    add(
        "--replay",
        action="append",
        default=[],
        metavar="FILE_OR_DIR",
        help="play saved cases instead of the conformance tests; repeatable",
    )
    add(
        "--cases",
        action="append",
        default=[],
        metavar="FILE_OR_DIR",
        help="play these saved cases first, in the tests of their rules; repeatable. The cases in the folder of "
        "--save-cases are played first too",
    )
    add(
        "--judge",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="judge recordings (HAR, VCR cassettes, CloudTrail, folders of them) and send nothing; each rule is a test",
    )
    add(
        "--judge-complete",
        action="store_true",
        help="each recording has all that happened in its accounts, which were empty before",
    )
    add("--judge-account", default="", metavar="ID", help="the account, where a recording does not say it")
    add("--baseline", metavar="FILE", help="TOML file of known failures, which do not close the gate")
    add("--write-baseline", metavar="FILE", help="write what fails and what was judged as a baseline")
    add(
        "--require",
        metavar="FILE",
        help="TOML file with a list `require` of the rules that must be judged; a baseline has such a list too",
    )
    add(
        "--write-profile",
        metavar="FILE",
        help="write the choices that the documents leave, as TOML",
    )
    add(
        "--expect-profile",
        metavar="FILE",
        help="fail, and close the gate, where the target chooses otherwise than this profile says",
    )
    add(
        "--compare-to",
        metavar="REPORT",
        help="report.json of an earlier run: tell what is new, fixed and lost; only a regression closes the gate",
    )


def _add_extent(add: Add) -> None:
    """What is played beside, for how long, which part, and by how many processes."""
    add(
        "--against",
        metavar="URL",
        help="play each case on this endpoint too, by one process, with what both targets offer; the gate is closed "
        "where they differ beyond identifiers and the words of messages",
    )
    add("--against-control-url", metavar="URL", help="base of the test control API of --against")
    add(
        "--max-time",
        metavar="SECONDS",
        help="end the search for failures after so long, in order: each test has a share of the time, its examples "
        "come first (for 5 seconds more at most), and what was not reached is inconclusive",
    )
    add(
        "--shard",
        metavar="K/N",
        help="run part K of N only, such as 2/5; `mediaconnect-conformance merge` makes one report of all",
    )
    add(
        "--workers",
        metavar="N",
        help="how many processes run the tests: a number, or auto for one a core, and for more on a slow target; it is "
        "one where the target has one account or one clock for all tests, and with --pdb (auto by the command and by "
        "make, otherwise 1)",
    )
