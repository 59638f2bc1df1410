"""`make verify-analysts`: a figure is explained, found and used by someone who never met Vigie, demand by demand."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import Home
from tests.queries import queries
from tests.verify.harness import Verification, run_tests


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
        v.demand("Vingt questions", "docs/requetes.md", len(queries()), 20)
    files = [f"tests/integration/test_{name}.py" for name in ("explain", "dictionary", "queries", "connecting")]
    text = (
        "Chaque place citée dit ce que l'on y compte ; catalogue, modèles, commentaires, page et rapport disent "
        "la même chose ; chaque requête donne ce que le plan imprime ; les outils se branchent"
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


if __name__ == "__main__":
    sys.exit(main())
