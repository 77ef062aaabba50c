"""The outputs for the attack corpus in a real Chromium: nothing may run, move or ask elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Error, Page, Route

from tests.test_attack_corpus import WAYS, outputs

pytestmark = [pytest.mark.browser, pytest.mark.corpus]

ORIGIN = "http://corpus.invalid"
"""Answered by the test itself; the name cannot exist, so nothing leaves the machine."""

POLICY = "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'"
"""Sent as report-only: what it forbids still happens, and is counted."""

OUTPUTS_A_PAGE = 400

# Runs before the page does. What a payload calls is noted instead of shown; a click on an ordinary
# link stays here, so that only a script could move the page.
WATCH = """
window.seen = {calls: [], violations: []};
for (const name of ["alert", "prompt", "confirm", "print", "open"])
  window[name] = (...given) => { window.seen.calls.push(name + "(" + given.join() + ")"); };
document.addEventListener("securitypolicyviolation", event =>
  window.seen.violations.push(event.effectiveDirective + " " + event.sample));
window.addEventListener("click", event => {
  const link = event.target.closest && event.target.closest("a");
  if (link && link.protocol !== "javascript:") event.preventDefault();
});
"""

# Touches every element in the ways that handlers listen for, then tells what the parser made of it.
TOUCH = """
() => {
  const all = document.querySelectorAll("article *");
  const protocols = new Set();
  for (const element of all) {
    for (const name of ["mouseover", "mouseenter", "mousemove", "mousedown", "mouseup", "click"])
      element.dispatchEvent(new MouseEvent(name, {bubbles: true, cancelable: true}));
    for (const name of ["pointerover", "pointerenter", "pointerdown"])
      element.dispatchEvent(new PointerEvent(name, {bubbles: true}));
    element.dispatchEvent(new KeyboardEvent("keydown", {key: "x", bubbles: true}));
    if (element.focus) { element.focus(); element.blur(); }
    if (element instanceof HTMLAnchorElement && element.hasAttribute("href"))
      protocols.add(element.protocol);
  }
  return {
    touched: all.length,
    whole: document.querySelectorAll("body > article > div:only-child").length,
    outside: document.querySelectorAll("body > :not(article)").length,
    elements: [...new Set([...all].map(element => element.localName))],
    handlers: [...all].filter(e => e.getAttributeNames().some(n => n.startsWith("on"))).length,
    protocols: [...protocols],
  };
}
"""


@dataclass
class Visit:
    """What happened on one page of outputs; `moves` begins with the way to the page itself."""

    html: str
    dialogs: list[str] = field(default_factory=list)
    moves: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    @property
    def is_quiet(self) -> bool:
        """Whether no script ran or tried to, nothing moved, and nobody else was asked."""
        noise = self.dialogs + self.requests + self.calls + self.violations
        return not noise and self.moves == [f"{ORIGIN}/"]


class CorpusBrowser:
    """One page of Chromium that is loaded again and again with other outputs."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context()
        self._context.add_init_script(WATCH)

    def visit(self, fragments: list[str]) -> Visit:
        """Load fragments as a page, each in its containers, touch everything, tell what happened."""
        articles = "\n".join(f"<article><div>{html}</div></article>" for html in fragments)
        seen = Visit(f'<!DOCTYPE html><meta charset="utf-8"><title>x</title>{articles}')
        page = self._context.new_page()
        page.route("**/*", lambda route: self._answer(route, seen))
        page.on("dialog", lambda dialog: self._dismiss(dialog, seen))
        page.on("framenavigated", lambda frame: seen.moves.append(frame.url))
        page.goto(f"{ORIGIN}/")
        try:
            self._look(page, seen)
        except Error as error:  # the page went away while it was looked at
            seen.moves.append(error.message)
        page.close()
        return seen

    def _look(self, page: Page, seen: Visit) -> None:
        seen.report = page.evaluate(TOUCH)
        page.wait_for_timeout(100)  # a javascript: address runs after the click has returned
        noted = page.evaluate("() => window.seen")
        seen.calls, seen.violations = noted["calls"], noted["violations"]

    def close(self) -> None:
        self._context.close()

    def _answer(self, route: Route, seen: Visit) -> None:
        url = route.request.url
        if url == f"{ORIGIN}/":
            headers = {"Content-Security-Policy-Report-Only": POLICY}
            route.fulfill(body=seen.html, content_type="text/html", headers=headers)
        elif url.startswith(f"{ORIGIN}/media/"):
            route.fulfill(status=404)
        else:
            seen.requests.append(url)
            route.fulfill(body="<title>elsewhere</title>", content_type="text/html")

    def _dismiss(self, dialog: Dialog, seen: Visit) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()


@pytest.fixture(scope="module")
def corpus_browser(chromium: Browser) -> Iterator[CorpusBrowser]:
    """Give the browser of these tests; `chromium` fails, or skips loudly, where there is none."""
    browser = CorpusBrowser(chromium)
    yield browser
    browser.close()


@pytest.mark.parametrize("way", WAYS)
def test_no_output_runs_a_script(way, corpus_browser, capsys, record_property):
    _, allowed = WAYS[way]
    fragments = [html for _, html in outputs(way)]
    touched = 0
    for start in range(0, len(fragments), OUTPUTS_A_PAGE):
        batch = fragments[start : start + OUTPUTS_A_PAGE]
        visit = corpus_browser.visit(batch)
        assert visit.is_quiet, (
            visit.dialogs,
            visit.moves,
            visit.requests,
            visit.calls,
            visit.violations,
        )
        assert (visit.report["whole"], visit.report["outside"]) == (len(batch), 0)
        assert set(visit.report["elements"]) <= {"div", *allowed}
        assert visit.report["handlers"] == 0
        assert set(visit.report["protocols"]) <= {"http:", "https:", "mailto:"}
        touched += visit.report["touched"]
    record_property("outputs", len(fragments))
    with capsys.disabled():
        print(
            f"\nChromium, {way}: {len(fragments):,} outputs, {touched:,} elements touched, 0 scripts ran"
        )
    assert touched > len(fragments)


@pytest.mark.parametrize(
    ("fragment", "sign"),
    [
        ("<script>alert(1)</script>", "calls"),
        ("<img src=/media/x onerror=alert(1)>", "calls"),
        ("<svg onload=alert(1)></svg>", "calls"),
        ('<a href="javascript:alert(1)">x</a>', "calls"),
        ('<a href="java&#9;script:confirm(1)">x</a>', "calls"),
        ("<p onmouseover=prompt(1)>x</p>", "calls"),
        ("<p tabindex=0 onfocus=print()>x</p>", "calls"),
        ("<details open ontoggle=alert(1)>x</details>", "calls"),
        ("<script>1</script>", "violations"),
        ("<p style='color:red'>x</p>", "violations"),
        ("<img src=//example.invalid/x.png>", "requests"),
        ("<iframe src=/elsewhere></iframe>", "requests"),
        # A move during the load itself would race with the look at the page.
        ("<script>setTimeout(() => { location = '/elsewhere' }, 60)</script>", "moves"),
        ("<form action=/elsewhere><button onclick='form.submit()'>x</button></form>", "moves"),
    ],
)
def test_watch_sees_what_does_run(fragment, sign, corpus_browser):
    visit = corpus_browser.visit([fragment])
    assert not visit.is_quiet
    assert len(getattr(visit, sign)) > (sign == "moves")


@pytest.mark.parametrize(
    ("fragment", "whole", "outside"),
    [("<p>fine</p>", 1, 0), ("</div></article><p>out</p>", 1, 1), ("</div><div>", 0, 0)],
)
def test_watch_sees_whether_the_containers_hold(fragment, whole, outside, corpus_browser):
    report = corpus_browser.visit([fragment]).report
    assert (report["whole"], report["outside"]) == (whole, outside)
