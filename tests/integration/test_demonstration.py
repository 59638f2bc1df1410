"""The demonstration, loaded: the plan's tables as printed, and a warehouse that explains itself."""

from __future__ import annotations

import duckdb
import pytest

from tests.conftest import Home

pytestmark = pytest.mark.xdist_group("demo")

TABLE_A_LOT = {
    # series: 2016, 2017, 2018, 2019, typed from the plan
    "HOMICIDES_4001": [0, 0, 0, 0],
    "CBV_4001": [319, 329, 395, 421],
    "VIOLENCES_SEXUELLES_4001": [82, 82, 136, 126],
    "VOLS_ARMES_4001": [2, 4, 6, 6],
    "VOLS_VIOLENTS_SANS_ARME_4001": [36, 40, 53, 54],
    "VOLS_SANS_VIOLENCE_4001": [2714, 3108, 3060, 2856],
    "CAMBRIOLAGES_4001": [906, 948, 842, 833],
    "VOLS_VEHICULES_4001": [231, 184, 229, 171],
    "VOLS_ACCESSOIRES_4001": [133, 144, 221, 171],
    "DEGRADATIONS_4001": [296, 251, 319, 417],
    "ESCROQUERIES_4001": [588, 696, 950, 880],
}
TABLE_D = {
    # row: 2014 … 2019, typed from the plan
    1: [187, 186, 297, 382, 425, 408],
    2: [64, 39, 50, 76, 98, 95],
    3: [59, 58, 103, 99, 125, 116],
    4: [56, 86, 131, 179, 117, 125],
    5: [8, 3, 13, 28, 85, 72],
}
# The squadron has no column in the workbook by service, and the returns begin in 2018: nothing of it, nor of the group.
TABLE_D_KNOWN = {n: [None] * 4 + row[4:] if n in (1, 5) else row for n, row in TABLE_D.items()}


def test_table_a_of_the_lot_as_printed(demo_home: Home) -> None:
    rows = demo_home.sql(
        "select indicateur_code, periode, valeur from indicateurs.valeurs where territoire_code = 'DEP-46' "
        "and periode_type = 'annee' and retenu and ventilation_type = 'total' "
        "and periode between '2016' and '2019' order by periode"
    )
    got: dict[str, list] = {}
    for code, _, value in rows:
        got.setdefault(code, []).append(value)
    assert {code: got[code] for code in TABLE_A_LOT} == TABLE_A_LOT


def test_table_d_as_printed(demo_home: Home) -> None:
    rows = demo_home.sql(
        "select rang, periode, valeur from indicateurs.stupefiants_gendarmerie where periode between '2014' and '2019' "
        "order by rang, periode"
    )
    got: dict[int, list] = {}
    for rank, _, value in rows:
        got.setdefault(rank, []).append(value)
    assert got == TABLE_D_KNOWN


def test_france_is_missing_not_the_lot_alone(demo_home: Home) -> None:
    rows = demo_home.sql(
        "select territoire_code, valeur, statut, motif_code from indicateurs.valeurs where periode = '2019' "
        "and indicateur_code = 'CBV_4001' and territoire_code in ('FRA', 'REG-76', 'DEP-12') order by 1"
    )
    assert rows == [
        ["DEP-12", None, "M", "territoire_absent"],
        ["FRA", None, "M", "composante_manquante"],
        ["REG-76", None, "M", "composante_manquante"],
    ]


def test_every_table_and_column_is_commented(demo_home: Home) -> None:
    with duckdb.connect(str(demo_home.warehouse), read_only=True) as db:
        tables = db.execute("select schema_name, table_name, comment from duckdb_tables()").fetchall()
        silent = db.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where not internal and coalesce(comment, '') = ''"
        ).fetchall()
    assert {t[0] for t in tables} == {"indicateurs", "plan", "qualite", "reference", "revisions"}
    assert [t for t in tables if not t[2]] == []
    assert silent == []


def test_every_value_can_be_traced_to_its_deliveries(demo_home: Home) -> None:
    [[orphans]] = demo_home.sql(
        "select count(*) from indicateurs.valeurs v left join qualite.lots_livraisons l on l.lot = v.lot_livraisons "
        "left join qualite.livraisons d on d.livraison_id = l.livraison_id "
        "where v.valeur is not null and d.livraison_id is null"
    )
    assert orphans == 0


def test_the_published_file_is_ordered_by_its_keys(demo_home: Home) -> None:
    with duckdb.connect(str(demo_home.warehouse), read_only=True) as db:
        key = "(indicateur_code, territoire_code, periode_type, periode, ventilation_type, ventilation_code, source)"
        rows = db.execute(f"select {key} from indicateurs.valeurs").fetchall()
    assert rows == sorted(rows)


def test_it_is_marked_as_a_demonstration(demo_home: Home) -> None:
    assert demo_home.sql("select nature, code_departement from reference.publication") == [["demonstration", "46"]]


def heavy_imports(stderr: str) -> set[str]:
    """The libraries that a light command must not wait for, among what Python says that it imported."""
    imported = {line.rpartition("|")[2].strip() for line in stderr.splitlines() if line.startswith("import time:")}
    assert "pipelines" in imported
    return imported & {"dagster", "dbt", "pyarrow", "pandas", "duckdb", "python_calamine"}


def test_loading_again_is_nothing_new_and_imports_nothing_heavy(demo_home: Home) -> None:
    assert demo_home.run("demo").returncode == 0  # the same bytes in a new file, as a second `make run` writes them
    done = demo_home.run("load", PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    assert "Rien de nouveau" in done.stderr
    assert heavy_imports(done.stderr) == set()


@pytest.mark.parametrize(("command", "needed"), [("status", {"duckdb"}), ("deliveries", set()), ("sql", {"duckdb"})])
def test_commands_import_only_what_they_need(demo_home: Home, command: str, needed: set[str]) -> None:
    done = demo_home.run(*([command, "select 1"] if command == "sql" else [command]), PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    assert heavy_imports(done.stderr) == needed
