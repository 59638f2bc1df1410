"""An officer at the desk in a real browser: reads pages, fills in forms, presses buttons, sends files."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from pathlib import Path

from tests.support.chromium import Chromium, Tab
from tests.support.typed import as_typed

_FORM = """[...document.querySelectorAll('form[action$="/faire/%s"]')].find(form =>
  Object.entries(%s).every(([name, value]) => form.elements[name] && form.elements[name].value === value))"""
_FIELD = """(() => { const form = %s;
  const label = [...form.querySelectorAll('label')].find(l => l.innerText.replace(/’/g, "'").trim().startsWith(%s));
  return label.htmlFor ? document.getElementById(label.htmlFor) : label.querySelector('input'); })()"""


class Officer:
    """One who came in by the address of the desk."""

    def __init__(self, browser: Chromium, address: str) -> None:
        self.base = address.partition("/?")[0]
        self.tab: Tab = browser.open(address)
        self.tab.wait("document.title.includes('– Vigie, d')")

    def go(self, page: str = "") -> str:
        """Open a page of the menu, or one under it; returns what it says."""
        self.tab.run("window.left = true")
        self.tab.go(f"{self.base}/{page}")
        return self._arrived()

    def follow(self, words: str) -> str:
        """Press the link that begins with these words; returns what the next page says."""
        link = f"[...document.querySelectorAll('main a')].find(a => a.innerText.startsWith({json.dumps(words)}))"
        self.tab.wait(f"!!({link})")
        self.tab.run("window.left = true")
        self.tab.run(f"{link}.click()")
        return self._arrived()

    def send(
        self, act: str, fields: Mapping[str, str] | None = None, of: Mapping[str, str] | None = None,
        files: list[Path] | None = None,
    ) -> str:  # fmt: skip
        """Fill in the form of an act (by its labels) and press its button. `of` tells it among those of the page by
        its hidden fields. Returns what the next page says.
        """
        form = _FORM % (act, json.dumps(dict(of or {})))
        self.tab.wait(f"!!({form})")
        # A form that is folded away is unfolded first, as a person does.
        self.tab.run(
            f"(() => {{ const d = {form}.closest('details'); if (d && !d.open) d.firstElementChild.click(); }})()"
        )
        for label, value in (fields or {}).items():
            self._fill(_FIELD % (form, json.dumps(label)), value)
        if files:
            self._attach(f"{form}.querySelector('input[type=file]')", files)
        self.tab.run("window.left = true")
        self.tab.run(f"{form}.querySelector('button').click()")
        return self._arrived()

    def text(self) -> str:
        """What the page says, as it is typed in the project."""
        return as_typed(str(self.tab.run("document.body.innerText")))

    def work(self, seconds: float = 600) -> str:
        """Wait for the end of the long work of this page, without loading it again; returns what it says then."""
        deadline = time.monotonic() + seconds
        while not self.tab.run("!!document.querySelector('[data-fini]')"):
            if time.monotonic() > deadline:
                raise AssertionError(self.text())
            time.sleep(0.5)
        return self.text()

    def download(self, address: str) -> bytes:
        """The bytes of a link of the page."""
        script = (
            f"fetch({json.dumps(address)}).then(r => r.ok ? r.arrayBuffer() : Promise.reject(r.status)).then(b => "
            "btoa([...new Uint8Array(b)].map(c => String.fromCharCode(c)).join('')))"
        )
        return base64.b64decode(str(self.tab.run(script)))

    def _fill(self, field: str, value: str) -> None:
        kind = self.tab.run(f"{field}.tagName + ' ' + {field}.type")
        if kind == "INPUT radio":
            self.tab.run(f"{field}.click()")
        elif str(kind).startswith("SELECT") or str(kind).endswith(" date"):
            self.tab.run(f"{field}.value = {json.dumps(value)}")
        else:
            self.tab.run(f"({field}.focus(), {field}.select())")
            self.tab.call("Input.insertText", text=value)

    def _attach(self, field: str, files: list[Path]) -> None:
        found = self.tab.call("Runtime.evaluate", expression=field)["result"]["objectId"]
        self.tab.call("DOM.setFileInputFiles", files=[str(f) for f in files], objectId=found)

    def _arrived(self) -> str:
        self.tab.wait("!window.left && document.readyState === 'complete'")
        return self.text()
