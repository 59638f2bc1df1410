"""A headless Chromium that keeps its tabs open, driven over its own protocol; it reaches this machine alone."""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.sync.client import ClientConnection, connect


class Tab:
    """One tab: what it shows, and what a script in it gives."""

    def __init__(self, browser: Chromium, address: str) -> None:
        self._browser = browser
        self._target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.call("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"]
        self.go(address)

    def go(self, address: str) -> None:
        """Have it open an address, as typed by its user."""
        self._browser.call("Page.navigate", self._session, url=address)

    def call(self, method: str, **parameters: object) -> dict:
        """One call of the protocol to this tab."""
        return self._browser.call(method, self._session, **parameters)

    def press(self, key: str) -> None:
        """One key, down and up."""
        text = {"Enter": "\r"}.get(key)
        about = {"key": key, "code": key, "windowsVirtualKeyCode": {"Tab": 9, "Enter": 13}[key]}
        self.call("Input.dispatchKeyEvent", type="keyDown", **about, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def picture(self) -> bytes:
        """The whole page, as a PNG."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(shot["data"])

    def close(self) -> None:
        """Close the tab."""
        self._browser.call("Target.closeTarget", targetId=self._target)

    def run(self, script: str) -> object:
        """The value of a JavaScript expression, once settled when it is a promise. Raises RuntimeError if it throws."""
        told = self._browser.call(
            "Runtime.evaluate", self._session, expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in told:
            raise RuntimeError(str(told["exceptionDetails"]))
        return told["result"].get("value")

    def wait(self, script: str, seconds: float = 60) -> object:
        """What the expression gives once it is true; the test fails with what the tab shows when it is not in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            # A page that is being left answers nothing.
            try:
                if found := self.run(script):
                    return found
            except RuntimeError:
                pass
            time.sleep(0.25)
        pytest.fail(f"{script} : {self.run('location.href + document.body.innerText')}")


class Chromium:
    """The browser behind its debugging socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._numbers = socket, itertools.count(1)

    def open(self, address: str) -> Tab:
        """A new tab at this address."""
        return Tab(self, address)

    def call(self, method: str, session: str | None = None, **parameters: object) -> dict:
        """One call of the protocol. Raises RuntimeError for what it refuses."""
        number = next(self._numbers)
        said = {"id": number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        self._socket.send(json.dumps(said))
        while (answer := json.loads(self._socket.recv(timeout=60))).get("id") != number:
            continue  # an event
        if "error" in answer:
            raise RuntimeError(answer["error"]["message"])
        return answer["result"]


@contextmanager
def chromium(profile: Path, *strangers: str) -> Iterator[Chromium]:
    """A browser with this profile; `strangers` are names of other sites that lead to this machine. The test skips with
    a sentence when no Chromium is installed.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("chromium n'est pas installé : l'interface n'a pas été ouverte dans un navigateur")
    rules = [f"MAP {name} 127.0.0.1" for name in strangers]
    arguments = [
        program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-popup-blocking", "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        f"--host-resolver-rules={', '.join([*rules, 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1', 'EXCLUDE localhost'])}",
        "about:blank",
    ]  # fmt: skip
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            with connect(_debugging_address(profile), max_size=None, proxy=None) as socket:
                yield Chromium(socket)
        finally:
            process.terminate()


def _debugging_address(profile: Path) -> str:
    told = profile / "DevToolsActivePort"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        lines = told.read_text(encoding="utf-8").split() if told.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.1)
    raise RuntimeError("Chromium does not answer")
