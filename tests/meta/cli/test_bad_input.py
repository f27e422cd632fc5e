"""A wrong command or a target that cannot be used ends with one clear line, its exit status, and no traceback."""

import json
import signal
import subprocess
import time
from pathlib import Path

import botocore.session
import pytest

from conformance.targets.endpoint import BadEndpointError, check_url
from tests.meta.cli.commands import PATIENCE, Ended, free_port, plain_environment, run_suite, running, suite_command
from tests.meta.emulator import RightEmulator, serve
from tests.meta.targets.impostors import IMPOSTORS, impostor

WRONG_COMMAND = 4
NOT_JUDGED = 3


def assert_one_line(ended: Ended, status: int, *parts: str) -> None:
    """The exit status is this one, and one line alone tells the reason, with all the parts in it."""
    __tracebackhide__ = True
    assert ended.status == status, ended.output
    assert "Traceback" not in ended.output, ended.output
    assert "INTERNALERROR" not in ended.output, ended.output
    telling = ended.lines_with(parts[0])
    assert len(telling) == 1, ended.output
    assert all(part in telling[0] for part in parts), ended.output


COMMANDS = {
    "an unknown target": (["--target", "nonsense"], "unknown target 'nonsense'", "reference-http"),
    "an empty target": (["--target", ""], "--target is empty"),
    "a target that needs a URL": (["--target", "endpoint"], "--target endpoint needs --endpoint-url"),
    "a URL without a scheme": (["--endpoint-url", "localhost:4566"], "'localhost:4566' is not a URL of an endpoint"),
    "a URL without a host": (["--endpoint-url", "http://"], "'http://' is not a URL of an endpoint"),
    "a port out of range": (["--endpoint-url", "http://localhost:99999"], "is not a URL: Port out of range"),
    "an empty URL": (["--endpoint-url", ""], "--endpoint-url is empty"),
    "a control URL of AWS": (
        ["--endpoint-url", "http://localhost:1", "--control-url", "https://mediaconnect.us-east-1.api.aws"],
        "--control-url 'https://mediaconnect.us-east-1.api.aws' is a host of AWS",
    ),
    "a URL with another target": (
        ["--target", "reference", "--endpoint-url", "http://localhost:1"],
        "--endpoint-url goes with --target endpoint, not with --target reference",
    ),
    "a control URL alone": (["--control-url", "http://localhost:1"], "--control-url goes with --endpoint-url"),
    "an unknown profile": (["--hypothesis-profile", "nonsense"], "unknown --hypothesis-profile 'nonsense'", "explore"),
    "an unknown level": (["--fail-on", "observe"], "--fail-on: invalid choice: 'observe'"),
    "no Region": (["--region", "US East"], "--region 'US East' is not a Region", "us-east-1"),
    "a module that is none": (["--target", "no_such_module:factory"], "No module named 'no_such_module'"),
    "a relative module": (["--target", ".adapters:raises"], "unknown target '.adapters:raises'"),
    "a factory that is none": (["--target", "tests.meta.targets.adapters:absent"], "has no attribute 'absent'"),
    "a factory that raises": (
        ["--target", "tests.meta.targets.adapters:raises"],
        "RuntimeError: no emulator is installed",
    ),
    "a factory that leaves": (["--target", "tests.meta.targets.adapters:leaves"], "the factory raised SystemExit: 5"),
    "a factory of nothing": (["--target", "tests.meta.targets.adapters:nothing"], "the factory gave NoneType"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_wrong_commands(name: str) -> None:
    """A wrong command ends with status 4 before anything runs."""
    options, *parts = COMMANDS[name]
    assert_one_line(run_suite(*options), WRONG_COMMAND, *parts)


def test_a_url_in_the_environment_is_checked_too() -> None:
    """AWS_ENDPOINT_URL cannot name what is not a URL either."""
    assert_one_line(run_suite(AWS_ENDPOINT_URL="localhost"), WRONG_COMMAND, "is not a URL of an endpoint")


@pytest.mark.parametrize("below", ["file", "file/folder"])
def test_a_report_directory_that_cannot_be_written(below: str, tmp_path: Path) -> None:
    """A report directory that is a file, or below one, ends with status 4."""
    (tmp_path / "file").write_text("")
    ended = run_suite("--report-dir", str(tmp_path / below))
    assert_one_line(ended, WRONG_COMMAND, "cannot be written", str(tmp_path / below))


AWS_HOSTS = [
    "mediaconnect.us-east-1.amazonaws.com",
    "MediaConnect.US-East-1.AmazonAWS.com",
    "mediaconnect.us-east-1.amazonaws.com.",
    "mediaconnect-fips.us-east-1.amazonaws.com",
    "mediaconnect.us-east-1.api.aws",
    "mediaconnect-fips.us-east-1.api.aws",
    "mediaconnect.cn-north-1.amazonaws.com.cn",
    "vpce-0a1b-mediaconnect.us-east-1.vpce.amazonaws.com",
    "amazonaws.com",
]


@pytest.mark.parametrize("host", AWS_HOSTS)
def test_hosts_of_aws_are_refused(host: str) -> None:
    """A host of AWS is refused in every spelling, where a purchase would cost money."""
    with pytest.raises(BadEndpointError, match="is a host of AWS"):
        check_url(f"https://{host}", "--endpoint-url")


def test_hosts_of_aws_are_refused_in_every_partition() -> None:
    """The domains of every partition that botocore knows are refused, those of dual-stack included."""
    for partition in botocore.session.Session().get_data("partitions")["partitions"]:
        for suffix in (partition["outputs"]["dnsSuffix"], partition["outputs"]["dualStackDnsSuffix"]):
            with pytest.raises(BadEndpointError, match="is a host of AWS"):
                check_url(f"https://mediaconnect.somewhere.{suffix}:443/", "--endpoint-url")


DISGUISES = [
    "https://mediaconnect.us-east-1.amazonaws.com\\@localhost",
    "https://localhost\\@mediaconnect.us-east-1.amazonaws.com",
    "https://localhost@mediaconnect.us-east-1.amazonaws.com",
    "https://mediaconnect.us-east-1.amazonaws。com",
    "https://mediaconnect.us-east-1.%61mazonaws.com",
    "https://mediaconnect.us-east-1.amazonaws.com\t",
]


@pytest.mark.parametrize("url", DISGUISES)
def test_disguised_hosts_are_refused(url: str) -> None:
    """A host that two libraries may read differently is refused, whatever it is."""
    with pytest.raises(BadEndpointError):
        check_url(url, "--endpoint-url")


GOOD_URLS = [
    "http://localhost:4566",
    "http://127.0.0.1:4566/",
    "https://emulator.example/base",
    "http://[::1]:4566",
    "http://my_emulator:4566",
    "http://amazonaws.com.example",
    "http://notamazonaws.com",
]


@pytest.mark.parametrize("url", GOOD_URLS)
def test_other_hosts_are_not_refused(url: str) -> None:
    """What is not a host of AWS is accepted, however alike it reads."""
    check_url(url, "--endpoint-url")


SILENT = pytest.param("silence", marks=pytest.mark.proof)
"""It is waited for through several attempts."""


@pytest.mark.parametrize("name", [*(name for name in IMPOSTORS if name != "silence"), SILENT])
def test_servers_that_are_no_aws_endpoint(name: str, tmp_path: Path) -> None:
    """What answers, but is not an AWS endpoint, ends with status 3 within seconds."""
    with impostor(IMPOSTORS[name]) as url:
        ended = run_suite("--report-dir", str(tmp_path), "--endpoint-url", url, "--wait", "1")
    assert_one_line(ended, NOT_JUDGED, "Exit: ", url)
    assert ended.seconds < 60


def test_a_target_that_cannot_be_reached(tmp_path: Path) -> None:
    """Where nothing listens, the run ends with status 3."""
    url = f"http://127.0.0.1:{free_port()}"
    ended = run_suite("--report-dir", str(tmp_path), "--endpoint-url", url, "--wait", "1")
    assert_one_line(ended, NOT_JUDGED, f"the target at {url} cannot be reached")


@pytest.mark.proof
def test_two_processes_tell_that_a_target_cannot_be_reached(tmp_path: Path) -> None:
    """With pytest-xdist it ends likewise."""
    url = f"http://127.0.0.1:{free_port()}"
    ended = run_suite("--report-dir", str(tmp_path), "--endpoint-url", url, "-n", "2", "--wait", "1")
    assert_one_line(ended, NOT_JUDGED, f"the target at {url} cannot be reached")


def test_https_to_a_port_that_speaks_http(tmp_path: Path) -> None:
    """A TLS error ends with status 3, and says what to try."""
    with impostor(IMPOSTORS["a web page"]) as url:
        secure = url.replace("http:", "https:")
        ended = run_suite("--report-dir", str(tmp_path), "--endpoint-url", secure)
    assert_one_line(ended, NOT_JUDGED, f"the target at {secure} cannot be reached", "try http://")


@pytest.mark.parametrize("name", ["a web page", "a list", "a redirect", SILENT])
def test_control_urls_that_are_none(name: str, tmp_path: Path) -> None:
    """What is not a control API ends with status 3 within seconds."""
    with serve(RightEmulator()) as served, impostor(IMPOSTORS[name]) as url:
        ended = run_suite("--report-dir", str(tmp_path), "--endpoint-url", served.endpoint_url, "--control-url", url)
    assert_one_line(ended, NOT_JUDGED, "control API", url)
    assert ended.seconds < 60


def test_a_control_url_where_nothing_listens(tmp_path: Path) -> None:
    """A control API that cannot be reached ends with status 3."""
    url = f"http://127.0.0.1:{free_port()}"
    with serve(RightEmulator()) as served:
        where = ("--endpoint-url", served.endpoint_url, "--control-url", url, "--wait", "1")
        ended = run_suite("--report-dir", str(tmp_path), *where)
    assert_one_line(ended, NOT_JUDGED, f"the control API at {url} cannot be reached")


@pytest.mark.proof
def test_an_interrupted_run_leaves_its_report(tmp_path: Path) -> None:
    """SIGINT ends a run with pytest's status 2, and the report is there: not complete, with what was found."""
    options = ("--report-dir", str(tmp_path), "--hypothesis-profile", "explore", "-v")
    with running(suite_command(*options), PYTHONUNBUFFERED="1") as process:
        _wait_for(process, " PASSED")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=PATIENCE)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert process.returncode == 2, output
    assert report["complete"] is False
    assert report["gate"]["status"] == "interrupted"
    assert "The run was interrupted" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert sum(rule["examples"] for rule in report["rules"]) > 0
    assert {rule["verdict"] for rule in report["rules"]} <= {"pass", "inconclusive", "not-run"}
    assert not all(rule["verdict"] == "pass" for rule in report["rules"])


_DROPS_AN_INTERRUPT = """
import signal, weakref

class Dropped:
    pass

def pytest_conformance_example():
    dropped = Dropped()
    reference = weakref.ref(dropped, lambda _: signal.raise_signal(signal.SIGINT))
    del dropped
"""


def test_an_interrupt_that_python_drops_ends_the_run(tmp_path: Path) -> None:
    """SIGINT in a callback, where Python drops what is raised, ends the run with status 2 after that example."""
    (tmp_path / "drops.py").write_text(_DROPS_AN_INTERRUPT, encoding="utf-8")
    options = ("-p", "drops", "--workers", "1", "-W", "ignore::pytest.PytestUnraisableExceptionWarning")
    command = suite_command(*options, "--report-dir", str(tmp_path / "report"), "--profile", "smoke")
    with running(command, PYTHONPATH=str(tmp_path)) as process:
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2, output
    report = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert report["gate"]["status"] == "interrupted"
    assert sum(rule["examples"] for rule in report["rules"]) > 0


def _wait_for(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if text in line:
            return
    raise AssertionError(f"the command ended with {process.wait()} and never wrote {text!r}")


@pytest.mark.proof
def test_a_target_that_dies_during_the_run(tmp_path: Path) -> None:
    """A target that is gone in the middle of a run ends it with status 3 within seconds, and its report is there."""
    with serve(RightEmulator()) as served:
        options = ("--endpoint-url", served.endpoint_url, "--control-url", served.control_url, "--wait", "2", "-v")
        command = suite_command("--report-dir", str(tmp_path), *options)
        process = subprocess.Popen(
            command, env=plain_environment(PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE, text=True
        )
        _wait_for(process, " PASSED")
    gone = time.monotonic()
    output, _ = process.communicate(timeout=PATIENCE)
    ended = Ended(process.returncode, output, time.monotonic() - gone)
    assert ended.seconds < 30
    assert ended.status == NOT_JUDGED, output
    assert "Traceback" not in output
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["complete"] is False
