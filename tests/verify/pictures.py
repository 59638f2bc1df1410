"""`python -m tests.verify.pictures FOLDER HOME`: a picture of every kind of page of a home, at each width, to look at.

HOME has given the snapshots whose pages are wanted: the last of each kind (quarter, year, month) is taken, in each of
its editions, with the observatory of the quarter, the page of quality and, where pdftoppm is installed, the PDFs.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pipelines.base.periods import Period
from pipelines.report.edition import read_edition
from pipelines.site.draw import draw_site
from pipelines.snapshots import folder
from tests.conftest import Home
from tests.support.chromium import Chromium, chromium
from tests.support.screens import WIDTHS, at_width
from tests.support.site_pages import KINDS, opened

_PDFS = ("info_rapide.pdf", "fiches_priorites.pdf")


def of_site(browser: Chromium, site: Path, target: Path, prefix: str = "") -> dict[str, float]:
    """Write a picture of each kind of page of an observatory at each width; returns the best seconds of each."""
    times: dict[str, float] = {}
    for kind, page in KINDS.items():
        for width in WIDTHS:
            tab, seconds = opened(browser, site, page, width)
            times[kind] = round(min(seconds, times.get(kind, seconds)), 2)
            _file(target, f"{prefix}{kind}", width).write_bytes(tab.picture())
            tab.close()
    return times


def of_pages(browser: Chromium, pages: dict[str, Path], target: Path) -> dict[str, float]:
    """Do the same of pages that run no script, by name."""
    times: dict[str, float] = {}
    for kind, page in pages.items():
        for width in WIDTHS:
            start = time.monotonic()
            tab = at_width(browser, page, width)
            times[kind] = round(min(time.monotonic() - start, times.get(kind, math.inf)), 2)
            _file(target, kind, width).write_bytes(tab.picture())
            tab.close()
    return times


def _file(target: Path, kind: str, width: int) -> Path:
    target.mkdir(parents=True, exist_ok=True)
    return target / f"{kind.replace(' ', '-')}-{width}.png"


def _editions(home: Home) -> Iterator[tuple[str, Path, str]]:
    """Yield the kind of period, the snapshot and the edition of the last snapshot of each kind."""
    root = home.folder / "snapshots"
    last = {Period.read(name.period).kind: name for name in sorted(folder.given(root))}
    for kind, name in last.items():
        for edition in folder.editions_of(Period.read(name.period)):
            yield kind, root / str(name), edition


def main(target: Path, home: Home) -> int:
    with tempfile.TemporaryDirectory() as scratch, chromium(Path(scratch) / "profil") as browser:
        quality = Path(scratch) / "qualite.html"
        home.run("quality", "--sortie", str(quality))
        pages = {"qualité": quality} if quality.exists() else {}
        for kind, snapshot, edition in _editions(home):
            pages[f"édition {kind} {edition}"] = snapshot / edition / "rapport.html"
            for name in _PDFS if shutil.which("pdftoppm") else ():
                target.mkdir(parents=True, exist_ok=True)
                picture = target / f"{Path(name).stem}-{kind}-{edition}"
                subprocess.run(["pdftoppm", "-r", "80", "-png", snapshot / edition / name, picture], check=True)
            if kind == "trimestre":
                draw_site(read_edition(snapshot, edition), Path(scratch) / edition)
                of_site(browser, Path(scratch) / edition, target, f"{edition} ")
        of_pages(browser, pages, target)
    print(f"{len(list(target.glob('*.png')))} captures dans {target.resolve()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Home(Path(sys.argv[2]))))
