"""`make verify-arrivals`: today's official files load at the first try, and nothing accepted breaks a load."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.conftest import PROJECT, Home, case_path
from tests.verify.harness import Verification, described, run_together

_TESTS = (
    ("Chaque cas a la valeur, ou le refus, de ses notes ; communes et arrondissements font leur département, avec "
     "« non rattaché »", ("test_forms", "test_ssmsi", "test_places", "test_populations")),
    ("Le classeur du ministère et la démonstration donnent ce qu'ils donnaient",
     ("test_real_workbook", "test_demonstration")),
    ("Deux publications du SSMSI la même année, dans les deux ordres", ("test_ranking", "test_conflicts")),
    ("vigie fetch, contre un catalogue local",
     ("test_fetch", "test_fetch_command", "test_fetch_names", "test_fetch_network")),
    ("Ce qui casse la construction est trouvé, mis à l'écart, et le reste publié",
     ("test_isolation", "test_set_aside", "test_held_back", "test_refusals", "test_reception_gate")),
    ("Un fichier coupé, une table qui ne va pas avec les autres, un total pris pour un service",
     ("test_wholeness", "test_mutants", "test_mutants_of_every_source")),
)  # fmt: skip


def main() -> int:
    if case_path() is None:
        print("Les petits cas ne sont pas là : VIGIE_CAS dit où les trouver.")
        return 1
    v = Verification("Les fichiers officiels du jour, et la loi de la porte")
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as scratch:
        _monthly(v, Path(scratch))
        _two_publications(v, Path(scratch))
    run_together(v, _TESTS)
    _mutants(v)
    return v.close()


def _monthly(v: Verification, scratch: Path) -> None:
    """The total is the total, and a force alone a part of it, alone or together and in any order."""
    total, part = (case_path("etat4001", f"tableaux-4001-{k}-petit.xlsx") for k in ("ts", "gn"))
    query = (
        "select territoire_code, valeur from indicateurs.valeurs where indicateur_code = 'CBV_4001' and "
        "periode = '2019' and source = 'etat4001_departements' and valeur is not null order by 1"
    )
    both = [["DEP-46", 120], ["ZGN-46", 84]]
    for name, loads, expected in (
        ("le total seul", [[total]], both[:1]), ("une force seule", [[part]], both[1:]),
        ("ensemble", [[total, part]], both), ("la force d'abord", [[part], [total]], both),
        ("le total d'abord", [[total], [part]], both),
    ):  # fmt: skip
        v.check(f"4001 mensuel, {name}", f'vigie load ; vigie sql "{query}"',
                _after(Home(scratch / name), loads, query), expected)  # fmt: skip


def _two_publications(v: Verification, scratch: Path) -> None:
    """Two publications of one year, in both orders: the same warehouse, the later in use, the earlier kept."""
    first = case_path("ssmsi", "ssmsi_dep_2025-03-14_libelles.csv"), "2025-03-14"
    second = case_path("ssmsi", "ssmsi_dep_2026_quoted_capital.csv"), "2025-06-04"
    homes = []
    for order in ((first, second), (second, first)):
        homes.append(Home(scratch / f"publications-{order[0][1]}"))

        def both(home: Home = homes[-1], order: tuple = order) -> list[int]:
            codes = []
            for file, date in order:
                home.drop(file, f"donnee-dep-data.gouv-2024-geographie2024-produit-le{date}.csv")
                codes.append(home.load()["code_sortie"])
            return codes

        v.check(f"Deux publications de 2024, celle du {order[0][1]} d'abord", "vigie load, deux fois", both, [0, 0])
    query = (
        "select millesime, en_usage from indicateurs.millesimes where territoire_code = 'DEP-46' and periode = '2024' "
        "and indicateur_code = 'HOMICIDES_SSMSI' order by 1"
    )
    v.check("La dernière en usage, l'autre dans les millésimes", f'vigie sql "{query}"',
            lambda: homes[1].sql(query), [["2025-03-14", False], ["2025-06-04", True]])  # fmt: skip
    values = (
        "select indicateur_code, territoire_code, periode, ventilation_code, source, valeur, statut, lot_livraisons "
        "from indicateurs.valeurs order by all"
    )
    v.check("Le même entrepôt dans les deux ordres", f'vigie sql "{values}"',
            lambda: homes[0].sql(values) == homes[1].sql(values) != [], True)  # fmt: skip


def _after(home: Home, loads: list[list[Path]], query: str) -> Callable[[], object]:
    def observe() -> object:
        for files in loads:
            for file in files:
                home.drop(file)
            home.load()
        return [row for row in home.sql(query) if not row[0].startswith(("REG-", "FR"))]

    return observe


def _mutants(v: Verification) -> None:
    command = [sys.executable, "-m", "tests.properties"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    last = (done.stdout.strip().splitlines() or [done.stderr[-300:]])[-1]

    @described("des centaines de mutants, incidents : 0")
    def sound(said: object) -> bool:
        found = re.match(r"mutants essayés : (\d+).*incidents : 0$", str(said))
        return bool(found) and int(found[1]) >= 300 and done.returncode == 0

    v.demand("Des mutants de chaque source : refusés avec leur place, ou publiés", "python -m tests.properties",
             last, sound)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
