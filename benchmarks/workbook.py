"""The ministry's workbook: `vigie load`, its three rivals, and a delivery of one row."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import openpyxl
from rich.console import Console

from benchmarks.harness import (
    Case,
    Command,
    Failed,
    Measure,
    measure,
    show_machine,
    show_measures,
    show_ratio,
    show_steps,
)
from tests.conftest import TODAY, VIGIE, real_path

HERE = Path(__file__).resolve().parent
REAL = ("etat4001", "crimes-et-delits-services-depuis-2012.xlsx")
KEYS = (
    "indicateur_code",
    "territoire_code",
    "periode_type",
    "periode",
    "ventilation_type",
    "ventilation_code",
    "source",
)
# The sentence of a missing value and the code of its deliveries are what Vigie adds for its readers.
NOT_COMPARED = ("motif", "lot_livraisons")
FORCES = ("police", "gendarmerie")
_KNOWN = "valeur is not null and source = 'etat4001_services'"
# A file that has just been written is given two seconds to stop changing: a wait, not work.
LONG_AGO = 1_600_000_000


def run(console: Console, rounds: int) -> int:
    """Measure, show, and say whether every way gave the same figures; the exit code judges that alone."""
    workbook = real_path(*REAL)
    if workbook is None:
        console.print(
            f"Cette mesure demande le classeur du ministère, {'/'.join(REAL)} : VIGIE_DONNEES dit dans quel dossier."
        )
        return 0
    with tempfile.TemporaryDirectory(prefix="vigie-mesure-") as name:
        scratch = Path(name)
        one_row = scratch / "une ligne.xlsx"
        write_one_row(one_row)
        cases = [
            Case("a", "vigie load, classeur réel", lambda folder: _load(folder, workbook)),
            Case("b", "script maigre, calamine et DuckDB", lambda folder: _script("lean_duckdb.py", workbook, folder)),
            Case("c", "script nu, calamine et DuckDB", lambda folder: _script("bare_duckdb.py", workbook, folder)),
            Case("d", "pandas et openpyxl", lambda folder: _script("pandas_openpyxl.py", workbook, folder)),
            Case("e", "vigie load, une ligne", lambda folder: _load(folder, one_row)),
        ]
        try:
            m = measure(cases, rounds, scratch / "tours", console)
            told = {key: [_told(m[key], i) for i in range(rounds)] for key in ("a", "e")}
        except Failed as failed:
            console.print(str(failed), style="bold red", markup=False)
            return 1
        show_measures(console, m, rounds)
        a, b, c, d, e = (m[key].median for key in "abcde")
        show_ratio(console, "(a − e) / b", (a - e) / b)
        show_ratio(console, "(a − e) / c", (a - e) / c, "3 au plus", (a - e) / c <= 3)
        show_ratio(console, "a / c, coût fixe compris", a / c)
        show_ratio(console, "a / d", a / d, "moins de 1", a / d < 1)
        show_steps(
            console, "Étapes de vigie load, médianes en s", {f"({key})": steps_of(m[key], told[key]) for key in told}
        )
        show_machine(console)
        return _judge(console, m)


def write_one_row(file: Path) -> None:
    """The smallest workbook that is accepted: one company, one year, the 107 indexes."""
    from pipelines.catalogue.code_lists import code_table

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Services GN 2019"
    sheet.append(["Année 2019 - compagnies de gendarmerie", "Départements", "01"])
    sheet.append(["Code index", "Libellé index \\ CGD", "CGD BELLEY"])
    for index in code_table("index_4001"):
        sheet.append([int(index["code_index"]), index["libelle"], 1])
    book.save(file)


def _load(folder: Path, workbook: Path) -> Command:
    landing = folder / "landing"
    landing.mkdir()
    copy = landing / workbook.name
    shutil.copyfile(workbook, copy)
    os.utime(copy, (LONG_AGO, LONG_AGO))
    return Command([str(VIGIE), "load", "--json"], {"VIGIE_HOME": str(folder), "VIGIE_TODAY": TODAY})


def _script(name: str, workbook: Path, folder: Path) -> Command:
    arguments = [sys.executable, str(HERE / name), str(workbook), str(folder), TODAY]
    return Command(arguments, {"PYTHONPATH": str(HERE.parent)})


def _told(m: Measure, i: int) -> dict:
    told = json.loads(m.runs[i].output)
    if not told["lignes_publiees"]:
        raise Failed(f"({m.case.key}) {m.case.label} n'a rien publié : {told['resultat']}")
    return told


def steps_of(m: Measure, told: list[dict]) -> list[dict[str, float]]:
    """The steps that the load tells, and what remains of the process around them."""
    return [
        t["etapes_s"]
        | {
            "hors étapes (imports, graphe)": t["duree_s"] - whole_steps(t["etapes_s"]),
            "démarrage et fin de Python": r.seconds - t["duree_s"],
            "processus entier": r.seconds,
        }
        for t, r in zip(told, m.runs, strict=True)
    ]


def whole_steps(steps: dict[str, float]) -> float:
    """Seconds of the steps that follow one another; a step « dont … » is within another."""
    return sum(seconds for name, seconds in steps.items() if not name.startswith("dont "))


def _judge(console: Console, m: dict[str, Measure]) -> int:
    code = 0
    for key, values in (("b", "valeurs.duckdb"), ("c", "valeurs.duckdb"), ("d", "valeurs.parquet")):
        forces = () if key == "b" else FORCES
        rows, found = differences(m["a"].folder, m[key].folder, values, forces)
        if found:
            code = 1
            console.print(f"({key}) {m[key].case.label} ne donne pas ce que donne vigie load :", style="bold red")
            for sentence in found:
                console.print(f"  • {sentence}", markup=False)
        else:
            console.print(
                f"[green](a) et ({key}) donnent les mêmes {rows:_} lignes ".replace("_", " ")
                + "d'indicateurs.valeurs"
                + (" et les mêmes lignes brutes." if forces else ".")
            )
    return code


def differences(home: Path, folder: Path, values: str, forces: Sequence[str]) -> tuple[int, list[str]]:
    """(rows compared, what differs) between what `vigie load` published in `home` and what a script left in `folder`.

    The values that are known are compared row by row on their key, every column but those of NOT_COMPARED; raw rows as
    a bag. What is missing, and from whom, is what Vigie adds.
    """
    found: list[str] = []
    with duckdb.connect() as db:
        db.execute(f"attach '{home / 'published' / 'vigie.duckdb'}' as vigie (read_only)")
        if values.endswith(".duckdb"):
            db.execute(f"attach '{folder / values}' as autre (read_only)")
            db.execute("create view v as from autre.indicateurs.valeurs")
        else:
            db.execute(f"create view v as from '{folder / values}'")
        columns = [
            (name, kind)
            for name, kind, *_ in db.execute("describe vigie.indicateurs.valeurs").fetchall()
            if name not in NOT_COMPARED
        ]
        db.execute(f"create view nous as from vigie.indicateurs.valeurs where {_KNOWN}")
        rows = db.execute("select count(*) from nous").fetchone()[0]
        # Cast to what is published: a script may well write 12 where the warehouse writes 12.00.
        typed = ", ".join(f"{name}::{kind} as {name}" for name, kind in columns)
        db.execute(
            f"create table paire as select a, b from nous as a "
            f"full join (select {typed} from v where {_KNOWN}) as b on {' and '.join(f'a.{k} = b.{k}' for k in KEYS)}"
        )
        for side, there, absent in (("vigie load", "a", "b"), ("l'autre", "b", "a")):
            n = db.execute(f"select count(*) from paire where {absent}.source is null").fetchone()[0]
            if n:
                found.append(
                    f"{n} lignes ne sont que dans {side}, dont {_first(db, there, f'{absent}.source is null')}"
                )
        for name in (n for n, _ in columns):
            wrong = f"a.source = b.source and a.{name} is distinct from b.{name}"
            n = db.execute(f"select count(*) from paire where {wrong}").fetchone()[0]
            if n:
                ours, theirs = (_first(db, side, wrong, name) for side in "ab")
                found.append(
                    f"{name} diffère sur {n} lignes, dont {_first(db, 'a', wrong)} : "
                    f"{ours} dans vigie load, {theirs} dans l'autre"
                )
        if db.execute("select count(*) from paire").fetchone()[0] > rows and not found:
            found.append("une clé figure plusieurs fois")
        for force in forces:
            kept = f"'{home}/raw/{force}/services/*.parquet'"
            names = ", ".join(row[0] for row in db.execute(f"describe from {kept}").fetchall())
            sides = [f"select {names} from {kept}", f"select {names} from '{folder / force}.parquet'"]
            only = [
                db.execute(f"select count(*) from (({x}) except all ({y}))").fetchone()[0]
                for x, y in (sides, sides[::-1])
            ]
            if any(only):
                found.append(
                    f"lignes brutes, {force} : {only[0]} ne sont que dans vigie load, {only[1]} que dans l'autre"
                )
    return rows, found


def _first(db: duckdb.DuckDBPyConnection, side: str, where: str, column: str | None = None) -> str:
    """Of the first row that differs, its place, or one column."""
    place = ", ".join(f"{side}.{k}" for k in ("indicateur_code", "territoire_code", "periode"))
    shown = f"{side}.{column}" if column else f"concat_ws(' / ', {place})"
    return str(db.execute(f"select {shown} from paire where {where} order by {place} limit 1").fetchone()[0])
