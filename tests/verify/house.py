"""`make verify-house`: a newcomer's tasks, from the recipes alone, on a clean copy of the project; then the rooms."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from python_calamine import CalamineWorkbook

from pipelines.demo import write_demonstration
from tests.conftest import PROJECT, Home, real_path
from tests.support.recipes import clean_copy, follow, python, recipes
from tests.verify.harness import Verification, described, run_tests, run_together

WORKBOOK = ("etat4001", "crimes-et-delits-services-depuis-2012.xlsx")
ORDERS = "Département;Année;Rappels à l'ordre\n46;2020;12\n46;2021;18\n46;2022;9\n46;2023;22\n12;2023;7\n"
_TESTS = (
    ("Trois priorités d'un autre département, dont une par avenant, sont des lignes de tables",
     ("test_another_plan", "test_priorities_of_a_plan")),
    ("Une mise en page, un indicateur, des services sont des lignes de tables", ("test_lines_in_tables",)),
    ("Une table qu'Excel a enregistrée est lue, ou nommée avec sa ligne",
     ("test_tables_saved_by_excel", "test_faulty_tables")),
    ("dbt seul ne change pas un chargement ; ses tests rougissent sur un double", ("test_dbt_alone",)),
    ("« Materialize » marche depuis chaque page", ("test_boxes", "test_web_materialize")),
    ("Une préparation qui repart de la dernière vaut une préparation de rien",
     ("test_prepared_again", "test_project_changes")),
    ("Chaque test long est joué par une vérification", ("test_long_tests",)),
)  # fmt: skip
NOTHING_TO_TYPE = {"Un layout", "Un indicateur", "Un département", "Un plan, un avenant", "Une source"}


def main() -> int:
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
        run_together(v, _TESTS)
        _checks(v)
        _walks(v)
        return v.close()


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
        ("Les documents disent encore vrai", ["tests/consistency/test_documents.py",
                                              "tests/unit/templates/test_templates.py"]),
        ("La règle attrape son mutant, et lui seul", ["tests/integration/test_mutants.py", "-k", "ETP_POSTE"]),
        ("L'option et la page ont leur test", ["tests/unit/test_latest_deliveries.py",
                                               "tests/unit/test_deliveries_page.py", "tests/unit/cli/test_help.py"]),
    ):  # fmt: skip
        done = python(project, "-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", *arguments)
        v.demand(text, f"pytest {' '.join(arguments)}", done.returncode, passed)
        if done.returncode:
            v.console.print(done.stdout[-2000:], markup=False)


def _checks(v: Verification) -> None:
    started = time.monotonic()
    done = subprocess.run(["make", "check"], cwd=PROJECT, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    v.demand(f"Style, types, SQL et tables : rien à dire, en {seconds:.0f} s", "make check", done.returncode, 0)
    if done.returncode:
        v.console.print((done.stdout + done.stderr)[-2000:], markup=False)


def _walks(v: Verification) -> None:
    """How many functions of the reception are handed the settings, and the share of the largest room."""
    stays = sum(
        "settings" in {a.arg for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]}
        for file in sorted((PROJECT / "pipelines" / "reception").glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    )
    lines: Counter[str] = Counter()
    for file in (PROJECT / "pipelines").rglob("*.py"):
        lines[file.relative_to(PROJECT / "pipelines").parts[0]] += len(file.read_text(encoding="utf-8").splitlines())
    [(room, most)] = lines.most_common(1)

    @described("moins de 15 %")
    def small(share: float) -> bool:
        return share < 15

    @described("moins de 20")
    def few(count: int) -> bool:
        return count < 20

    v.demand(f"La plus grande pièce, {room}, en pour cent des lignes", "tests/consistency/test_rooms.py",
             round(100 * most / lines.total(), 1), small)  # fmt: skip
    v.demand("Les fonctions de la réception qui reçoivent les réglages", "pipelines/reception/", stays, few)


if __name__ == "__main__":
    sys.exit(main())
