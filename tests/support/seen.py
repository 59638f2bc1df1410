"""What a browser sees of a page: its width, what axe finds, its picture."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from pipelines.settings.model import PROJECT
from tests.support.chromium import Tab

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"


def resize(tab: Tab, width: int, height: int = 900) -> None:
    """Give the window of a tab this width, in CSS pixels."""
    tab.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)


def too_wide(tab: Tab) -> int:
    """How many pixels the page must be scrolled sideways to be read whole."""
    return int(tab.run("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def violations(tab: Tab) -> list[list[object]]:
    """What axe finds: impact, rule, first element. The test skips with a sentence when axe is not installed."""
    if not AXE.exists():
        pytest.skip("axe-core n'est pas installé (npm install --no-save axe-core) : l'accessibilité n'est pas jugée")
    tab.run(AXE.read_text(encoding="utf-8") + "; true")
    found = tab.run("axe.run(document).then(r => JSON.stringify(r.violations.map(v => "
                    "[v.impact, v.id, v.nodes[0].html.slice(0, 200)])))")  # fmt: skip
    return json.loads(str(found))


def picture(tab: Tab, file: Path) -> None:
    """Write the whole page as a PNG."""
    told = tab.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
    file.write_bytes(base64.b64decode(told["data"]))


def press(tab: Tab, key: str, code: str | None = None, number: int = 0) -> None:
    """Press and release a key."""
    for kind in ("keyDown", "keyUp"):
        tab.call("Input.dispatchKeyEvent", type=kind, key=key, code=code or key, windowsVirtualKeyCode=number)
