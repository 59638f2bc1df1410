"""The steering of the plan as an edition shows it: what is not known is told as such, the public one has no fund."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd

from pipelines.report.edition import Edition
from pipelines.report.steering import steering
from pipelines.report.workbook.steering_rows import steering_rows
from pipelines.snapshots.folder import PUBLIC, RESTRICTED

INSTANCES = pd.DataFrame(
    [
        ("CDPD", None, "conseil", "CDPD", 2, 9, 4, dt.date(2023, 12, 1)),
        ("G1", "CDPD", "groupe_thematique", "Groupe", None, None, 0, None),
        ("T1", "CDPD", "axe_de_travail", "Axe", None, None, 0, None),
    ],
    columns=["instance_code", "rattachee_a", "nature", "libelle", "reunions_annee", "reunions", "n_trimestres",
             "derniere_reunion"],
)  # fmt: skip
AGREEMENTS = pd.DataFrame(
    [
        ("A", "convention", "Convention", "COM-46042", "Cahors", "2023-T4", "en_vigueur", dt.date(2020, 1, 1),
         dt.date(2023, 12, 31), Decimal("0.50"), "ETP"),
        ("B", "strategie", "Stratégie", "DEP-46", "Lot", "plan", "non_commence", None, None, None, None),
    ],
    columns=["dispositif_code", "nature", "libelle", "territoire_code", "territoire", "periode", "etat", "debut", "fin",
             "nombre", "unite"],
)  # fmt: skip
STAKES = pd.DataFrame(
    [("DGO.E1.M1", "E1", "Jeunes", "trois classes", "Informer", 3, 2),
     ("DGO.E1.M2", "E1", "Jeunes", "trois classes", "Contrôler", 0, 0)],
    columns=["engagement_code", "enjeu_code", "enjeu", "classes_imprimees", "engagement", "n_actions", "n_faites"],
)  # fmt: skip
FUNDS = pd.DataFrame(
    [
        ("2023-T1", "P1.A1", "FIPDR", "1", "FIPD 2023", "Association", 1000, 600, 600, "accordee", "cofinancement"),
        ("2023-T2", "P1.A1", "FIPDR", "2", None, None, 500, 0, 0, "refusee", None),
        ("2023-T2", "P1.A2", "MILDECA", "3", None, "Association", None, 100, 50, None, None),
        ("2022-T2", "P1.A2", "MILDECA", "4", None, "Association", 999, 999, 999, "accordee", None),
    ],
    columns=["periode", "action_code", "fonds", "dossier", "appel", "beneficiaire", "demande_eur", "accorde_eur",
             "paye_eur", "decision", "regles"],
)  # fmt: skip


def edition(kind: str = RESTRICTED, comments: tuple[dict, ...] = (), **tables: pd.DataFrame) -> Edition:
    said = {"periode": "2023-T4", "reglages": {"departement": "46"}, "commentaires": list(comments)}
    held = {"instances": INSTANCES, "dispositifs": AGREEMENTS, "dgo": STAKES} | tables
    return Edition(kind, said, held)


def test_meetings_that_nobody_tells_of_are_not_none_held() -> None:
    whole, group = steering(edition()).instances
    assert (whole.year, whole.whole, whole.last) == ("2", "9 en 4 trimestres", "01/12/2023")
    assert (group.within, group.year, group.whole, group.last) == ("CDPD", "non connu", "non connu", "")


def test_an_agreement_tells_its_place_its_end_and_who_says_so() -> None:
    signed, printed = steering(edition()).agreements
    assert (signed.place, signed.state, signed.until, signed.number, signed.over) == (
        "Cahors", "en vigueur", "31/12/2023", "0,5 ETP", True,
    )  # fmt: skip
    assert (printed.place, printed.state, printed.over) == ("", "non commencé (d'après le plan)", False)


def test_a_stake_has_a_cell_for_each_engagement() -> None:
    found = steering(edition())
    assert found.engagements == ["Informer", "Contrôler"]
    assert [(s.label, s.cells) for s in found.stakes] == [
        ("E1 · Jeunes", ["2 faites sur 3", "aucune action déclarée"]),
    ]  # fmt: skip


def test_funds_are_those_of_the_year_and_a_sum_of_the_unknown_is_not_known() -> None:
    fipdr, mildeca = steering(edition(financements=FUNDS)).funds
    assert (fipdr.files, fipdr.asked, fipdr.granted) == ("2 dossiers, dont 1 refusé", "1\u202f500", "600")
    assert fipdr.rules == "moins de la moitié du coût vient d'ailleurs"
    assert (mildeca.files, mildeca.asked, mildeca.granted, mildeca.rules) == ("1 dossier", "non connu", "100", "tenues")
    refused = steering(edition(financements=FUNDS)).subsidies[1]
    assert (refused.decision, refused.beneficiary, refused.rules) == ("refusée", "non dit", "")


def test_the_public_edition_holds_no_fund() -> None:
    found = steering(edition(PUBLIC))
    assert found.funds == found.subsidies == []
    assert found.instances


def test_an_edition_given_before_these_tables_shows_nothing() -> None:
    old = edition()
    assert not steering(Edition(RESTRICTED, old.manifest, {}))


def test_a_topic_is_shown_in_the_edition_that_it_is_written_for() -> None:
    text = {"priorite": "REUSSITES", "edition": RESTRICTED, "auteur": "le directeur de cabinet",
            "ecrit_le": "2024-01-10", "version": 1, "texte": "La rencontre a eu lieu."}  # fmt: skip
    [(label, [said])] = steering(edition(comments=(text,))).topics
    assert (label, said.text) == ("Réussites", "La rencontre a eu lieu.")
    assert steering(edition(PUBLIC, comments=(text,))).topics == []


def test_the_sheet_of_the_workbook_has_numbers_and_leaves_empty_what_is_not_known() -> None:
    sheet = steering_rows(edition(financements=FUNDS))
    assert sheet["volet"].drop_duplicates().tolist() == [
        "Instances", "Stratégies et conventions", "DGO et PDASR", "Fonds de l'année",
    ]  # fmt: skip
    rows = {r["objet"]: r for r in sheet.astype(object).where(sheet.notna(), None).to_dict("records")}
    assert (rows["CDPD"]["nombre"], rows["Groupe"]["nombre"], rows["Groupe"]["etat"]) == (2, None, "non connu")
    assert (rows["Convention"]["nombre"], rows["Convention"]["unite"]) == (0.5, "ETP")
    assert [tuple(r) for r in sheet.loc[sheet["volet"] == "DGO et PDASR", ["nombre", "faites"]].to_numpy()] == [
        (3, 2), (0, 0),
    ]  # fmt: skip
    fipdr, mildeca = rows["FIPDR"], rows["MILDECA"]
    assert (fipdr["nombre"], fipdr["demande_eur"], fipdr["accorde_eur"], fipdr["paye_eur"]) == (2, 1500, 600, 600)
    assert (mildeca["demande_eur"], mildeca["accorde_eur"]) == (None, 100)
    assert "montant non connu" in mildeca["etat"]


def test_the_public_sheet_has_no_fund_and_an_edition_before_the_plan_no_sheet() -> None:
    assert "Fonds de l'année" not in set(steering_rows(edition(PUBLIC))["volet"])
    old = edition()
    assert steering_rows(Edition(RESTRICTED, old.manifest, {})).empty
