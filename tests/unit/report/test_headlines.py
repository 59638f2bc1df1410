"""The sentences of page one, from a table of cases: what each verdict, gap, break and target has an edition say."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd
import pytest

from pipelines.report.edition import Edition
from pipelines.report.headlines import MOST, NOTHING, TITLES, by_section, headlines
from pipelines.report.lines import Line, Lines
from pipelines.settings.tables import read_rows

_HERE = Path(__file__).parent
_PLACE = "DEP-46"
_REASONS = {
    "periode_precedente_manquante": "La période précédente n'a pas de valeur",
    "secret_statistique": "Petit nombre : non publié, pour que personne ne soit reconnu",
    "rupture_de_serie": "Rupture de série : les deux périodes ne se comparent pas",
}
_NUMBERS = ("borne_basse", "borne_haute", "taux", "rapport_region", "rapport_region_bas", "rapport_region_haut",
            "rapport_france", "rapport_france_bas", "rapport_france_haut", "rupture_part_pct")  # fmt: skip


def cases() -> list[dict[str, str]]:
    with (_HERE / "headlines_cases.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def lines_of(rows: list[dict[str, str]]) -> list[Line]:
    """Draw the lines of these cases from an edition that holds nothing else."""
    codes = [f"X{rank}" for rank in range(len(rows))]
    compared = pd.DataFrame([_compared(code, row) for code, row in zip(codes, rows, strict=True)])
    named = [{"indicateur_code": c, "libelle": r["libelle"]} for c, r in zip(codes, rows, strict=True)]
    wanted = [_target(code, row) for code, row in zip(codes, rows, strict=True) if row["cible"]]
    names = ["type", "objet_code", "territoire_code", "periode_type", "operateur", "valeur", "unite", "date_cible",
             "valide_de", "valide_a"]  # fmt: skip
    series = pd.DataFrame(columns=["indicateur_code", "territoire_code", "periode_type", "periode", "periode_debut",
                                   "ventilation_type", "valeur"])  # fmt: skip
    tables = {
        "comparaisons": compared,
        "indicateurs": pd.DataFrame(named),
        "sources": pd.DataFrame({"source": ["s"], "libelle": ["Source"]}),
        "motifs": pd.DataFrame({"motif_code": list(_REASONS), "libelle": list(_REASONS.values())}),
        "perimetres": pd.DataFrame({"perimetre": ["complet"], "reserve": [None]}),
        "cibles": pd.DataFrame(wanted, columns=names),
        "series": series,
    }
    made = Lines(Edition("restreinte", {"periode": rows[0]["periode"], "reglages": {"departement": "46"}}, tables))
    found = [made.line(code, _PLACE, row["periode_type"]) for code, row in zip(codes, rows, strict=True)]
    return [line for line in found if line is not None]


def _number(text: str) -> float:
    return float(text) if text else math.nan


def _compared(code: str, row: dict[str, str]) -> dict:
    return {
        "indicateur_code": code, "territoire_code": _PLACE, "periode_type": row["periode_type"],
        "periode": row["periode"], "periode_fin": pd.Timestamp("2024-12-31").date(), "source": "s",
        "valeur": _number(row["valeur"]), "valeur_precedente": _number(row["avant"]),
        "evolution_pct": _number(row["pct"]), "unite": row["unite"], "perimetre": "complet",
        "statut": row["statut"], "motif_code": None, "motif": row["motif"] or None,
        "verdict": row["verdict"] or None, "mot": None, "loi": "poisson", "lecture": "neutre",
        "comparaison_motif": row["comparaison_motif"] or None, "confidentialite": row["confidentialite"],
        "signal": row["signal"], "tendance": "", "taux_unite": None, **dict.fromkeys(_NUMBERS, math.nan),
    }  # fmt: skip


def _target(code: str, row: dict[str, str]) -> dict:
    return {
        "type": "cible", "objet_code": code, "territoire_code": _PLACE, "periode_type": row["periode_type"],
        "operateur": ">=", "valeur": float(row["cible"]), "unite": row["unite"], "date_cible": None,
        "valide_de": None, "valide_a": None,
    }  # fmt: skip


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["quoi"])
def test_a_case_is_said_in_its_section(case: dict[str, str]) -> None:
    [line] = lines_of([case])
    said = headlines([], followed=[line]) if case["cible"] else headlines([line])
    assert case["phrase"] in dict(by_section(said))[case["rubrique"]]


def test_every_line_of_the_table_of_sentences_has_a_case() -> None:
    rules = read_rows(Path(headlines.__code__.co_filename).with_name("headlines.csv"))
    found = set()
    for case in cases():
        [line] = lines_of([case])
        said = headlines([], followed=[line]) if case["cible"] else headlines([line])
        found |= {headline.case for headline in said}
    assert {rule["cas"] for rule in rules} <= found
    assert {rule["rubrique"] for rule in rules} == set(TITLES)


def test_nothing_to_say_is_said() -> None:
    assert [h.sentence for h in headlines([])] == list(NOTHING.values())


def test_an_edition_has_three_to_five_sentences_whatever_happens() -> None:
    everything = lines_of([c for c in cases() if not c["cible"]])
    targets = lines_of([c for c in cases() if c["cible"]])
    said = headlines(everything, everything, targets)
    assert len(said) == MOST == 5
    assert [h.section for h in said] == sorted((h.section for h in said), key=list(TITLES).index)
    assert {h.section for h in said} == set(TITLES)


def test_several_rises_are_one_sentence_that_names_three() -> None:
    rises = [dict(cases()[0], libelle=name) for name in ("A", "B", "C", "D", "E")]
    [said, *_] = headlines(lines_of(rises))
    assert said.sentence == (
        "Hausse établie sur un an : A, de 31 à 52 (+67,7 %) ; B, de 31 à 52 (+67,7 %) ; C, de 31 à 52 (+67,7 %) ; "
        "et 2 autres."
    )


def test_nothing_established_of_all_is_not_said_of_some() -> None:
    flat = lines_of([c for c in cases() if c["quoi"].startswith("rien d'établi")])
    rise = lines_of([cases()[0]])
    assert headlines(flat)[0].sentence.endswith("pour aucun des 2 indicateurs ci-dessous.")
    assert "pour 2 indicateurs sur les 3 ci-dessous." in " ".join(h.sentence for h in headlines([*flat, *rise]))


def test_a_percentage_alone_says_nothing() -> None:
    """A large change that no test establishes is not told as a rise."""
    large = dict(cases()[3], valeur="51", avant="17", pct="200")
    said = " ".join(h.sentence for h in headlines(lines_of([large])))
    assert "hausse" not in said.replace("ni hausse ni baisse", "")
    assert "200" not in said
