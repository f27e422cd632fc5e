"""Debian's Chromium, driven by its own driver, and axe-core: for tests of pages in a real browser."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from tests.meta.cli.commands import ROOT

AXE = ROOT / ".browser" / "node_modules" / "axe-core" / "axe.min.js"
_SWITCHES = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@dataclass(frozen=True)
class Screen:
    """A screen: its size in CSS pixels, and whether its user asked for dark pages."""

    width: int
    height: int
    dark: bool

    def __str__(self) -> str:
        """Such as `360x740 dark`."""
        return f"{self.width}x{self.height} {'dark' if self.dark else 'light'}"


SCREENS = [Screen(width, height, dark) for width, height in ((360, 740), (1280, 900)) for dark in (False, True)]


def axe_or_skip() -> str:
    """The text of axe-core; the test is skipped where it was not installed."""
    if not AXE.exists():
        pytest.skip("axe-core is missing: make .browser/ready installs it from npm")
    return AXE.read_text(encoding="utf-8")


@contextmanager
def chromium(profile: Path) -> Iterator[Chrome]:
    """A browser with an empty profile folder; the test is skipped where Chromium or its driver is missing."""
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("Chromium is missing: make .browser/ready, or apt-get install chromium chromium-driver")
    options = ChromeOptions()
    options.binary_location = binary
    for switch in (*_SWITCHES, f"--user-data-dir={profile}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    # With the path of the driver given, selenium reads for none and downloads none.
    browser = Chrome(options=options, service=Service(driver))
    try:
        yield browser
    finally:
        browser.quit()


def open_page(browser: Chrome, page: Path, screen: Screen) -> None:
    """Open a file on such a screen."""
    browser.get("about:blank")
    for kind in ("performance", "browser"):
        browser.get_log(kind)  # what earlier pages left, the browser's own first one too
    size = {"width": screen.width, "height": screen.height, "deviceScaleFactor": 1, "mobile": screen.width < 500}
    scheme = {"name": "prefers-color-scheme", "value": "dark" if screen.dark else "light"}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    browser.get(page.resolve().as_uri())


def requested(browser: Chrome) -> list[str]:
    """The URLs that the browser asked for since the page was opened."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [message for message in messages if message["method"] == "Network.requestWillBeSent"]
    return [message["params"]["request"]["url"] for message in sent]


def unfold(browser: Chrome) -> None:
    """Open everything that is folded."""
    browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")


def violations(browser: Chrome, axe: str) -> list[str]:
    """What axe-core finds against the accessibility of the page, one line for each element."""
    browser.execute_script(axe)
    found: dict[str, Any] = browser.execute_async_script(
        "const done = arguments[arguments.length - 1]; axe.run(document).then(done, error => done({error: `${error}`}))"
    )
    assert "error" not in found, found["error"]
    assert found["passes"], "axe-core looked at nothing"
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]
