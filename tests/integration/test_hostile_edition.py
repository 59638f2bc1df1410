"""A home of few facts, on Vigie's own forms: public editions, a correction, and the attacker on them all."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pipelines.templates import Template, choose
from tests.conftest import Home
from tests.disclosure.holdings import attacker_of, read_public
from tests.disclosure.promise import held_against
from tests.support.filling import opened, place, records, sheets

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("foyer-hostile")]

YEAR, TODAY = "2023", dt.date(2024, 2, 25)
_MEASURES = ("faits_constates", "faits_elucides", "faits_vif", "mis_en_cause", "mis_en_cause_mineurs")
# Thefts and burglaries, violence, sexual violence, drugs: few of each.
_RATES = {7: 1.2, 12: 0.4, 17: 0.1, 23: 0.3, 27: 1.5, 29: 0.4, 31: 0.2, 37: 0.8, 47: 0.5, 52: 0.2, 55: 0.1, 57: 1.0,
          66: 0.6}  # fmt: skip
# What is asked of others, and the state of steps, is another test's.
_OTHERS = ("gendarmerie", "police", "etat4001_monthly", "iscg", "road_barometer", "road_safety", "ssmsi", "insee",
           "action_followup")  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two quarters given, then the second given again after a service corrected a month of it."""
    home = Home(
        tmp_path_factory.mktemp("foyer") / "home", VIGIE_TODAY=TODAY.isoformat(), VIGIE_DEPUIS=YEAR,
        VIGIE_CORRECTIONS="automatiques",
    )  # fmt: skip
    returns, _ = choose("46", TODAY, "service_returns", YEAR)
    for place_, template in enumerate(returns):
        _few(template, random.Random(place_)).save(home.landing / f"{template.name}.xlsx")
    followed, _ = choose("46", TODAY, "action_followup", YEAR)
    for template in followed:
        _few(template, random.Random(99)).save(home.landing / f"{template.name}.xlsx")
    for source in _OTHERS:
        assert home.run("excuse", source, YEAR, "--motif", "hors de cet essai").returncode == 0
    told = home.load()
    assert (told["code_sortie"], told["refusees"]) == (0, [])
    for quarter in (f"{YEAR}-T3", f"{YEAR}-T4"):
        given = home.run("snapshot", quarter)
        assert given.returncode == 0, given.stderr
    [template, *_] = choose("46", TODAY, "service_returns", f"{YEAR}-11")[0]
    _few(template, random.Random(7)).save(home.landing / f"{template.name} corrigé.xlsx")
    assert home.load()["code_sortie"] == 0
    again = home.run("snapshot", f"{YEAR}-T4", "--motif", "un retour corrigé")
    assert again.returncode == 0, again.stderr
    return home


def _few(template: Template, dice: random.Random) -> openpyxl.Workbook:
    """The form with few facts, zeros elsewhere."""
    book = opened(template)
    for sheet, schema in sheets(book, template.source.name):
        _, columns = place(sheet, schema)
        for line, values in records(sheet, schema):
            rate = _RATES.get(values.get("code_index"), 0.0)
            facts = sum(dice.random() < rate / 8 for _ in range(8))
            people = dice.randint(0, facts)
            counts = (facts, dice.randint(0, facts), dice.randint(0, facts), people, dice.randint(0, people))
            answers = dict(zip(_MEASURES, counts, strict=True)) if "code_index" in values else {}
            for name in ("valeur", "faits"):
                answers[name] = dice.randint(0, 6)
            if "statut" in columns:
                answers["statut"] = "réalisé"
            for name, value in answers.items():
                if name in columns:
                    sheet.cell(line, columns[name], value)
    return book


def _truth(home: Home) -> dict[tuple[str, str, str], tuple[float, int]]:
    """Key → the true count and its threshold, a mean being the count under it."""
    restricted = home.folder / "snapshots" / f"{YEAR}-T4.r2" / "restreinte" / "donnees"
    series = pd.read_parquet(restricted / "series.parquet").query("ventilation_type == 'total'")
    rules = pd.read_parquet(restricted / "diffusion.parquet")
    rows = series.merge(rules, on=["source", "indicateur_code"])
    rows = rows[rows["valeur"].notna() & (rows["loi"] != "proportion")]
    quarters = {"P2.A1.I1": 4}
    return {
        (r["indicateur_code"], r["territoire_code"], r["periode"]): (
            float(r["valeur"]) * terms, int(r["seuil"]) * terms,
        )
        for r in rows.to_dict("records")
        for terms in [quarters.get(r["indicateur_code"], 1) if r["periode_type"] == "annee" else 1]
    }  # fmt: skip


def test_nothing_is_found_nor_narrowed_from_every_edition_together(hostile: Home) -> None:
    public = read_public(hostile.folder / "snapshots")
    assert len(public) == 3
    told = held_against(attacker_of(public), attacker_of(public, elsewhere=True), _truth(hostile))
    assert told.withheld > 60
    assert told.small > 30
    assert told.found == {}
    assert told.narrowed == {}


def test_the_edition_still_says_something(hostile: Home) -> None:
    """Of what services return: a correction of few facts withholds the totals that it changed, not the rest."""
    series = read_public(hostile.folder / "snapshots")[-1]["series"]
    told = series[(series["source"] == "retours_services") & series["valeur"].notna()]
    assert (told["valeur"] > 0).sum() > 20


def test_a_withheld_count_reads_otherwise_than_a_missing_one(hostile: Home) -> None:
    series = read_public(hostile.folder / "snapshots")[-1]["series"]
    absent = series[series["valeur"].isna()]
    withheld = absent["confidentialite"] == "C"
    assert withheld.any()
    assert set(absent.loc[withheld, "motif_code"]) == {"secret_statistique"}
    assert "secret_statistique" not in set(absent.loc[~withheld, "motif_code"])


def test_no_file_of_the_public_edition_holds_what_the_restricted_one_withholds(hostile: Home, tmp_path: Path) -> None:
    public = hostile.folder / "snapshots" / f"{YEAR}-T4.r2" / "publique"
    names = {file.name for file in public.rglob("*") if file.is_file()}
    assert not names & {"secrets.parquet", "livraisons.parquet", "constats.parquet"}


def test_no_reason_of_the_public_edition_names_a_delivery(hostile: Home) -> None:
    """« Ne figure pas dans la livraison d4ce… » is for the officer."""
    deliveries = [row[0] for row in hostile.sql("select livraison_id from qualite.livraisons")]
    labels = {row[0] for row in hostile.sql("select libelle from reference.motifs")}
    tables = read_public(hostile.folder / "snapshots")[-1]
    for name in ("series", "comparaisons", "taux", "actions_a_mener"):
        assert set(tables[name]["motif"].dropna()) <= labels, name
    for file in (hostile.folder / "snapshots" / f"{YEAR}-T4.r2" / "publique").rglob("*.html"):
        page = file.read_text(encoding="utf-8")
        assert not [d for d in deliveries if d in page]
