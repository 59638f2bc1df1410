"""`make verify-snapshots`: each demand on quarters given once, honest statistics, and what committees read."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from tests.conftest import Home
from tests.disclosure.holdings import attacker_of, read_public
from tests.verdicts_recomputed import chance
from tests.verify.harness import Verification, described, run_tests

QUARTER = "2019-T4"


def main() -> int:
    started = time.monotonic()
    v = Verification("Des trimestres donnés une fois, des mots honnêtes, et personne que l'on reconnaisse")
    with tempfile.TemporaryDirectory(prefix="vigie-cliches-") as name:
        scratch = Path(name)
        home = Home(scratch / "home")
        home.run("demo")
        v.demand("La démonstration se charge", "vigie demo ; vigie load", home.load()["resultat"], "publié")
        _given(v, home)
        _same_bytes(v, home, scratch)
        _words(v, home)
        _secrets(v, home)
    run_tests(v, "9 → 21, seul dans sa famille, est une hausse ; rien par-dessus une rupture ; les valeurs d'or",
              "tests/unit/snapshots/test_comparisons.py", "tests/unit/statistics/test_statistics.py")  # fmt: skip
    run_tests(v, "La page s'ouvre sans réseau, s'imprime, dit ce que dit le cliché ; axe n'y trouve rien de grave ; un "
              "chiffre se lit pareil dans le classeur", "tests/integration/test_report.py",
              "tests/unit/report/test_figures.py")  # fmt: skip
    run_tests(v, "Le dossier public se comprend et se vérifie seul, ne nomme personne ; frictionless accepte les "
              "données ouvertes ; une démonstration le dit dans chaque fichier",
              "tests/integration/test_public_folder.py", "tests/unit/report/test_open_data.py")  # fmt: skip
    run_tests(v, "Le second cliché d'un trimestre, une livraison corrigée, montre exactement cette révision",
              "tests/integration/test_snapshots.py", "-k", "correction")  # fmt: skip
    run_tests(v, "Le mois pour l'état-major, le bilan de l'année avec les tableaux du plan",
              "tests/integration/test_snapshots.py", "-k", "month")  # fmt: skip
    run_tests(v, "Un trimestre se clôt à son jour, quand rien de dû ne manque ou que c'est excusé",
              "tests/unit/snapshots/test_closure.py")  # fmt: skip
    run_tests(v, "L'attaquant ne retrouve rien sur des tables au hasard, ni sur les clichés ; sans la suppression "
              "secondaire, il retrouve", "tests/unit/disclosure/test_disclosure.py",
              "tests/integration/test_snapshots.py", "-k",
              "disclosure or worked_out or secondary or small_count")  # fmt: skip
    run_tests(
        v,
        "Le premier et le dernier mot, la révision moyenne et absolue par source",
        "tests/unit/snapshots/test_vintages.py",
    )
    return v.close(started)


def _given(v: Verification, home: Home) -> None:
    given = home.run("snapshot", QUARTER, "--json")
    v.demand("Un trimestre clos se donne", f"vigie snapshot {QUARTER}", given.returncode, 0)
    v.demand("Le même est refusé", f"vigie snapshot {QUARTER}", home.run("snapshot", QUARTER).returncode, 2)
    early = home.run("snapshot", "2025-T1")
    v.demand(
        "Un trimestre qui n'est pas clos est refusé, et dit ce qui le retient",
        "vigie snapshot 2025-T1",
        (early.returncode, "se clôt à partir du 20/04/2025" in early.stderr),
        (2, True),
    )


def _same_bytes(v: Verification, home: Home, scratch: Path) -> None:
    sums = home.folder / "snapshots" / QUARTER / "manifest.sha256"
    for n in ("première", "seconde"):
        target = scratch / n
        home.run("snapshot", QUARTER, "--refaire", str(target))
        checked = subprocess.run(
            ["sha256sum", "-c", "--quiet", str(sums)], cwd=target, check=False, capture_output=True
        )
        v.demand(
            f"Les données refaites depuis l'archive, {n} fois, sont les mêmes",
            f"vigie snapshot {QUARTER} --refaire D ; sha256sum -c manifest.sha256",
            checked.returncode,
            0,
        )
    target = scratch / "pages"
    drawn = home.run("report", QUARTER, "--dossier", str(target), "--json")
    files = [Path(f) for f in json.loads(drawn.stdout)["fichiers"]]
    snapshot = home.folder / "snapshots" / QUARTER
    same = [f.read_bytes() == (snapshot / f.relative_to(target)).read_bytes() for f in files]
    v.demand(
        "Les pages se redessinent du seul dossier, les mêmes", "vigie report", (all(same), len(same) > 10), (True, True)
    )


def _words(v: Verification, home: Home) -> None:
    file = home.folder / "snapshots" / QUARTER / "publique" / "donnees" / "comparaisons.parquet"
    rows = pd.read_parquet(file).set_index(["indicateur_code", "territoire_code", "periode_type"])
    deaths = rows.loc[("TUES", "DEP-46", "annee")]
    v.demand(
        "9 → 15 tués se lit « pas d'évolution établie », avec le p de sa dispersion et son intervalle",
        file.name,
        (
            int(deaths["valeur_precedente"]),
            int(deaths["valeur"]),
            deaths["mot"],
            round(deaths["p_valeur"], 6) == round(chance(9, 15, deaths["dispersion"]), 6) >= 0.31,
            round(deaths["borne_basse"], 1),
            round(deaths["borne_haute"], 1),
        ),
        (9, 15, "pas d'évolution établie", True, 8.4, 24.7),
    )


def _secrets(v: Verification, home: Home) -> None:
    home.run("snapshot", "2023-T4")
    attacker = attacker_of(read_public(home.folder / "snapshots"))

    @described("des nombres tus, et aucun retrouvé")
    def safe(observed: tuple[int, int]) -> bool:
        return observed[0] > 20 and observed[1] == 0

    v.demand(
        "L'attaquant, avec tout ce qui est public, ne retrouve aucun nombre tu (tus, retrouvés)",
        "tests/disclosure",
        (len(attacker.withheld), len(attacker.recovered())),
        safe,
    )


if __name__ == "__main__":
    sys.exit(main())
