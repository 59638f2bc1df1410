"""A wrong line in the tables of sources/ stops the load where it stands, whatever the source."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import CatalogueError
from pipelines.settings.model import SOURCES
from tests.support.tables import rewrite, rows

LINES = [
    (file.parent.name, number, row)
    for file in sorted(SOURCES.glob("*/columns.csv"))
    for number, row in enumerate(rows(file), start=2)
]
READ = [(s, n, r) for s, n, r in LINES if r["type"] != "ignoree"]
KEPT_FOR_MEMORY = {
    ("police", "libelle_index"), ("gendarmerie", "libelle_index"), ("etat4001_monthly", "libelle_index"),
    ("insee", "code_region"), ("insee", "commune_parente"), ("insee", "libelle"), ("road_safety", "heure_hhmm"),
    ("road_safety", "agg"), ("ssmsi", "complement_taux"), ("road_safety", "id_vehicule"), ("ssmsi", "unite_compte"),
}  # fmt: skip


def changed(folder: Path, source: str, change: Callable[[list[dict]], None]) -> Path:
    """One of the sources, its columns.csv changed."""
    root = folder / "sources"
    shutil.copytree(SOURCES / source, root / source)
    for table in SOURCES.glob("*.csv"):
        shutil.copy(table, root)
    file = root / source / "columns.csv"
    lines = rows(file)
    change(lines)
    rewrite(file, lines)
    return root


def test_the_tables_of_the_project_fit_what_reads_them() -> None:
    load_catalogue()


@pytest.mark.parametrize(("source", "number", "row"), READ, ids=lambda v: v["colonne"] if isinstance(v, dict) else v)
def test_a_wrong_name_stops_with_its_line(source: str, number: int, row: dict, tmp_path: Path) -> None:
    def rename(rows: list[dict]) -> None:
        rows[number - 2]["colonne"] += "_faux"

    root = changed(tmp_path, source, rename)
    with pytest.raises(CatalogueError, match=rf"sources/{source}/columns\.csv, ligne \d+ : ") as caught:
        load_catalogue(root)
    assert row["colonne"] in str(caught.value)


@pytest.mark.parametrize(
    ("source", "number", "row"),
    [(s, n, r) for s, n, r in READ if (s, r["colonne"]) not in KEPT_FOR_MEMORY and r["emplacement"] == "colonne"],
    ids=lambda v: v["colonne"] if isinstance(v, dict) else v,
)
def test_a_column_that_a_layout_no_longer_keeps_stops_with_its_line(source, number, row, tmp_path: Path) -> None:
    tables = rows(SOURCES / source / "layouts.csv")
    table = next(r["table"] for r in tables if r["layout"] == row["layout"])
    others = {r["layout"] for r in tables if r["table"] == table} - {row["layout"]}
    if not any(r["layout"] in others and r["colonne"] == row["colonne"] for _, _, r in LINES):
        pytest.skip("no other layout of the table has it: a model that reads it fails to build, which is not silent")

    def ignore(rows: list[dict]) -> None:
        rows[number - 2]["type"] = "ignoree"

    with pytest.raises(CatalogueError, match=rf"sources/{source}/columns\.csv, ligne {number} : "):
        load_catalogue(changed(tmp_path, source, ignore))


def test_other_slips_have_their_place(tmp_path: Path) -> None:
    def twice(rows: list[dict]) -> None:
        rows[1]["colonne"] = rows[0]["colonne"]

    def reason(rows: list[dict]) -> None:
        for row in rows:
            row["manquants"] = ""
        rows[0]["manquants"] = "NA=sans_raison"

    for rank, (change, line, word) in enumerate(((twice, 3, "deux fois"), (reason, 2, "sans_raison"))):
        with pytest.raises(CatalogueError, match=rf"sources/ssmsi/columns\.csv, ligne {line} : .*{word}"):
            load_catalogue(changed(tmp_path / str(rank), "ssmsi", change))


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (lambda text: text.replace(",", ";").encode(), "ligne 1 : le séparateur est le point-virgule"),
        (lambda text: text.encode("cp1252"), "UTF-8"),
        (lambda text: text.replace("\n", ",surplus\n", 3).replace(",surplus", "", 2).encode(), "ligne 3 : "),
    ],
)
def test_a_table_saved_by_a_spreadsheet_is_named(damage: Callable[[str], bytes], word: str, tmp_path: Path) -> None:
    root = tmp_path / "sources"
    shutil.copytree(SOURCES, root)
    file = root / "ssmsi" / "columns.csv"
    file.write_bytes(damage(file.read_text(encoding="utf-8")))
    with pytest.raises(CatalogueError, match=r"sources/ssmsi/columns\.csv") as caught:
        load_catalogue(root)
    assert word in str(caught.value)
