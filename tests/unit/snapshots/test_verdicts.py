"""Each case of the table of verdicts, as the page prints it: the word and the example are what the code gives."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.catalogue.code_lists import code_table
from pipelines.report.edition import Edition
from pipelines.report.lines import Lines
from pipelines.snapshots import outward
from pipelines.snapshots.comparisons import compare_period
from pipelines.statistics import words
from tests.support.small_series import Q4, SHARES, frame, reference, yearly

CASES = {row["cas_code"]: row for row in code_table("verdicts")}
PARTS = pd.DataFrame([("somme", "TOUT", "TUES")], columns=["nature", "ensemble_code", "membre_code"])
# What makes each case, beside its two counts: columns of the two years, of the last one, and the tables.
BOTH = {
    "tete_moyenne": {"unite": "personnes en moyenne par mois"},
    "region": {"niveau": "region"},
    "service": {"niveau": "service"},
}
LAST = {
    "tete_provisoire": {"statut": "P"},
    "rupture": {"rupture": True},
    "autre_source": {"source": "barometre_odsr"},
    "non_publie": {"non_publiee": True},
}
FIRST = {"avant_non_publie": {"non_publiee": True}}
TABLES = {
    "tete_moyenne": {"cumul": "moyenne"},
    "plan": {"law": "aucune"},
    "part_sans_denominateur": {"law": "proportion"},
    "exploration": {"heads": []},
    "exploration_petit_p": {"heads": []},
    **{case: {"heads": ["TOUT"], "relations": pd.concat([PARTS, SHARES])} for case in CASES if case[:6] == "partie"},
}


def counts(case: dict[str, str]) -> list[float | None]:
    return [float(case[c]) if case[c] else None for c in ("avant", "apres")]


def rows_of(code: str) -> list[dict]:
    before, after = yearly(*counts(CASES[code]))
    rows = [before | BOTH.get(code, {}) | FIRST.get(code, {}), after | BOTH.get(code, {}) | LAST.get(code, {})]
    if code.startswith("partie_"):
        rows += yearly(100, 102 if code == "partie_muette" else 300, "TOUT")
    return [{"non_publiee": False, "hors_edition": False} | r for r in rows]


def printed(code: str) -> tuple[pd.Series, str]:
    """The row of a case in the edition that it is of, and what the page says of it."""
    series = frame(rows_of(code))
    by = reference(series, **TABLES.get(code, {}))
    made = compare_period(series, by, Q4)
    found = outward.public(made, by.rates) if "non_publie" in code else outward.restricted(made)
    tables = {
        "indicateurs": by.indicators.assign(libelle="Personnes tuées"),
        "sources": pd.DataFrame({"source": ["baac"], "libelle": ["BAAC"]}),
        "motifs": pd.DataFrame(code_table("motifs")),
        "perimetres": pd.DataFrame({"perimetre": ["complet"], "reserve": [None]}),
        "comparaisons": found,
        "series": series.assign(ventilation_type="total"),
        "cibles": pd.DataFrame(columns=["type", "objet_code"]),
    }
    said = {"periode": str(Q4), "reglages": {"departement": "46"}}
    line = Lines(Edition("restreinte", said, tables)).line("TUES", "DEP-46", "annee")
    shown = line.value if line.value in ("non publié", "—") else line.change or line.value
    row = found.set_index(["indicateur_code", "periode_type"]).loc[("TUES", "annee")]
    return row, " ; ".join(filter(None, (shown, line.word, line.state)))


@pytest.mark.parametrize("code", CASES)
def test_each_case_is_said_as_its_example_is(code: str) -> None:
    row, said = printed(code)
    case = CASES[code]
    assert row["verdict"] == case["verdict_code"]
    assert (None if pd.isna(row["mot"]) else row["mot"]) == (case["mot"] or None)
    assert said == case["exemple"]


def test_a_verdict_has_one_word_and_every_verdict_is_in_the_table() -> None:
    words_of = {}
    for case in CASES.values():
        assert words_of.setdefault(case["verdict_code"], case["mot"]) == case["mot"]
    coded = {words.RISE, words.FALL, words.NOT_SHOWN, words.TO_EXPLORE, words.NOTHING_FOUND}
    assert coded | {outward.UNSAID, outward.UNSAID_BEFORE} <= set(words_of)
    assert set(words_of.values()) == {"hausse", "baisse", "pas d'évolution établie", "à explorer", "non calculable", ""}


def test_the_two_words_that_no_test_shows_are_said_nowhere() -> None:
    said = " ".join(value for case in CASES.values() for value in case.values()).lower()
    assert "stable" not in said
    assert "significati" not in said
