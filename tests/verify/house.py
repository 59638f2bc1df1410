"""`make verify-house`: the recipes played as written, the plan of another département, the rooms, the checks."""

from __future__ import annotations

import ast
import shlex
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.conftest import PROJECT
from tests.verify.harness import Verification, described, run_together
from tests.verify.recipes import Recipe, clean_copy, play, recipes, tested, written

# What a line added to a table might turn red; the whole of the tests takes longer than the recipe.
_TABLES = ("tests/consistency", "tests/unit/test_documents.py", "tests/unit/test_portable_sql.py",
           "tests/unit/test_catalogue_checks.py", "tests/unit/test_head_indicators.py")  # fmt: skip
_TESTS = (
    ("Trois priorités d'un autre département, dont un avenant, sont des lignes de tables",
     ("test_another_plan", "test_priorities_of_a_plan")),
    ("Une mise en page, un indicateur, des services, une cible, une action sont des lignes de tables",
     ("test_lines_in_tables",)),
    ("Les pièces de la maison, dans leur ordre", ("test_rooms",)),
    ("Chaque test long est joué par une vérification", ("test_long_tests",)),
)  # fmt: skip


def main() -> int:
    started = time.monotonic()
    v = Verification("La maison : qui arrive lit, essaie et réussit")
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as scratch:
        for number, recipe in enumerate(recipes()):
            _recipe(v, recipe, Path(scratch) / str(number))
        run_together(v, _TESTS, Path(scratch) / "essais.xml")
    _checks(v)
    _walks(v)
    return v.close(started)


def _recipe(v: Verification, recipe: Recipe, folder: Path) -> None:
    project = clean_copy(folder)
    try:
        seconds = play(recipe, project)
    except subprocess.CalledProcessError as error:
        v.demand(f"« {recipe.title} » s'écrit comme la page le dit", str(error.cmd[-1])[:80], error.stderr.decode(), "")
        return
    code = [f for f in written(project) if f.endswith(".py") and not f.startswith("tests/")]

    @described("rien en Python" if not recipe.python else "du Python, comme la page le dit")
    def as_told(files: list[str]) -> bool:
        return bool(files) == recipe.python

    told = f"« {recipe.title} » : {len(recipe.writes)} gestes, en {seconds:.1f} s"
    v.demand(told, "docs/developper/recettes.md", code, as_told)
    for chosen in dict.fromkeys([*(tuple(shlex.split(t)) for t in recipe.tests), _TABLES]):

        @described("aucun test rouge")
        def green(told: tuple[int, str]) -> bool:
            return told[0] == 0

        v.demand(
            f"« {recipe.title} » : les tests sont verts", f"pytest {' '.join(chosen)}", tested(project, *chosen), green
        )


def _checks(v: Verification) -> None:
    started = time.monotonic()
    done = subprocess.run(["make", "check"], cwd=PROJECT, capture_output=True, text=True, check=False)
    last = (done.stdout + done.stderr).strip().splitlines()[-3:]
    v.demand(f"ruff, mypy, sqlfluff et les tables : rien à dire, en {time.monotonic() - started:.0f} s", "make check",
             done.returncode, 0)  # fmt: skip
    if done.returncode:
        v.console.print("\n".join(last), markup=False)


def _walks(v: Verification) -> None:
    """How many functions of the reception pass the settings on, and how many lines the largest room has."""
    stays = sum(
        any(a.arg == "settings" for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs])
        for file in sorted((PROJECT / "pipelines" / "reception").glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    )
    lines = Counter()
    for file in (PROJECT / "pipelines").rglob("*.py"):
        lines[file.relative_to(PROJECT / "pipelines").parts[0]] += len(file.read_text(encoding="utf-8").splitlines())
    [(room, most)] = lines.most_common(1)

    @described("moins de 15 %")
    def small(share: float) -> bool:
        return share < 15

    @described("moins de 20")
    def short(count: int) -> bool:
        return count < 20

    v.demand(f"La plus grande pièce, {room}, en part des lignes", "tests/consistency/test_rooms.py",
             round(100 * most / lines.total(), 1), small)  # fmt: skip
    v.demand("Les fonctions de la réception qui reçoivent les réglages", "pipelines/reception/", stays, short)


if __name__ == "__main__":
    sys.exit(main())
