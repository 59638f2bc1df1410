"""`make verify-house`: a newcomer's tasks, from the recipes alone, on a clean copy of the project."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from python_calamine import CalamineWorkbook

from pipelines.demo import write_demonstration
from tests.conftest import Home, real_path
from tests.support.recipes import clean_copy, follow, python, recipes
from tests.verify.harness import Verification, described, run_tests

WORKBOOK = ("etat4001", "crimes-et-delits-services-depuis-2012.xlsx")
ORDERS = "Département;Année;Rappels à l'ordre\n46;2020;12\n46;2021;18\n46;2022;9\n46;2023;22\n12;2023;7\n"
NOTHING_TO_TYPE = {"Un layout", "Un indicateur", "Un département", "Un plan, un avenant", "Une source"}


def main() -> int:
    started = time.monotonic()
    workbook = real_path(*WORKBOOK)
    if workbook is None:
        print("Le classeur public du ministère n'est pas là : VIGIE_DONNEES dit où le trouver.")
        return 1
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as scratch:
        v = Verification("La maison : ce qu'un nouveau venu fait des recettes")
        project = clean_copy(Path(scratch) / "projet")
        for title, blocks in recipes().items():
            _follow(v, project, title, blocks)
        _demonstration(v, project, Path(scratch))
        _orders(v, project, Path(scratch))
        _aveyron(v, project, Path(scratch), workbook)
        _tests(v, project)
        run_tests(v, "L'ordre des pièces et leur taille", "tests/consistency/test_rooms.py")
        return v.close(started)


def _follow(v: Verification, project: Path, title: str, blocks: list[str]) -> None:
    def observe() -> str:
        begun = time.monotonic()
        follow(project, title)
        return f"{len(blocks)} blocs en {time.monotonic() - begun:.1f} s"

    @described("chaque bloc change le projet")
    def changed(observed: object) -> bool:
        return str(observed).startswith(f"{len(blocks)} blocs")

    v.check(f"Recette « {title} », à la lettre", f"docs/developper/recettes.md, {title}", observe, changed)
    if title in NOTHING_TO_TYPE:
        v.demand(f"« {title} » ne touche aucun Python", "les blocs", [b for b in blocks if ".py" in b], [])


def _demonstration(v: Verification, project: Path, scratch: Path) -> None:
    """The layout and the indicator, in a load of the demonstration."""
    home = Home(scratch / "demo", PYTHONPATH=str(project))
    write_demonstration(home.landing)
    base = home.landing / "donnee-dep-2024-geographie2025-demonstration.csv"
    base.write_text(base.read_text(encoding="utf-8").replace(";nombre;", ";faits_enregistres;", 1), encoding="utf-8")
    told = home.load()
    v.demand("L'en-tête renommé est lu : aucun fichier refusé", "vigie load", told["refusees"], [])
    query = (
        "select count(*) from indicateurs.valeurs where indicateur_code = 'VOLS_ETALAGE_4001'"
        " and territoire_code = 'DEP-46' and periode_type = 'annee' and valeur > 0"
    )

    @described("au moins une année")
    def some(observed: object) -> bool:
        return observed[0][0] > 0

    v.demand("L'indicateur de plus a ses années", f'vigie sql "{query}"', home.sql(query), some)


def _orders(v: Verification, project: Path, scratch: Path) -> None:
    """The source, in a home that has received nothing else."""
    home = Home(scratch / "rappels", PYTHONPATH=str(project), VIGIE_COMPARAISON="region")
    (home.landing / "rappels.csv").write_text(ORDERS, encoding="utf-8")
    v.demand("La source de plus se charge", "vigie load", home.load()["resultat"], "publié")
    query = (
        "select periode, valeur::integer from indicateurs.priorite_1_jeunesse where indicateur_code = 'RAPPELS_ORDRE'"
        " and territoire_code = 'DEP-46' and periode_type = 'annee' and valeur is not null order by periode"
    )
    v.demand("Ses valeurs sont celles du fichier", f'vigie sql "{query}"', home.sql(query),
             [["2020", 12], ["2021", 18], ["2022", 9], ["2023", 22]])  # fmt: skip
    told = home.run("explain", "RAPPELS_ORDRE", "DEP-46", "2021").stdout
    v.demand("Une valeur revient à sa ligne", "vigie explain RAPPELS_ORDRE DEP-46 2021",
             "rappels.csv, ligne 3" in told, True)  # fmt: skip


def _aveyron(v: Verification, project: Path, scratch: Path, workbook: Path) -> None:
    """The département and its plan, in the ministry's own workbook."""
    home = Home(scratch / "aveyron", PYTHONPATH=str(project), VIGIE_DEPARTEMENT="12", VIGIE_DEPUIS="2025-01")
    home.drop(workbook)
    v.demand("L'Aveyron se charge", "VIGIE_DEPARTEMENT=12 vigie load", home.load()["resultat"], "publié")
    query = (
        "select territoire_code, valeur::integer from indicateurs.valeurs where territoire_code like 'SRV-12-GN-CGD-%'"
        " and indicateur_code = 'CBV_4001' and periode = '2020' and retenu order by territoire_code"
    )
    v.demand("Ses compagnies ont l'index 7 du classeur", f'vigie sql "{query}"', home.sql(query),
             _companies(workbook))  # fmt: skip
    priorities = json.loads(home.run("plan", "--json").stdout)["priorites"]
    v.demand("Son plan a trois priorités", "vigie plan --json", [p["priorite_code"] for p in priorities],
             ["P1", "P2", "P3"])  # fmt: skip


def _companies(workbook: Path) -> list[list]:
    """Index 7 of 2020 in the companies of the Aveyron, read in the workbook."""
    places, names, *lines = CalamineWorkbook.from_path(str(workbook)).get_sheet_by_name("Services GN 2020").to_python()
    [blows] = [line for line in lines if line[0] == 7]
    codes = {"CGD MILLAU": "MILLAU", "CGD RODEZ": "RODEZ", "CGD VILLEFRANCHE DE ROUERGUE": "VILLEFRANCHE"}
    return sorted(
        [f"SRV-12-GN-CGD-{codes[name]}", int(blows[i])] for i, name in enumerate(names) if str(places[i]) == "12"
    )


def _tests(v: Verification, project: Path) -> None:
    @described("les tests passent")
    def passed(observed: object) -> bool:
        return observed == 0

    for text, arguments in (
        ("Les tables se tiennent encore", ["tests/consistency", "--ignore", "tests/consistency/test_recipes.py"]),
        ("Les documents disent encore vrai", ["tests/unit/test_documents.py", "tests/unit/test_templates.py"]),
        ("La règle attrape son mutant, et lui seul", ["tests/integration/test_mutants.py", "-k", "ETP_POSTE"]),
        ("L'option et la page ont leur test", ["tests/unit/test_latest_deliveries.py",
                                               "tests/unit/test_deliveries_page.py", "tests/unit/test_help.py"]),
    ):  # fmt: skip
        done = python(project, "-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", *arguments)
        v.demand(text, f"pytest {' '.join(arguments)}", done.returncode, passed)
        if done.returncode:
            v.console.print(done.stdout[-2000:], markup=False)


if __name__ == "__main__":
    sys.exit(main())
