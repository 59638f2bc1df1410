"""A headless browser that reaches no network, when one is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def browse(page: Path, scratch: Path, *what: str) -> str:
    """Open a page with Chromium; `what` are its own options (`--dump-dom`, `--print-to-pdf=…`). Returns what it prints.
    The test skips with a sentence when no Chromium is installed.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("chromium n'est pas installé : la page n'a pas été ouverte dans un navigateur")
    done = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", f"--user-data-dir={scratch / 'profil'}",
         "--host-resolver-rules=MAP * ~NOTFOUND", *what, page.as_uri()],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
