"""`make verify-screens`: each demand on what people look at, in a real browser without a network."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.support.chromium import chromium
from tests.verify.harness import Verification, described, loaded_demonstration, run_together
from tests.verify.pictures import of_pages, of_site

_QUARTER = "2023-T4"
_SCREENSHOTS = Path("captures")
_TESTS = (
    ("L'observatoire : chaque chiffre est dans les tables du cliché ; il s'ouvre d'un dossier, sans réseau : filtres, "
     "carte, adresse à garder et CSV ; axe n'y trouve rien ; le clavier va partout ; ce qui est tu et ce qui manque ne "
     "passent pas pour bas ; l'attaquant n'y apprend rien", ("test_site", "test_site_attacked", "test_site_numbers")),
    ("Les cartes : classes écrites, hachures, contours sans trou",
     ("test_contours", "test_classes", "test_drawing", "test_levels")),
    ("Des lieux, l'édition publique n'a que ce qui est public ou ne compte personne", ("test_snapshot_places",)),
)  # fmt: skip


def main() -> int:
    v = Verification("Ce que l'on regarde : les mêmes chiffres, lus par tous, sans réseau")
    with tempfile.TemporaryDirectory() as scratch:
        _observatory(v, Path(scratch))
    run_together(v, _TESTS)
    return v.close()


def _observatory(v: Verification, scratch: Path) -> None:
    """Time the command and the pages, weigh the folder, take the screenshots."""
    home = loaded_demonstration(v, scratch / "home")
    start = time.monotonic()
    home.run("snapshot", _QUARTER)
    snapshot = time.monotonic() - start
    site = scratch / "site"
    start = time.monotonic()
    home.run("site", _QUARTER, "--dossier", str(site))
    ratio = (time.monotonic() - start) / snapshot
    size = sum(f.stat().st_size for f in site.rglob("*") if f.is_file()) / 1e6

    @described("moins de 1,5 fois le temps du cliché")
    def quick(found: object) -> bool:
        return float(str(found)) < 1.5

    @described("moins de 15 Mo")
    def small(found: object) -> bool:
        return float(str(found)) < 15

    v.demand("L'observatoire s'écrit en moins de 1,5 fois le temps de son cliché", "vigie site", round(ratio, 2), quick)
    v.demand("Il pèse moins de 15 Mo, avec les communes", "du -sb", round(size, 1), small)
    quality = scratch / "qualite.html"
    home.run("quality", "--sortie", str(quality))
    given = home.folder / "snapshots" / _QUARTER
    pages = {f"édition {kind}": given / kind / "rapport.html" for kind in ("publique", "restreinte")}
    with chromium(scratch / "profil") as browser:
        times = of_site(browser, site, _SCREENSHOTS) | of_pages(browser, pages | {"qualité": quality}, _SCREENSHOTS)
    v.demand("Une page s'ouvre en moins de 2 s", "chromium --headless", times, _under_two_seconds)
    v.console.print(f"         captures : {_SCREENSHOTS.resolve()}")


@described("moins de 2 s pour la plus lente")
def _under_two_seconds(found: object) -> bool:
    return max(dict(found).values()) < 2  # type: ignore[call-overload]


if __name__ == "__main__":
    sys.exit(main())
