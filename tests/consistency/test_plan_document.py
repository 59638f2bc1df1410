"""The seeds of the plan against the plan itself, read anew: nothing printed is left out, nothing is invented."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from pipelines.settings.model import PROJECT
from tests.support.plan_document import (
    document,
    plain,
    printed_number,
    sections,
    seed,
    table_cells,
    unaccounted,
)

FIGURES, CLAIMS = seed("chiffres_imprimes"), seed("affirmations")


def test_every_number_of_the_prose_has_its_row() -> None:
    assert unaccounted(document(), FIGURES, CLAIMS) == []


def test_every_cell_of_the_tables_has_its_row_and_no_row_a_cell_of_its_own() -> None:
    rows = {(f["tableau"], f["ligne"], f["colonne"]): f["imprime"] for f in FIGURES if f["tableau"]}
    assert rows == table_cells(document())
    assert len(rows) == 110 + 9 + 30


@pytest.mark.parametrize("chapter", ["I.", "INT.", "II.", "III.", "V."])
def test_a_deleted_row_is_noticed(chapter: str) -> None:
    """Every figure of the prose, deleted alone, leaves a number that no row accounts for."""
    lines = document()
    unnoticed = []
    for i, figure in enumerate(FIGURES):
        if figure["tableau"] or not figure["section"].startswith(chapter):
            continue
        if not unaccounted(lines, FIGURES[:i] + FIGURES[i + 1 :], CLAIMS):
            unnoticed.append((figure["chiffre_code"], figure["imprime"]))
    # Only what is written without a number can go unnoticed and, outside chapitre I, a bare year that is also the
    # period of the figure beside it.
    bare = r"\d{4}" if chapter != "I." else r"(?!)"
    assert [c for c, i in unnoticed if printed_number(i) is not None and not re.fullmatch(bare, i)] == []
    assert len(unnoticed) <= 3


def test_a_deleted_cell_is_noticed() -> None:
    cells = table_cells(document())
    rows = {(f["tableau"], f["ligne"], f["colonne"]): f["imprime"] for f in FIGURES if f["tableau"]}
    for key in cells:
        assert {k: v for k, v in rows.items() if k != key} != cells


def test_the_wording_is_the_plans_and_stands_in_its_section() -> None:
    by_section = sections(document())
    for f in FIGURES:
        if f["tableau"]:
            continue
        assert any(f["texte"] in line for line in by_section[f["section"]]), f["chiffre_code"]
        assert f["imprime"] in f["texte"], f["chiffre_code"]
    for c in CLAIMS:
        assert any(c["texte"] in line for line in by_section[c["section"]]), c["affirmation_code"]


def test_the_value_is_what_is_printed() -> None:
    for f in FIGURES:
        printed = printed_number(f["imprime"])
        if f["grandeur"] in {"date", "reference"}:
            assert f["valeur"] == "", f["chiffre_code"]
        elif printed is not None:
            assert abs(float(f["valeur"])) == printed, f["chiffre_code"]
        else:
            assert f["note"] or f["unite"] in {"mi-temps", "communautés d'agglomération", "ETP", "réunion par an"}
            assert f["valeur"] != ""


def test_keys_and_vocabularies_are_closed() -> None:
    for rows, key in ((FIGURES, "chiffre_code"), (CLAIMS, "affirmation_code")):
        assert max(Counter(r[key] for r in rows).values()) == 1
    series = {r["serie_code"] for r in seed("series")}
    assert {f["serie_code"] for f in FIGURES} <= series
    assert {c["serie_code"] for c in CLAIMS} | {c["autre_serie_code"] for c in CLAIMS} <= series | {""}
    assert {f["grandeur"] for f in FIGURES} <= {r["grandeur"] for r in seed("grandeurs")}
    assert {f["qualificatif"] for f in FIGURES} <= {r["qualificatif"] for r in seed("qualificatifs")} | {""}
    assert {c["relation"] for c in CLAIMS} <= {r["relation"] for r in seed("relations")}


# ---- the catalogue of chapitre V


HEADINGS = {
    "Problématiques": "problematique", "Objectifs de la stratégie nationale": "objectif_national",
    "État des lieux": "etat_des_lieux", "Actions à mener": "a_mener", "Pilotes": "pilote", "Pilote": "pilote",
    "Partenaires": "partenaire", "Indicateurs de suivi": "indicateur",
}  # fmt: skip


# A person is told by the function, then by two words that begin with a capital.
FUNCTIONS = r"conférenci(?:er|ère)|psychologue|Mme|Madame|Monsieur|M\."
NAME = r"[A-ZÀ-Ý][a-zà-ÿ-]+ [A-ZÀ-Ý][A-Za-zà-ÿ-]+"


def sheets() -> dict[tuple[str, str], list[str]]:
    """(action, heading) → the texts of chapitre V under it, in order."""
    found: dict[tuple[str, str], list[str]] = {}
    for section, lines in sections(document()).items():
        if not section.startswith("V.P"):
            continue
        heading = "presentation"
        for line in lines[1:]:
            if re.match(r"Priorité n° \d", line):
                break
            if line.endswith(":") and line.rstrip(" :") in HEADINGS:
                heading = HEADINGS[line.rstrip(" :")]
            elif line.endswith("cinq enjeux :"):
                heading = "enjeu"
            elif line.endswith("il est prévu :"):
                heading = "a_mener"
            elif line:
                bare = not line.startswith("- ")
                place = heading if not bare or heading == "indicateur" else "presentation"
                found.setdefault((section[2:], place), []).append(line.removeprefix("- ").strip())
    return found


def catalogue() -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for r in seed("fiches"):
        found.setdefault((r["action_code"], r["rubrique"]), []).append(r["texte"])
    for r in seed("actions_a_mener"):
        found.setdefault((r["action_code"], "a_mener"), []).append(r["texte"])
    for r in seed("indicateurs_suivi"):
        found.setdefault((r["action_code"], "indicateur"), []).append(r["libelle"])
    for r in seed("pilotes"):
        texts = found.setdefault((r["action_code"], "pilote"), [])
        if r["origine"] == "plan" and r["texte"] not in texts:
            texts.append(r["texte"])
    # A fault of the printed text is kept, and marked.
    return {k: [text.replace(" [sic]", "") for text in v] for k, v in found.items() if v}


def test_the_catalogue_is_chapitre_v_word_for_word() -> None:
    kept = {place: [without_names(text) for text in texts] for place, texts in sheets().items()}
    assert catalogue() == kept


def without_names(text: str) -> str:
    """What is printed, but for the name of a person, whose function alone is kept."""
    return re.sub(rf"({FUNCTIONS}) {NAME}", r"\1 [nom]", text)


def test_no_person_that_the_plan_names_is_in_the_tables() -> None:
    named = re.findall(rf"(?:{FUNCTIONS}) ({NAME})", " ".join(document()))
    assert named, "the plan names a speaker: the test would see one"
    tables = "".join(f.read_text(encoding="utf-8") for f in (PROJECT / "dbt_project" / "seeds").rglob("*.csv"))
    assert [name for name in named if name in tables] == []


def test_the_catalogue_has_the_counts_of_the_plan() -> None:
    assert len(seed("priorites")) == 4
    assert len(seed("actions")) == 15
    assert len(seed("indicateurs_suivi")) == 25
    assert len(seed("actions_a_mener")) == 63
    assert {p["action_code"] for p in seed("pilotes")} == {a["action_code"] for a in seed("actions")}


def test_titles_and_targets_are_the_plans_words() -> None:
    whole = " ".join(plain(line) for line in document())
    for r in [*seed("actions"), *seed("priorites")]:
        assert r["libelle"].casefold() in whole.casefold(), r
    for r in seed("cibles"):
        assert r["texte"] in whole, r["cible_code"]
        assert bool(r["valeur"]) != bool(r["regle"]), r["cible_code"]
        assert r["note"] or r["origine"] == "plan", r["cible_code"]


def test_what_is_linked_exists() -> None:
    from tests.consistency.test_catalogue import INDICATORS, rows

    situation = {r["indicateur_code"] for r in rows(INDICATORS / "indicateurs.csv")}
    follow_up = {r["indicateur_code"] for r in seed("indicateurs_suivi")}
    actions = {r["action_code"] for r in seed("actions")}
    to_do = {r["action_a_mener_code"] for r in seed("actions_a_mener")}
    assert {r["indicateur_code"] for r in seed("liens")} <= situation
    assert {r["action_code"] for r in seed("liens")} <= actions | {""}
    for r in seed("cibles"):
        assert (
            r["objet_code"]
            in {"indicateur": situation | follow_up, "action": actions, "action_a_mener": to_do}[r["objet_type"]]
        ), r["cible_code"]
    answers = rows(INDICATORS / "reponses.csv")
    assert {r["indicateur_code"] for r in answers} <= situation
    assert {r["serie_code"] for r in answers} <= {r["serie_code"] for r in seed("series")}
    statistics = {r["statistique"] for r in rows(INDICATORS / "indicateurs.csv")}
    assert statistics <= {r["statistique"] for r in rows(INDICATORS / "revisions.csv")}


def test_every_source_of_a_value_says_what_it_revises() -> None:
    """The tolerance of a verdict is that of the source in use, which is not always the indicator's first one."""
    from tests.consistency.test_catalogue import INDICATORS, rows

    sources = {r["source"] for r in rows(INDICATORS / "precedences.csv")}
    assert {r["statistique"] for r in rows(INDICATORS / "revisions.csv")} == sources


def test_what_a_claim_compares_is_what_its_words_compare() -> None:
    """Typed from the sentences: a rise is no level, a share no rank, « plus forte » no rise each year."""
    kinds = {r["relation"]: r["compare"] for r in seed("relations")}
    said = {c["affirmation_code"]: kinds[c["relation"]] for c in CLAIMS}
    other = {
        "I.B.1-A01": "part",  # la plupart des atteintes aux biens
        "I.B.1-A07": "part", "I.B.1-A09": "part",  # la part des cambriolages a diminué
        "I.B.1-A08": "niveau", "I.B.1-A10": "niveau",  # devenus majoritaires
        "I.B.1-A13": "rang",  # l'un des départements qui enregistre les plus fortes baisses
        "I.B.2-A07": "taux",  # reste bien inférieur au taux national
        "I.B.2-A02": "rythme", "I.B.2-A16": "rythme",  # cette hausse est bien plus forte que 2017 et 2016
        "I.B.2-A18": "rythme",  # recrudescence davantage en zone gendarmerie qu'en zone police
        "I.B.4-A04": "ecart", "I.B.4-A05": "ecart",  # se rapprochent des chiffres de 2019
    }  # fmt: skip
    assert {code: kind for code, kind in said.items() if kind != "evolution"} == other
    for c in CLAIMS:
        two_terms = c["autre_periode"] or c["autre_territoire_code"] or c["autre_serie_code"]
        assert bool(two_terms) == (kinds[c["relation"]] in {"niveau", "part", "rythme", "taux", "ecart"}), c
