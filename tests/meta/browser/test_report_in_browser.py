"""report.html and a comparison in a real browser: on a phone and at a desk, by day and by night, for everybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from conformance.report.compare import compare
from conformance.report.compare_texts import comparison_html
from conformance.report.reading import read_report
from tests.meta.browser.chromium import SCREENS, Screen, axe_or_skip, chromium, open_page, requested, unfold, violations
from tests.meta.cli.commands import Judged, judge
from tests.meta.emulator import serve
from tests.meta.emulator.mutants import MUTANTS

pytestmark = pytest.mark.proof

BEFORE = "start-window-before-lower-bound"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One browser for all the tests here."""
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(scope="module")
def folder(browser: Chrome, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001  (no run without it)
    """The folder of the report of a run against an emulator without a lower bound for Start."""
    return judged(tmp_path_factory.mktemp("report"))


def judged(folder: Path) -> Path:
    """Run two topics against the emulator, and give the folder of the report."""
    with serve(MUTANTS["no-lower-bound"]()) as served:
        control = ("--control-url", served.control_url)
        run: Judged = judge(folder, "--endpoint-url", served.endpoint_url, *control, "-k", "start_window or test_end")
    assert run.status == 1, run.output
    return folder


@pytest.fixture(scope="module")
def comparison(folder: Path) -> Path:
    """A page that compares that run with itself, interrupted and named otherwise."""
    report = read_report(folder / "report.json")
    other = {**report, "complete": False, "observations": {"end/month-end-consistent": "overflow"}}
    other["target"] = {**report["target"], "name": "<b>another</b> " + "with a long name " * 5}
    path = folder / "compare.html"
    path.write_text(comparison_html(compare([report, other, report])), encoding="utf-8")
    return path


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_the_report_on_every_screen(browser: Chrome, folder: Path, screen: Screen) -> None:
    """Nothing runs out of the page, folded or not; the gate's answer, the failure and its picture are seen."""
    open_page(browser, folder / "report.html", screen)
    assert browser.find_element(By.CSS_SELECTOR, ".gate").text.startswith("✗ The gate is closed")
    failure = browser.find_element(By.ID, f"failure-{BEFORE}")
    drawing = failure.find_element(By.CSS_SELECTOR, "svg[role=img]")
    assert failure.is_displayed()
    assert drawing.is_displayed()
    assert drawing.size["width"] > 0.7 * min(screen.width, 800)
    assert overflow(browser) == 0
    unfold(browser)
    assert overflow(browser) == 0
    assert luminance(browser) == pytest.approx(0.08 if screen.dark else 0.97, abs=0.03)


def overflow(browser: Chrome) -> int:
    """How many pixels of the page lie beside the screen."""
    script = "const root = document.documentElement; return root.scrollWidth - root.clientWidth"
    return int(browser.execute_script(script))


def luminance(browser: Chrome) -> float:
    """How bright the page's ground is, from 0 to 1."""
    colour = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in colour.strip("rgb()").split(",")) / 765


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_the_picture_on_every_screen(browser: Chrome, folder: Path, screen: Screen) -> None:
    """All letters of the picture lie inside it, and the Start lies left of the window, by more than its own width."""
    open_page(browser, folder / "report.html", screen)
    drawing = browser.find_element(By.CSS_SELECTOR, f"#failure-{BEFORE} svg[role=img]")
    frame = box(browser, drawing)
    texts = drawing.find_elements(By.TAG_NAME, "text")
    assert len(texts) >= 6
    for text in texts:
        left, right = box(browser, text)
        assert frame[0] <= left <= right <= frame[1], text.text
    start = box(browser, drawing.find_element(By.CSS_SELECTOR, "path.start"))
    window = box(browser, drawing.find_element(By.CSS_SELECTOR, "rect.bar.window"))
    assert start[1] <= window[0]


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_no_words_lie_over_a_bar(browser: Chrome, folder: Path, screen: Screen) -> None:
    """No title and no detail of any picture touches a bar, a shade, a line or a mark, nor the words beside it."""
    open_page(browser, folder / "report.html", screen)
    texts, touching = browser.execute_script(_TOUCHING)
    assert texts >= 6
    assert touching == []


_TOUCHING = """
let texts = 0; const found = [];
for (const drawing of document.querySelectorAll("svg[role=img]")) {
  const words = [...drawing.querySelectorAll("text.title, text.detail")];
  const others = [...drawing.querySelectorAll(
    "rect.bar, rect.open, line.month, line.foot, line.clock-line, .mark, text.letter"
  )];
  texts += words.length;
  for (const [number, word] of words.entries()) {
    const a = word.getBoundingClientRect();
    for (const other of [...others, ...words.slice(number + 1)]) {
      const b = other.getBoundingClientRect();
      // Letters have some air above and below them, which belongs to their boxes.
      if (a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top < a.bottom - 2)
        found.push(`${word.textContent} | ${other.getAttribute("class")} ${other.textContent}`);
    }
  }
}
return [texts, found];
"""


def box(browser: Chrome, element: object) -> tuple[float, float]:
    """The left and the right edge of an element."""
    left, right = browser.execute_script(
        "const b = arguments[0].getBoundingClientRect(); return [b.left, b.right]", element
    )
    return left, right


def test_no_request_leaves_the_page(browser: Chrome, folder: Path, comparison: Path) -> None:
    """Opening a page asks for its own file and nothing else, and the browser has nothing to complain of."""
    for page in (folder / "report.html", comparison):
        open_page(browser, page, SCREENS[0])
        urls = [url for url in requested(browser) if not url.startswith("data:")]
        assert urls == [page.resolve().as_uri()]
        assert browser.get_log("browser") == []


def test_every_link_of_the_page_has_its_end(browser: Chrome, folder: Path) -> None:
    """Links lead to parts of the page, or to files beside it that the run wrote."""
    open_page(browser, folder / "report.html", SCREENS[0])
    links = [link.get_dom_attribute("href") for link in browser.find_elements(By.TAG_NAME, "a")]
    within = [link for link in links if link.startswith("#")]
    assert within
    assert all(browser.find_elements(By.ID, link[1:]) for link in within)
    files = [link for link in links if not link.startswith(("#", "data:"))]
    assert f"cases/{BEFORE}.json" in files
    assert all((folder / file).is_file() for file in files)


def test_the_answer_can_be_unfolded_by_key(browser: Chrome, folder: Path) -> None:
    """Without a script of its own, what is folded opens with the keyboard."""
    open_page(browser, folder / "report.html", SCREENS[0])
    rule = browser.find_element(By.ID, f"rule-{BEFORE}")
    assert rule.get_dom_attribute("open") is None
    rule.find_element(By.TAG_NAME, "summary").send_keys("\n")
    assert rule.get_dom_attribute("open") is not None
    assert "Equivalence classes" in rule.text


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_the_pages_are_accessible(browser: Chrome, folder: Path, comparison: Path, screen: Screen) -> None:
    """axe-core finds nothing against either page, with everything unfolded."""
    axe = axe_or_skip()
    for page in (folder / "report.html", comparison):
        open_page(browser, page, screen)
        unfold(browser)
        assert violations(browser, axe) == []


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_a_comparison_on_every_screen(browser: Chrome, comparison: Path, screen: Screen) -> None:
    """However many columns it has, only its tables scroll, and the page does not."""
    open_page(browser, comparison, screen)
    assert overflow(browser) == 0
    assert "<b>another</b>" in browser.find_element(By.TAG_NAME, "main").text
