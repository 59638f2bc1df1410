"""What a screen shows of a page, asked of the browser itself: widths, letters, the keyboard, printed pages."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from tests.support.chromium import Chromium, Tab

WIDTHS = (1280, 800, 390)
LEAST_LETTERS = 11
_LOADED = "document.readyState === 'complete'"
# Sizes as they are seen: a drawing may be shrunk to the width of the page.
_SMALLEST = """(() => {
  const sizes = [...document.querySelectorAll('svg text')].filter(t => t.textContent && t.getBoundingClientRect().width)
    .map(t => parseFloat(getComputedStyle(t).fontSize) * t.getCTM().a);
  return sizes.length ? Math.min(...sizes) : null;
})()"""
# A text that its drawing, or whatever cuts the drawing, does not show whole.
_CUT = """[...document.querySelectorAll('svg text')].filter(t => t.textContent && t.getBoundingClientRect().width)
  .filter(t => {
    const [a, b] = [t.getBoundingClientRect(), (t.closest('.dessin') || t.ownerSVGElement).getBoundingClientRect()];
    return a.right > b.right + 1 || a.left < b.left - 1;
  }).map(t => t.textContent)"""
# What the keyboard may stop at, in the order of the page.
_STOPS = """[...document.querySelectorAll('a[href], button, select, input, summary, [tabindex="0"]')]
  .filter(e => e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}) && !e.disabled)"""


def at_width(browser: Chromium, page: Path, width: int, height: int = 900) -> Tab:
    """A tab of this width at a page that runs no script."""
    tab = browser.open("about:blank")
    tab.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
    tab.call("Page.enable")
    tab.go(page.as_uri())
    tab.wait(f"location.href !== 'about:blank' && {_LOADED}")
    return tab


def sideways(tab: Tab) -> int:
    """How many pixels the page itself scrolls to the side."""
    return int(str(tab.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")))


def smallest_letters(tab: Tab) -> float | None:
    """The size of the smallest letters of the drawings, in pixels as they are seen; None without a drawing."""
    found = tab.run(_SMALLEST)
    return None if found is None else float(str(found))


def cut_texts(tab: Tab) -> list[str]:
    """The texts of the drawings that are not shown whole."""
    return list(tab.run(_CUT))  # type: ignore[call-overload]


def keyboard_path(tab: Tab, most: int = 600) -> tuple[list[int], int]:
    """Where the Tab key stops, as ranks among what may be stopped at, until it leaves the page; and how many those
    are. -1 is a stop that is none of them.
    """
    tab.run(f"window.arrets = {_STOPS}; document.activeElement.blur(); 0")
    found: list[int] = []
    for _ in range(most):
        tab.press("Tab")
        if tab.run("document.activeElement === document.body"):
            break
        found.append(int(str(tab.run("window.arrets.indexOf(document.activeElement)"))))
        if len(found) > 1 and found[-1] == found[0]:
            found.pop()
            break  # round again
    return found, int(str(tab.run("window.arrets.length")))


def printed(tab: Tab) -> bytes:
    """The page as it is printed on A4."""
    told = tab.call("Page.printToPDF", preferCSSPageSize=True, paperWidth=8.27, paperHeight=11.69)
    return base64.b64decode(told["data"])


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))
