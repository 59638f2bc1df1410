"""What differs between two published files is told, row by key and figure by figure."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.publication import differences as module
from pipelines.publication.differences import TableChange, differences

VALUES = """
create schema indicateurs;
create table indicateurs.valeurs as select * from (values
    ('A', 'DEP-46', 'annee', '2019', 'total', 'total', 3, 'A', true),
    ('A', 'DEP-46', 'annee', '2020', 'total', 'total', null, 'M', true),
    ('B', 'DEP-46', 'annee', '2019', 'total', 'total', 7, 'A', true),
    ('B', 'DEP-46', 'annee', '2018', 'total', 'total', 5, 'A', false)
) as t (
    indicateur_code, territoire_code, periode_type, periode, ventilation_type, ventilation_code, valeur, statut, retenu
);
create schema reference;
create table reference.mots as select * from (values ('a', 'un'), ('b', 'deux'), ('c', 'trois')) as t (code, libelle);
create table reference.publication as select 'avant' as chargement;
"""
KEY = ["indicateur_code", "territoire_code", "periode_type", "periode", "ventilation_type", "ventilation_code"]


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [("indicateurs", "valeurs", KEY), ("reference", "mots", ["code"])]
    contracts = [{"schema": schema, "name": name, "key": key} for schema, name, key in known]
    monkeypatch.setattr(module, "contracts", lambda _: contracts)


def two(folder: Path, change: str = "") -> tuple[Path, Path]:
    """Two files, the second changed."""
    files = folder / "avant.duckdb", folder / "apres.duckdb"
    for file, statements in zip(files, (VALUES, VALUES + change), strict=True):
        with duckdb.connect(str(file)) as db:
            db.execute(statements)
    return files


def test_what_speaks_of_loads_is_no_difference(tmp_path: Path) -> None:
    found = differences(*two(tmp_path, "update reference.publication set chargement = 'apres'"))
    assert (found.tables, found.chiffres) == ([], [])


def test_rows_are_told_apart_by_their_key(tmp_path: Path) -> None:
    change = """
        update reference.mots set libelle = 'UN' where code = 'a';
        delete from reference.mots where code = 'b';
        insert into reference.mots values ('d', 'quatre'), ('e', 'cinq');
    """
    found = differences(*two(tmp_path, change))
    assert found.tables == [
        TableChange("reference.mots", "changee", 3, 4, lignes_ajoutees=2, lignes_retirees=1, lignes_changees=1)
    ]


def test_a_row_said_twice_is_a_row_more(tmp_path: Path) -> None:
    [change] = differences(*two(tmp_path, "insert into reference.mots values ('a', 'un')")).tables
    assert (change.lignes_avant, change.lignes_apres, change.lignes_ajoutees) == (3, 4, 1)


def test_tables_and_columns_that_come_and_go_are_named(tmp_path: Path) -> None:
    change = """
        create table reference.neuve as select 1 as un;
        alter table reference.mots add column rang integer;
        alter table reference.mots alter column libelle type blob;
        drop table indicateurs.valeurs;
    """
    found = {c.table: c for c in differences(*two(tmp_path, change)).tables}
    assert {name: c.etat for name, c in found.items()} == {
        "reference.neuve": "ajoutee", "reference.mots": "changee", "indicateurs.valeurs": "retiree"
    }  # fmt: skip
    mots = found["reference.mots"]
    assert (mots.colonnes_ajoutees, mots.colonnes_retirees, mots.colonnes_changees) == (["rang"], [], ["libelle"])
    assert (mots.lignes_ajoutees, mots.lignes_retirees, mots.lignes_changees) == (0, 0, 0)


def test_a_figure_in_use_is_shown_before_and_after(tmp_path: Path) -> None:
    change = """
        update indicateurs.valeurs set valeur = 4 where indicateur_code = 'A' and periode = '2019';
        update indicateurs.valeurs set valeur = 0, statut = 'A' where periode = '2020';
        update indicateurs.valeurs set valeur = 6 where periode = '2018';
        delete from indicateurs.valeurs where indicateur_code = 'B' and periode = '2019';
    """
    found = differences(*two(tmp_path, change)).chiffres
    told = [
        (f["indicateur_code"], f["periode"], f["avant"], f["statut_avant"], f["apres"], f["statut_apres"])
        for f in found
    ]
    assert told == [
        ("A", "2019", 3, "A", 4, "A"),
        ("A", "2020", None, "M", 0, "A"),  # missing is not 0
        ("B", "2019", 7, "A", None, None),  # gone; 2018 was in nobody's use
    ]


def test_the_columns_in_another_order_are_a_difference(tmp_path: Path) -> None:
    change = "create or replace table reference.mots as select libelle, code from reference.mots"
    [found] = differences(*two(tmp_path, change)).tables
    assert (found.table, found.lignes_ajoutees, found.lignes_retirees) == ("reference.mots", 0, 0)
