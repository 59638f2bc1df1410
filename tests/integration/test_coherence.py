"""`plan.coherence` on the plan as it is: what was read in it by hand, no less and no more."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Home
from tests.support.plan_contradictions import CONSEQUENCES, CONTRADICTIONS, SIGNALS

pytestmark = pytest.mark.xdist_group("demo")


def places(rows: list) -> list[tuple[set[str], set[str]]]:
    return [(set(a.split(", ")), set(b.split(", "))) for a, b in rows]


def same(found: list[tuple[set, set]], expected: list[tuple[set, set]]) -> None:
    """The same pairs of places, in whichever order, once each."""
    left = [e for e in expected if e not in found and (e[1], e[0]) not in found]
    more = [f for f in found if f not in expected and (f[1], f[0]) not in expected]
    assert (left, more) == ([], [])
    assert len(found) == len(expected)


# ---- the document as it is


def test_the_contradictions_of_the_document_are_those_read_in_it_by_hand(demo_home: Home) -> None:
    rows = demo_home.sql(
        "select chiffres_1, chiffres_2 from plan.coherence where gravite = 'contradiction' and decoule_de is null"
    )
    hand = [(c[2], c[3]) for c in CONTRADICTIONS]
    same(places(rows), hand)
    assert len(rows) >= 10


def test_what_follows_from_a_contradiction_names_it(demo_home: Home) -> None:
    rows = demo_home.sql(
        "select c.chiffres_1, c.chiffres_2, d.gravite, d.decoule_de from plan.coherence as c "
        "left join plan.coherence as d on d.coherence_code = c.decoule_de "
        "where c.gravite = 'contradiction' and c.decoule_de is not null"
    )
    same(places([r[:2] for r in rows]), CONSEQUENCES)
    assert {(r[2], r[3]) for r in rows} == {("contradiction", None)}


def test_near_coincidences_are_signals_and_never_contradictions(demo_home: Home) -> None:
    same(places(demo_home.sql("select chiffres_1, chiffres_2 from plan.coherence where gravite = 'signal'")), SIGNALS)
    [row] = demo_home.sql(
        "select tableau_1, ligne_1, colonne_1, imprime_1, ligne_2, imprime_2, gravite from plan.coherence "
        "where chiffres_1 = 'I.A-LOT-VOLS_VEHICULES-2019'"
    )
    assert row == ["A", "Vols de véhicules", "Lot 2019", "171", "Vols d'accessoires de véhicules", "171", "signal"]


def test_a_contradiction_has_its_places_its_values_its_rule_and_a_sentence(demo_home: Home) -> None:
    [row] = demo_home.sql(
        "select regle_code, tableau_1, ligne_1, colonne_1, imprime_1, valeur_1, section_2, imprime_2, valeur_2, ecart, "
        "phrase from plan.coherence where chiffres_2 = 'I.B.1-10'"
    )
    assert row[:-1] == ["REDITE", "A", "Cambriolages", "Lot 2019", "833", 833, "I.B.1", "832", 832, 1]
    for words in ("Cambriolages", "Lot", "2019", "« 833 »", "tableau A", "« 832 »", "section I.B.1"):
        assert words in row[-1]


def test_it_is_read_in_the_terminal(demo_home: Home) -> None:
    done = demo_home.run("plan", "--coherence")
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    distinct = len(CONTRADICTIONS)
    for words in ("Contradictions", "« 832 » (section I.B.1)", "→ en découle", "À vérifier", "« 171 »",
                  f"{distinct} contradictions distinctes", f"{len(CONSEQUENCES)} autres qui en découlent",
                  f"{len(SIGNALS)} signaux à vérifier"):  # fmt: skip
        assert words in said
    told = json.loads(demo_home.run("plan", "--coherence", "i.b.3", "--json").stdout)
    assert {tuple(sorted((f["chiffres_1"] + ", " + f["chiffres_2"]).split(", "))) for f in told["constats"]} == {
        ("I.A-LOT-ESCROQUERIES-2018", "I.B.3-03"), ("I.A-LOT-ESCROQUERIES-2019", "I.B.3-02"),
        ("I.A-LOT-ESCROQUERIES-2019", "I.B.3-05"), ("I.B.3-02", "I.B.3-05"), ("I.B.2-06", "I.B.3-03"),
    }  # fmt: skip
    assert "contradiction : Cambriolages" in demo_home.run("plan", "I.B.1-10").stdout
    assert demo_home.run("plan", "--coherence", "ZZ").returncode == 64
    assert demo_home.run("plan", "--coherence", "--verifier").returncode == 64
    assert demo_home.run("plan", "--coherence", "INT.I").returncode == 0
