"""One dictionary: catalogue, models, comments, page and report speak of the same things in the same words."""

from __future__ import annotations

import csv
import re
from html import unescape

import duckdb
import pytest

from pipelines.cli.dictionary import page
from pipelines.publication.contracts import contracts
from pipelines.publication.reading import opened_file, rows
from pipelines.settings.model import SEEDS, Settings
from pipelines.snapshots.vintages import revision_tables
from pipelines.warehouse import dbt
from tests.conftest import Home
from tests.integration.conftest import QUARTER
from tests.support.typed import as_typed

pytestmark = pytest.mark.xdist_group("demo")

# The columns that the task of a dictionary demands, for each kind of thing.
OWED = {
    "table": ["definition", "grain", "rafraichissement", "exemple"],
    "colonne": ["definition", "type", "rang"],
    "indicateur": [
        "definition", "unite", "grain", "source", "polarite", "cumul", "regle_statut", "regle_diffusion", "exemple",
    ],
}  # fmt: skip
SCHEMAS = ("indicateurs", "qualite", "reference", "plan")
# What publication writes beside the models.
BESIDE = {f"qualite.{t}" for t in ("regles", "controles", "constats")} | {
    "reference.publication",
    "reference.dictionnaire",
}


@pytest.fixture(scope="module")
def entries(demo_home: Home) -> list[dict]:
    with opened_file(demo_home.warehouse) as db:
        return rows(db, "from reference.dictionnaire")


def of(entries: list[dict], kind: str) -> dict[str, dict]:
    return {e["objet_code"]: e for e in entries if e["objet_type"] == kind}


def seed(name: str) -> list[dict]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_nothing_that_is_owed_is_empty(entries: list[dict]) -> None:
    assert {e["objet_type"] for e in entries} == set(OWED)
    empty = [(e["objet_code"], c) for e in entries for c in OWED[e["objet_type"]] if e[c] in (None, "")]
    assert empty == []


def test_the_indicators_are_those_of_the_catalogue(entries: list[dict]) -> None:
    catalogue = {r["indicateur_code"]: r["definition"] for r in seed("indicateurs/indicateurs.csv")}
    follow_up = {r["indicateur_code"] for r in seed("plan/indicateurs_suivi.csv") if r["code_departement"] == "46"}
    told = of(entries, "indicateur")
    # A class of a few publications of the SSMSI only, of which the demonstration has none.
    del catalogue["ESCROQUERIES_SEULES_SSMSI"]
    assert set(told) == set(catalogue) | follow_up
    assert {c: told[c]["definition"] for c in catalogue} == catalogue
    lists: dict[str, list[str]] = {}
    for r in seed("indicateurs/indicateurs_index.csv"):
        lists.setdefault(r["indicateur_code"], []).append(r["code_index"])
    assert {c: e["index_4001"] for c, e in told.items() if e["index_4001"]} == {
        c: ", ".join(sorted(i, key=int)) for c, i in lists.items()
    }
    rated = {r["indicateur_code"] for r in seed("indicateurs/indicateurs.csv") if r["denominateur"]} & set(catalogue)
    assert {c for c, e in told.items() if e["denominateur"]} == rated


def test_the_tables_are_those_of_the_models_and_of_publication(demo_home: Home, entries: list[dict]) -> None:
    dbt.prepare_project(Settings())
    with duckdb.connect(str(demo_home.warehouse), read_only=True) as db:
        models = {f"{t['schema']}.{t['name']}": t for t in contracts(db)}
        there = {f"{s}.{t}" for s, t in db.execute("select schema_name, table_name from duckdb_tables()").fetchall()}
    beside = BESIDE | {f"{t.schema}.{t.name}" for t in revision_tables(demo_home.folder / "snapshots")}
    beside |= {
        "qualite.regles",
        "qualite.controles",
        "qualite.constats",
        "reference.publication",
        "reference.dictionnaire",
    }
    told = of(entries, "table")
    assert set(told) == there == set(models) | beside
    for name, model in models.items():
        assert told[name]["definition"] == model["description"]
        assert told[name]["cle"] == ", ".join(model["key"])
        columns = {c: e["definition"] for c, e in of(entries, "colonne").items() if c.rpartition(".")[0] == name}
        assert columns == {f"{name}.{c}": text for c, text in model["columns"].items()}


def test_the_comments_say_the_same(demo_home: Home, entries: list[dict]) -> None:
    with duckdb.connect(str(demo_home.warehouse), read_only=True) as db:
        tables = db.execute("select schema_name || '.' || table_name, comment from duckdb_tables()").fetchall()
        columns = db.execute(
            "select schema_name || '.' || table_name || '.' || column_name, comment, data_type from duckdb_columns() "
            "where not internal"
        ).fetchall()
    assert {c: e["definition"] for c, e in of(entries, "table").items()} == dict(tables)
    assert {c: (e["definition"], e["type"]) for c, e in of(entries, "colonne").items()} == {
        c: (text, kind) for c, text, kind in columns
    }


def test_allowed_values_are_those_that_are_tested(demo_home: Home, entries: list[dict]) -> None:
    told = of(entries, "colonne")
    assert told["indicateurs.valeurs.statut"]["valeurs_admises"] == "A, P, E, B, M, D"
    with opened_file(demo_home.warehouse) as db:
        for code, entry in told.items():
            if entry["valeurs_admises"] and entry["type"] == "VARCHAR":
                table, _, column = code.rpartition(".")
                found = {v for (v,) in db.execute(f"select distinct {column} from {table}").fetchall() if v is not None}
                assert found <= set(entry["valeurs_admises"].split(", ")), code


def test_levels_and_kinds_of_period_are_those_that_the_definition_lists(demo_home: Home, entries: list[dict]) -> None:
    told = {c: e["definition"] for c, e in of(entries, "colonne").items() if c.endswith((".niveau", ".periode_type"))}
    assert len(told) >= 15
    with opened_file(demo_home.warehouse) as db:
        for code, definition in told.items():
            table, _, column = code.rpartition(".")
            if table == "reference.ruptures":
                continue  # of any level when it says none
            found = {v for (v,) in db.execute(f"select distinct {column} from {table}").fetchall() if v is not None}
            assert {v for v in found if not re.search(rf"\b{v}\b", definition)} == set(), code


def test_every_example_answers(demo_home: Home, entries: list[dict]) -> None:
    with opened_file(demo_home.warehouse) as db:
        for entry in entries:
            if entry["exemple"]:
                db.execute(entry["exemple"]).fetchone()


def test_the_page_holds_every_entry_and_calls_nobody(demo_home: Home, entries: list[dict]) -> None:
    done = demo_home.run("dictionary", "--sortie", str(demo_home.folder.parent / "dictionnaire-essai.html"))
    assert done.returncode == 0, done.stderr
    text = (demo_home.folder.parent / "dictionnaire-essai.html").read_text(encoding="utf-8")
    assert sorted(unescape(i) for i in re.findall(r'<(?:article|tr) id="([^"]+)"', text)) == sorted(
        e["objet_code"] for e in entries
    )
    shown = as_typed(unescape(text))
    assert [e["objet_code"] for e in entries if as_typed(e["definition"]) not in shown] == []
    assert not re.search(r"https?://|<script src|<link", text)
    assert "default-src 'none'" in text


def test_a_page_that_lost_an_entry_is_seen(entries: list[dict]) -> None:
    kept = [e for e in entries if e["objet_code"] != "CBV_4001"]
    assert 'id="CBV_4001"' in page(entries)
    assert 'id="CBV_4001"' not in page(kept)


def test_the_report_speaks_of_the_same_indicators(given: Home, entries: list[dict]) -> None:
    folder = given.folder / "snapshots" / QUARTER / "restreinte" / "donnees"
    told = of(entries, "indicateur")
    with duckdb.connect() as db:
        reported = db.execute(
            f"select indicateur_code, libelle, definition from '{folder}/indicateurs.parquet'"
        ).fetchall()
    assert {c: (name, text) for c, name, text in reported} == {
        c: (e["libelle"], e["definition"]) for c, e in told.items()
    }


@pytest.mark.long
def test_the_models_documented_by_dbt_are_one_page(demo_home: Home) -> None:
    target = demo_home.folder.parent / "modeles-essai.html"
    done = demo_home.run("dictionary", "--modeles", "--sortie", str(target))
    assert done.returncode == 0, done.stderr
    text = target.read_text(encoding="utf-8")
    assert "int_valeurs" in text
    assert "indicateurs_series" in text
