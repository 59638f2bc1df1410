"""The tables of the rules, of the relations and of the lists, against the plan's text and the other tables."""

from __future__ import annotations

import re

import openpyxl
import pytest

from pipelines.settings.model import DBT_PROJECT
from tests.conftest import real_file
from tests.consistency.test_catalogue import INDICATORS, rows
from tests.consistency.test_catalogue import indexes as indexes_of_the_tables
from tests.support.plan_contradictions import CONSEQUENCES, CONTRADICTIONS, SIGNALS
from tests.support.plan_document import document, sections, seed, table_cells

RULES = rows(INDICATORS / "regles_coherence.csv")
RELATIONS = rows(INDICATORS / "relations_indicateurs.csv")
SQL = {f.stem: f.read_text(encoding="utf-8") for f in (DBT_PROJECT / "models/intermediate/coherence").glob("*.sql")}


@pytest.mark.parametrize("found", CONTRADICTIONS, ids=lambda c: " ".join(sorted(c[2] | c[3]))[:60])
def test_what_was_found_by_hand_stands_in_the_text(found: tuple) -> None:
    lines = document()
    for line, words in [*found[0], *found[1]]:
        assert words in lines[line - 1], f"line {line}: {words}"


def test_what_was_found_by_hand_has_its_figures() -> None:
    codes = {f["chiffre_code"] for f in seed("chiffres_imprimes")}
    codes |= {c["affirmation_code"] for c in seed("affirmations")}
    for first, second in [*((c[2], c[3]) for c in CONTRADICTIONS), *CONSEQUENCES, *SIGNALS]:
        assert first | second <= codes


def test_every_rule_has_its_sentence_its_remedy_and_its_sql() -> None:
    codes = [r["regle_code"] for r in RULES]
    assert len(set(codes)) == len(codes)
    for r in RULES:
        assert re.fullmatch(r"[A-ZÀ-Ý].{20,}\.", r["phrase"]), r["regle_code"]
        assert re.fullmatch(r"[A-ZÀ-Ý].{10,}\.", r["remede"]), r["regle_code"]
        assert r["gravite"] in {"contradiction", "signal"}
        # The order of the rules says which finding another follows from.
        assert r["rang"] == str(codes.index(r["regle_code"]) + 1)
    said = {
        w for name, sql in SQL.items() if name.startswith("int_constats_") for w in re.findall(r"'([A-Z_]{4,})'", sql)
    }
    assert said == set(codes)


def test_every_finding_of_a_rule_reaches_the_table() -> None:
    mart = (DBT_PROJECT / "models/marts/plan/coherence.sql").read_text(encoding="utf-8")
    families = set(re.findall(r"'([a-z_]+)',", mart.split("%}")[0]))
    assert families == {name.removeprefix("int_constats_") for name in SQL if name.startswith("int_constats_")}


def test_relations_are_between_known_quantities() -> None:
    indicators = {r["indicateur_code"] for r in rows(INDICATORS / "indicateurs.csv")}
    indicators |= {r["indicateur_code"] for r in rows(INDICATORS / "retours.csv")}
    for r in RELATIONS:
        assert {r["ensemble_code"], r["membre_code"]} <= indicators, r
        assert r["ensemble_code"] != r["membre_code"]
        assert r["nature"] in {"somme", "partie", "borne", "voisine"}
    series = {r["serie_code"] for r in seed("series")}
    for r in seed("relations_series"):
        assert {r["ensemble_code"], r["membre_code"]} <= series, r
        assert r["nature"] in {"somme", "produit", "chronologie"}
        assert bool(r["facteur"]) == (r["nature"] == "produit")
        assert r["note"]
    words = {r["relation"] for r in seed("relations")}
    for r in seed("relations_opposees"):
        assert {r["relation"], r["relation_opposee"]} <= words


def test_a_relation_has_one_whole_and_one_nature() -> None:
    for table in (RELATIONS, seed("relations_series")):
        seen: dict[str, set] = {}
        for r in table:
            seen.setdefault(r["relation_code"], set()).add((r["nature"], r["ensemble_code"]))
        assert [c for c, kinds in seen.items() if len(kinds) > 1] == []
        assert len({(r["relation_code"], r["membre_code"]) for r in table}) == len(table)


def test_inclusions_of_the_4001_are_those_of_the_indexes() -> None:
    indexes = indexes_of_the_tables()
    edges = {(r["ensemble_code"], r["membre_code"]) for r in RELATIONS if r["nature"] in {"somme", "partie"}}
    closed = {e for e in edges if set(e) <= set(indexes)}
    while more := {(a, d) for a, b in closed for c, d in closed if b == c} - closed:
        closed |= more
    assert closed == {(a, b) for a in indexes for b in indexes if a != b and indexes[b] < indexes[a]}


def test_parts_of_a_sum_of_the_4001_are_apart_and_make_the_whole() -> None:
    indexes = indexes_of_the_tables()
    sums: dict[str, list[str]] = {}
    for r in RELATIONS:
        if r["nature"] == "somme" and r["ensemble_code"] in indexes:
            sums.setdefault(r["ensemble_code"], []).append(r["membre_code"])
    assert sums
    for whole, parts in sums.items():
        assert sum(len(indexes[p]) for p in parts) == len(indexes[whole])
        assert set().union(*(indexes[p] for p in parts)) == indexes[whole]


def test_lists_are_the_plans_words_and_their_number_is_a_figure() -> None:
    by_section = sections(document())
    figures = {f["chiffre_code"]: f for f in seed("chiffres_imprimes")}
    for item in seed("enumerations"):
        figure = figures[item["chiffre_code"]]
        assert figure["grandeur"] == "nombre"
        assert any(item["texte"] in line for line in by_section[item["section"] or figure["section"]]), item


def test_a_number_that_announces_a_list_has_its_list() -> None:
    """« … quatre axes : », « … les quatre axes suivants : », « ces trois domaines »: what is announced is counted."""
    listed = {item["chiffre_code"] for item in seed("enumerations")}
    announced = {
        f["chiffre_code"]
        for f in seed("chiffres_imprimes")
        if f["grandeur"] == "nombre"
        and (f["texte"].endswith(":") or re.search(rf"\bces {re.escape(f['imprime'])}\b", f["texte"]))
    }
    assert "III.4-05" in announced
    assert announced <= listed


def test_known_populations_hold_what_the_insee_counts() -> None:
    """Every census of the Insee's file, with and without the overseas départements, is between the two bounds."""
    sheet = openpyxl.load_workbook(real_file("insee", "POPULATION_MUNICIPALE_COMMUNES_FRANCE.xlsx"), read_only=True)
    header, *lines = sheet.worksheets[0].iter_rows(values_only=True)
    years = [i for i, name in enumerate(header) if re.fullmatch(r"p\d\d_pop", str(name))]
    [known] = rows(DBT_PROJECT / "seeds" / "reference" / "populations_reperes.csv")
    assert known["territoire_code"] == "FRA"
    for mainland in (False, True):
        counted = [r for r in lines if not mainland or not str(r[header.index("dep")]).startswith("97")]
        for i in years:
            people = sum(r[i] or 0 for r in counted)
            assert int(known["habitants_min"]) < people < int(known["habitants_max"])


def test_the_order_of_the_tables_is_the_documents() -> None:
    cells = table_cells(document())
    for axis, place in (("ligne", 1), ("colonne", 2)):
        for table in ("A", "B.4", "D"):
            ours = [r for r in seed("tableaux") if (r["tableau"], r["axe"]) == (table, axis)]
            assert [r["rang"] for r in ours] == [str(i) for i in range(1, len(ours) + 1)]
            labels = dict.fromkeys(key[place] for key in cells if key[0] == table and key[place])
            assert [r["libelle"] for r in ours] == list(labels)
