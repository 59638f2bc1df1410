"""What the edition says of the département among its neighbours, in words."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.report.edition import Edition
from pipelines.report.neighbourhood import Rankings, neighbourhood

_RANK = {
    "indicateur_code": "I", "periode": "2019", "territoire_code": "DEP-46", "source": "s",
    "perimetre": "services_territoriaux", "rang": 3.0, "rang_bas": 2.0, "rang_haut": 3.0, "rangs": 3, "taux": 2.0,
    "taux_voisins": 3.5, "taux_unite": "pour 1 000 habitants", "denominateur": "population",
    "denominateur_millesime": 2017.0, "motif_code": None,
}  # fmt: skip


def edition(**rank: object) -> Edition:
    """One indicator in 2018, which has no rank, and in 2019."""
    none = dict.fromkeys(("rang", "rang_bas", "rang_haut", "taux_voisins"))
    ranks = [_RANK | none | {"periode": "2018", "motif_code": "voisin_manquant"}, _RANK | rank]
    members = [
        ("departement", "DEP-46", "Lot", 2.0, 200.0, 100_000.0), ("voisin", "DEP-15", "Cantal", 4.0, 400.0, 100_000.0),
        ("voisin", "DEP-23", "Creuse", 3.0, 300.0, 100_000.0),
        ("region_hors", "REG-76", "Occitanie hors Lot", 5.0, 900.0, 180_000.0),
        ("france_hors", "FRM", "France métropolitaine hors Lot", None, None, None),
    ]  # fmt: skip
    values = [
        {"indicateur_code": "I", "periode": year, "role": role, "territoire_code": code, "territoire": name,
         "taux": rate, "valeur": count, "denominateur_valeur": size, "denominateur": "population", "facteur": 1000,
         "annees": 1, "motif": None if rate else "Le nombre à rapporter manque"}
        for year in ("2018", "2019") for role, code, name, rate, count, size in members
    ]  # fmt: skip
    criteria = [
        {"ressemblance": n, "libelle": name, "critere": "densite", "critere_libelle": "Densité", "valeur": value,
         "unite": "hab.", "annee": 2022, "source": "Insee"}
        for n, (name, value) in enumerate([("Lot", 33.6), ("Cantal", 25.01), ("Creuse", 20.63)])
    ]  # fmt: skip
    tables = {
        "rangs": pd.DataFrame(ranks), "voisins": pd.DataFrame(values), "criteres_voisins": pd.DataFrame(criteria),
        "indicateurs": pd.DataFrame([{"indicateur_code": "I", "libelle": "Coups et blessures"}]),
        "sources": pd.DataFrame([{"source": "s", "libelle": "État 4001 par service"}]),
        "territoires": pd.DataFrame([{"territoire_code": "DEP-46", "libelle": "Lot"}]),
        "perimetres": pd.DataFrame([{"perimetre": "services_territoriaux", "reserve": "hors unités non rattachées"}]),
        "motifs": pd.DataFrame([{"motif_code": "voisin_manquant", "libelle": "Il manque un voisin"}]),
    }  # fmt: skip
    return Edition("publique", {"periode": "2019-T4", "reglages": {"departement": "46"}}, tables)


def test_the_last_year_with_a_rank_is_told_with_what_it_covers() -> None:
    told = neighbourhood(edition(), ["I", "UNKNOWN"], ["I"])
    [ranking] = told.rankings
    assert (told.place, told.names, told.region) == ("Lot", "Cantal, Creuse", "Occitanie hors Lot")
    assert (ranking.year, ranking.rank, ranking.interval) == ("2019", "3e sur 3", "du 2e au 3e")
    assert [ranking.rate(role) for role in ("departement", "region_hors", "france_hors")] == ["2", "5", "—"]
    assert ranking.neighbours == "3,5"
    assert (ranking.reserve, ranking.census) == ("hors unités non rattachées", "2017")
    assert [m.name for m in ranking.compared] == ["Cantal", "Creuse", "Lot"]
    assert told.criteria[0].values == ["33,6", "25", "20,6"]
    assert told.drawn == [ranking]
    # (400 + 300) facts over 200 000 people: the département is not in it.
    assert ranking.funnel.centre == pytest.approx(3.5)
    assert "Lot est au rang 3e sur 3, du 2e au 3e" in ranking.spoken


def test_a_rank_that_can_be_no_other_is_said_so() -> None:
    [ranking] = neighbourhood(edition(rang=1.0, rang_bas=1.0, rang_haut=1.0), ["I"], []).rankings
    assert (ranking.rank, ranking.interval) == ("1er sur 3", "rang établi")


def test_what_has_no_rank_says_why_and_is_not_drawn() -> None:
    told = neighbourhood(edition(rang=None, motif_code="voisin_manquant"), ["I"], ["I"])
    assert told.rankings == told.drawn == []
    assert told.unranked == [("Il manque un voisin", ["Coups et blessures"])]
    assert [(r.year, r.rank) for r in Rankings(edition()).of("I")] == [("2018", ""), ("2019", "3e sur 3")]


def test_a_snapshot_of_before_has_no_such_part() -> None:
    made = edition()
    del made.tables["rangs"]
    assert neighbourhood(made, ["I"], ["I"]) is None
    assert Rankings(made).of("I") == []
