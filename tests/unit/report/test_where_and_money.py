"""The sheet of an action: its figures at the places that it names, and its money; what is not known is no zero."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from pipelines.report.edition import Edition
from pipelines.report.money import money
from pipelines.report.where import Named

SERIES = ["indicateur_code", "territoire_code", "periode_type", "periode", "periode_fin", "ventilation_type", "valeur",
          "unite"]  # fmt: skip
NEAR = pd.DataFrame(
    [
        ("CAMERAS", "COM-1", "trimestre", "2023-T3", dt.date(2023, 9, 30), "total", 4, "caméras"),
        ("CAMERAS", "COM-1", "trimestre", "2023-T4", dt.date(2023, 12, 31), "total", 6, "caméras"),
        ("CAMERAS", "COM-1", "annee", "2023", dt.date(2023, 12, 31), "total", 10, "caméras"),
        ("CAMERAS", "COM-1", "trimestre", "2023-T4", dt.date(2023, 12, 31), "part", 5, "caméras"),
        ("VOLS", "COM-1", "annee", "2022", dt.date(2022, 12, 31), "total", None, "faits"),
    ],
    columns=SERIES,
)
FAR = pd.DataFrame(
    [("VOLS", "ARR-1", "annee", "2022", dt.date(2022, 12, 31), "total", None, "faits", "C")],
    columns=[*SERIES, "confidentialite"],
)
NAMED = pd.DataFrame(
    [("P3.A1", "COM-1", "À équiper"), ("P3.A1", "COM-2", "À voir"), ("P3.A1", "ARR-1", "À suivre"),
     (None, "COM-3", "Vigilance")],
    columns=["action_code", "territoire_code", "raison"],
)  # fmt: skip
TARGETS = pd.DataFrame(
    [("T1", "cible", "CAMERAS", "COM-1", "trimestre", ">=", 5, "caméras", None, None, None),
     ("T2", "cible", "CAMERAS", "DEP-46", "trimestre", ">=", 99, "caméras", None, None, None)],
    columns=["cible_code", "type", "objet_code", "territoire_code", "periode_type", "operateur", "valeur", "unite",
             "date_cible", "valide_de", "valide_a"],
)  # fmt: skip
PLACES = pd.DataFrame(
    [("COM-1", "Cahors"), ("COM-2", "Figeac"), ("ARR-1", "Gourdon")], columns=["territoire_code", "libelle"]
)
INDICATORS = pd.DataFrame([("CAMERAS", "Caméras"), ("VOLS", "Vols")], columns=["indicateur_code", "libelle"])
FUNDS = pd.DataFrame(
    [
        ("2023-T1", "P1.A1", 1000, 600, 600, "accordee"),
        ("2023-T2", "P1.A1", 500, 0, 0, "refusee"),
        ("2023-T2", "P1.A2", None, 100, 50, None),
        ("2022-T2", "P1.A1", 999, 999, 999, "accordee"),
    ],
    columns=["periode", "action_code", "demande_eur", "accorde_eur", "paye_eur", "decision"],
)


def edition(**tables: pd.DataFrame) -> Edition:
    held = {"series": FAR, "series_lieux": NEAR, "lieux": PLACES, "territoires": PLACES.iloc[2:], "cibles": TARGETS,
            "indicateurs": INDICATORS, "lieux_nommes": NAMED}  # fmt: skip
    return Edition("restreinte", {"periode": "2023-T4", "reglages": {"departement": "46"}}, held | tables)


def test_a_named_place_has_its_last_known_figure_and_its_own_target() -> None:
    cameras, thefts, nothing, withheld = Named(edition()).of("P3.A1", ["CAMERAS", "VOLS"])
    assert (cameras.place, cameras.indicator, cameras.value, cameras.period) == (
        "Cahors", "Caméras", "6", "4e trimestre 2023",
    )  # fmt: skip
    assert cameras.target == "cible : au moins 5 caméras ; atteinte"
    assert (thefts.value, thefts.target) == ("—", "")
    assert (nothing.place, nothing.indicator, nothing.value) == ("Figeac", "", "aucun chiffre connu")
    assert (withheld.place, withheld.value) == ("Gourdon", "non publié")


def test_an_action_that_names_no_place_has_none_nor_a_snapshot_that_held_none() -> None:
    assert Named(edition()).of("P1.A1", ["CAMERAS"]) == []
    held = edition()
    old = Edition(held.kind, held.manifest, {k: v for k, v in held.tables.items() if k != "lieux_nommes"})
    assert Named(old).of("P3.A1", ["CAMERAS"]) == []


def test_money_is_of_the_year_and_a_sum_of_the_unknown_is_not_known() -> None:
    own = money(edition(financements=FUNDS), ["P1.A1"])
    assert own is not None
    assert (own.asked, own.granted, own.paid) == (1500, 600, 600)
    assert own.sentence == (
        "2 dossiers, dont 1 refusé ; demandé 1\u202f500 € ; accordé 600 € ; payé 600 €"
    )  # fmt: skip
    both = money(edition(financements=FUNDS), ["P1.A1", "P1.A2"])
    assert both is not None
    assert (both.asked, both.granted) == (None, 700)
    assert "demandé non connu" in both.sentence
    assert money(edition(financements=FUNDS), ["P4.A1"]) is None
    assert money(edition(), ["P1.A1"]) is None
