"""`make verify-analysts`: a figure is explained, found and used by someone who never met Vigie, demand by demand."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import PROJECT
from tests.faults.ground import Ground
from tests.support.postgresql import READ, Reader, content, differing, programs, server
from tests.verify.harness import Verification, described, run_together

LOADS = 10
_TESTS = (
    ("Chaque place citée dit ce que l'on y compte", ("test_explain",)),
    ("Catalogue, modèles, commentaires, page et rapport disent la même chose", ("test_dictionary",)),
    ("Trente questions : chaque requête donne ce que le plan imprime ou ce que l'on compte dans les fichiers",
     ("test_queries",)),
    ("Les outils se branchent ; la copie PostgreSQL, ses droits et ses contraintes",
     ("test_connecting", "test_postgresql")),
    ("Deux écrivent un lac, un troisième lit ; les modèles sur Spark", ("test_lake", "test_spark")),
)  # fmt: skip


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as scratch:
        v = Verification("L'entrepôt des analystes")
        _ten_loads(v, Ground(Path(scratch) / "sol"))
    _spark(v)
    run_together(v, _TESTS)
    return v.close()


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
