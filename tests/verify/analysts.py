"""`make verify-analysts`: a figure is explained, found and used by someone who never met Vigie, demand by demand."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import PROJECT, Home
from tests.faults.ground import Ground
from tests.postgresql import READ, Reader, content, differing, programs, server
from tests.queries import queries
from tests.verify.harness import Verification, described, run_tests

LOADS = 10


def main() -> int:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as scratch:
        v = Verification("L'entrepôt des analystes")
        home = Home(Path(scratch) / "demo")
        home.run("demo")
        v.demand("La démonstration se charge", "vigie demo ; vigie load", home.load()["resultat"], "publié")
        _explained(v, home)
        query = (
            "select objet_type, count(*) > 0, count(definition) = count(*) from reference.dictionnaire "
            "group by 1 order by 1"
        )
        v.demand("Chaque table, colonne et indicateur est défini", f'vigie sql "{query}"', home.sql(query),
                 [[kind, True, True] for kind in ("colonne", "indicateur", "table")])  # fmt: skip
        v.demand("Trente questions", "docs/requetes.md", len(queries()), 30)
        _ten_loads(v, Ground(Path(scratch) / "sol"))
    _spark(v)
    names = ("explain", "dictionary", "queries", "connecting", "postgresql", "lake", "spark")
    files = [f"tests/integration/test_{name}.py" for name in names]
    text = (
        "Chaque place citée dit ce que l'on y compte ; catalogue, modèles, commentaires, page et rapport disent "
        "la même chose ; chaque requête donne ce que le plan imprime ; les outils se branchent ; la copie PostgreSQL, "
        "ses droits et ses contraintes ; deux écrivent un lac, un troisième lit"
    )
    run_tests(v, text, *files)
    return v.close(started)


def _explained(v: Verification, home: Home) -> None:
    command = ("explain", "CBV_4001", "DEP-46", "2019", "--json")
    told = json.loads(home.run(*command).stdout)
    cells = told["cellules"]
    v.demand("421 coups et blessures en 2019 : cinq cellules, qui font 421", f"vigie {' '.join(command)}",
             (told["valeur"]["valeur"], cells["nombre"], cells["concorde"]), (421, 5, True))  # fmt: skip
    v.demand("Et leurs fichiers", f"vigie {' '.join(command)}",
             [d["nom"] for d in told["livraisons"] if d["nom"].startswith("crimes")],
             ["crimes-et-delits-services-demonstration.xlsx"])  # fmt: skip


def _ten_loads(v: Verification, ground: Ground) -> None:
    """Ten loads that each change what is published, copied each, while somebody reads several tables in a loop."""
    if programs() is None:
        v.demand("PostgreSQL est installé", "apt-get install postgresql", False, True)
        return
    with server() as pg:
        name = pg.database()
        home = ground.copy(ground.base, VIGIE_POSTGRES_DSN=pg.dsn(name))
        home.run("copy")
        [[delivery]] = home.sql("select livraison_id from qualite.livraisons where nom like 'population%'")
        with pg.connect(name) as own:
            allowed, odd, published = [content(own, *READ)], [], 0
            reader = Reader(pg, name)
            for rank in range(LOADS):
                home.run("reinstate" if rank % 2 else "withdraw", delivery, "--motif", "essai")
                published += home.load()["resultat"] == "publié"
                odd += differing(home.warehouse, own)
                allowed.append(content(own, *READ))
            states = reader.end()
    mixed = sum(state not in allowed for state in states)
    seen = sum(state in states for state in allowed)

    @described("dix publiés, aucune table qui diffère, aucun mélange, plusieurs états vus")
    def whole(told: tuple[int, list[str], int, int]) -> bool:
        return told[:3] == (LOADS, [], 0) and told[3] > LOADS // 2

    v.demand(
        f"{LOADS} chargements copiés dans PostgreSQL sous un lecteur en boucle ({len(states)} lectures) : publiés, "
        "tables qui diffèrent, lectures mélangées, états vus",
        "VIGIE_POSTGRES_DSN=… vigie load × 10", (published, odd, mixed, seen), whole,
    )  # fmt: skip


def _spark(v: Verification) -> None:
    """The demonstration and the ministry's workbook, on both engines."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.engines", "spark"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    print(done.stdout)
    told = [line for line in done.stdout.splitlines() if " relations, " in line]

    @described("le classeur et la démonstration, aucune relation différente")
    def equal(_: object) -> bool:
        return done.returncode == 0 and len(told) == 2

    v.demand(
        "Les modèles sur Spark donnent les lignes de DuckDB, toutes les colonnes", "make spark",
        told or done.stdout.strip()[-300:], equal,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
