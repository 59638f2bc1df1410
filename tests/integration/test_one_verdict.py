"""A figure has one verdict, scipy's own, in both editions, in every window, page, workbook and open data."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy.stats import beta, betabinom

from tests.conftest import Home
from tests.integration.conftest import QUARTER
from tests.support import verdicts_recomputed as again
from tests.support.typed import as_typed

pytestmark = pytest.mark.xdist_group("cliches")
QUARTERS = (QUARTER, "2023-T4")
EDITIONS = ("restreinte", "publique")
FIGURE = ["indicateur_code", "territoire_code", "periode_debut", "periode_fin"]
KEY = ["indicateur_code", "territoire_code", "periode_type"]
_WORD = re.compile(r'<span class="mot[^"]*">(?:<span aria-hidden="true">[^<]*</span> ?)?([^<]+)</span>')


def said(folder: Path, edition: str) -> pd.DataFrame:
    return pd.read_parquet(folder / edition / "donnees" / "comparaisons.parquet")


@pytest.fixture(params=QUARTERS, scope="module")
def folder(request: pytest.FixtureRequest, given: Home) -> Path:
    return given.folder / "snapshots" / request.param


@pytest.fixture(scope="module")
def snapshot(folder: Path) -> again.Snapshot:
    return again.Snapshot(folder)


@pytest.fixture(scope="module")
def figures(snapshot: again.Snapshot) -> list[dict]:
    return again.tested(snapshot)


def test_every_p_value_and_dispersion_is_scipys(figures: list[dict]) -> None:
    assert len(figures) > 80
    for figure in figures:
        for row in figure["rows"]:
            assert row["p_valeur"] == pytest.approx(figure["p"], abs=1e-9), row["indicateur_code"]
            if figure["phi"] is not None:
                assert row["dispersion"] == pytest.approx(figure["phi"], abs=1e-9), row["indicateur_code"]


def test_every_verdict_is_that_of_its_family(snapshot: again.Snapshot, figures: list[dict]) -> None:
    told = again.verdicts(snapshot, figures)
    assert {scope for scope, _ in told.values()} >= {"tete", "exploration"}
    for place, (scope, word) in told.items():
        for row in figures[place]["rows"]:
            assert (row["portee"], row["mot"]) == (scope, word), row["indicateur_code"]
    with_word = {id(row) for figure in figures for row in figure["rows"]}
    silent = {row["mot"] for row in snapshot.rows if id(row) not in with_word and not pd.isna(row["mot"])}
    assert silent <= {"non calculable"}


def test_what_is_not_the_departements_is_described(folder: Path) -> None:
    rows = said(folder, "restreinte").query("niveau != 'departement'")
    assert rows["mot"].isna().all()
    assert rows["p_valeur"].isna().all()
    assert set(rows["portee"]) == {"description"}
    assert rows["rapport_bas"].notna().any()


def test_every_interval_is_recomputed(folder: Path, snapshot: again.Snapshot) -> None:
    for row in snapshot.rows:
        if snapshot.laws[row["source"], row["indicateur_code"]] == "poisson" and not pd.isna(row["valeur"]):
            wanted = again.count_bounds(row["valeur"])
            assert (row["borne_basse"], row["borne_haute"]) == pytest.approx(wanted, rel=1e-6), row["indicateur_code"]
    _ratios(said(folder, "restreinte"))


def _ratios(rows: pd.DataFrame) -> None:
    """At each bound of a ratio the tail of the law is 2.5 %; with φ = 1 it is Clopper and Pearson's."""
    rows = rows[rows["rapport_bas"].notna() & (rows["valeur"] + rows["valeur_precedente"] >= 30)].query("valeur > 0")
    for row in rows[rows["valeur_precedente"] > 0].to_dict("records"):
        n, x = round(row["valeur"] + row["valeur_precedente"]), round(row["valeur"])
        low, high = (bound / (1 + bound) for bound in (row["rapport_bas"], row["rapport_haut"]))
        phi = row["dispersion"]
        if pd.isna(phi) or phi == 1:
            assert (low, high) == pytest.approx(
                (beta.ppf(0.025, x, n - x + 1), beta.ppf(0.975, x + 1, n - x)), rel=1e-6
            )
        elif n > 4 * phi:
            strength = n / (phi - 1)
            above = betabinom.pmf(np.arange(x, n + 1), n, strength * low, strength * (1 - low)).sum()
            below = betabinom.pmf(np.arange(x + 1), n, strength * high, strength * (1 - high)).sum()
            assert (above, below) == pytest.approx((0.025, 0.025), abs=1e-6), row["indicateur_code"]


def test_every_trend_is_recomputed(snapshot: again.Snapshot) -> None:
    yearly = [r for r in snapshot.rows if r["periode_type"] == "annee"]
    counted = [r for r in yearly if snapshot.laws[r["source"], r["indicateur_code"]] == "poisson"]
    assert {r["tendance"] for r in counted} >= {"sans_tendance", "non_calculable"}
    for row in counted:
        assert row["tendance"] == again.trend(snapshot, row["indicateur_code"]), row["indicateur_code"]


def test_no_figure_has_two_verdicts_in_the_data(folder: Path) -> None:
    rows = pd.concat([said(folder, edition) for edition in EDITIONS])
    told = rows[rows["mot"].notna()]
    assert (told.groupby([*FIGURE, "source"])["mot"].nunique() == 1).all()
    same = told.groupby([*FIGURE, "valeur", "valeur_precedente"])
    assert (same["mot"].nunique() == 1).all()
    assert (same["p_valeur"].nunique() <= 1).all()
    assert (same.size() >= 6).any(), "a cumul, twelve months and a year, in both editions"


def test_the_public_edition_says_what_the_restricted_one_says_or_nothing(folder: Path) -> None:
    inward, outward = (said(folder, edition).set_index(KEY).sort_index() for edition in EDITIONS)
    both = inward.loc[outward.index]
    for column in ("valeur", "mot", "p_valeur", "rapport", "rapport_bas", "dispersion", "evolution_pct", "taux"):
        shown = outward[column].notna()
        assert shown.any()
        pd.testing.assert_series_equal(outward.loc[shown, column], both.loc[shown, column], check_dtype=False)
    for column in ("tendance", "signal"):
        differs = outward[column] != both[column]
        assert set(outward.loc[differs, column]) <= {"non_calculable"}
    withheld = outward["confidentialite"] == "C"
    assert withheld.any() or folder.name == QUARTER
    assert outward.loc[withheld, ["valeur", "mot", "p_valeur", "dispersion", "borne_basse", "taux"]].isna().all().all()
    assert set(outward.loc[withheld, "comparaison_motif"]) <= {"secret_statistique"}


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_page_says_the_words_of_the_data(folder: Path, edition: str) -> None:
    page = as_typed(unescape((folder / edition / "rapport.html").read_text(encoding="utf-8")))
    assert not re.search(r"\bstable\b", page)
    assert "significati" not in page
    labels = pd.read_parquet(folder / edition / "donnees" / "indicateurs.parquet").set_index("indicateur_code")[
        "libelle"
    ]
    rows = said(folder, edition).query("territoire_code == 'DEP-46'")
    words = (
        rows.assign(libelle=rows["indicateur_code"].map(labels))
        .groupby("libelle")["mot"]
        .agg(lambda w: set(w.dropna()))
    )
    lines = re.findall(r"<tr[^>]*><th[^>]*>([^<]*)<(.*?)</tr>", page, re.DOTALL)
    said_of = [(label.strip(), word) for label, html in lines for word in _WORD.findall(html)]
    said_of = [(label, word) for label, word in said_of if label in words]
    assert len(said_of) > 10
    for label, word in said_of:
        assert re.sub(r" \((dé)?favorable\)$", "", word) in words[label], (label, word)


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_workbook_says_the_words_of_the_data(folder: Path, edition: str) -> None:
    sheet = openpyxl.load_workbook(folder / edition / "tableau_de_bord.xlsx", read_only=True)["Indicateurs"]
    head, *lines = sheet.iter_rows(values_only=True)
    place = {title: n for n, title in enumerate(head)}
    codes = pd.Series([line[place["Code"]] for line in lines])
    words = pd.Series([line[place["Lecture du test"]] for line in lines])
    rows = said(folder, edition)
    told = rows[rows["mot"].notna()].groupby("indicateur_code")["mot"].agg(lambda w: sorted(w))
    assert words.groupby(codes).agg(lambda w: sorted(w.dropna())).loc[told.index].tolist() == told.tolist()


def test_the_open_data_say_the_words_of_the_public_edition(folder: Path) -> None:
    rows = said(folder, "publique").set_index(KEY)["mot"]
    compared = set()
    for file in (folder / "publique" / "donnees_ouvertes").glob("*.parquet"):
        open_rows = pd.read_parquet(file)
        if {"mot", *KEY} <= set(open_rows.columns):
            compared.add(file.stem)
            told = open_rows.set_index(KEY)["mot"]
            pd.testing.assert_series_equal(told.sort_index(), rows.loc[told.index].sort_index(), check_dtype=False)
    assert "comparaisons" in compared
