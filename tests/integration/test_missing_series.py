"""Every kind of absence, taken away from the demonstration, is named; and nothing is named that is not missing."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import Home
from tests.support.absences import take_away
from tests.support.typed import as_typed, shown_wrong

pytestmark = [pytest.mark.xdist_group("absences"), pytest.mark.long]

SSMSI = "Ministère de l'Intérieur (SSMSI)"
ONISR = "Observatoire national interministériel de la sécurité routière (ONISR)"
INSEE = "Institut national de la statistique et des études économiques (Insee)"
ODSR = "Observatoire départemental de la sécurité routière (préfecture)"
GOURDON, FIGEAC = "Compagnie de gendarmerie de Gourdon", "Compagnie de gendarmerie de Figeac"
CAHORS = "Circonscription de police de Cahors"
POST = "Intervenant social à la compagnie de gendarmerie de Figeac"

# What tests/support/absences.py takes away: kind, source, table, object, territory, who owes it → since, until, still
# missing, due date. The due dates are those that sources/*/source.yml give, worked out by hand.
TAKEN = {
    ("livraison", "police", "services", "police.services", "DEP-46", SSMSI): ("2013", "2013", 1, False, "2014-01-31"),
    ("service_absent", "gendarmerie", "services", "SRV-46-GN-CGD-GOURDON", "SRV-46-GN-CGD-GOURDON", SSMSI): (
        "2019", "2019", 1, False, "2020-01-31"),
    ("index_arrete", "gendarmerie", "services", "55", "SRV-46-GN-CGD-FIGEAC", SSMSI): (
        "2022", "2024", 3, True, "2023-01-31"),
    ("retour_service", "service_returns", "faits", "SRV-46-GN-CGD-GOURDON", "SRV-46-GN-CGD-GOURDON", GOURDON): (
        "2020-05", "2020-06", 2, False, "2020-06-15"),
    ("retour_service", "service_returns", "tranquillite", "SRV-46-GN-CGD-GOURDON", "SRV-46-GN-CGD-GOURDON", GOURDON): (
        "2020-05", "2020-06", 2, False, "2020-06-15"),
    ("serie_arretee", "service_returns", "faits", "faits_vif", "SRV-46-PN-CIAT-CAHORS", CAHORS): (
        "2020-12", "2020-12", 1, False, "2021-01-15"),
    ("retour_iscg", "iscg", "activite", "POSTE-46-CGD-FIGEAC", "POSTE-46-CGD-FIGEAC", POST): (
        "2024-10", "2024-12", 3, True, "2024-11-15"),
    ("retour_suivi", "action_followup", "indicateurs", "P1.A2", "DEP-46", "Éducation nationale"): (
        "2024-T3", "2024-T3", 1, False, "2024-10-20"),
    ("retour_suivi", "action_followup", "actions", "P3.A3", "DEP-46", "Préfecture"): (
        "2024-T4", "2024-T4", 1, True, "2025-01-20"),
    ("retour_suivi", "action_followup", "actions", "P3.A3", "DEP-46", "Maires"): (
        "2024-T4", "2024-T4", 1, True, "2025-01-20"),
    ("mois_non_livre", "road_barometer", "mesures", "road_barometer.mesures", "DEP-46", ODSR): (
        "2018-07", "2018-07", 1, False, "2018-08-15"),
    ("table_baac", "road_safety", "usagers", "road_safety.usagers", "DEP-46", ONISR): (
        "2019", "2019", 1, False, "2020-10-31"),
    ("population", "insee", "populations", "insee.populations", "DEP-46", INSEE): (
        "2017", "2021", 5, True, "2020-12-31"),
}  # fmt: skip

# The indicators that fall silent, from their definitions in the design's table of series.
SILENCED = {
    ("index_arrete", "55"): {("STUPEFIANTS_4001", "valeur"), ("STUPEFIANTS_TRAFIC_4001", "valeur")},
    ("serie_arretee", "faits_vif"): {("VIF_FORCES", "valeur")},
    ("retour_iscg", "POSTE-46-CGD-FIGEAC"): {
        ("ISCG_PERSONNES", "valeur"), ("ISCG_POSTES", "valeur"), ("ISCG_ETP", "valeur")},
    ("retour_suivi", "P1.A2"): {("P1.A2.I1", "valeur"), ("P1.A2.I2", "valeur")},
    ("retour_suivi", "P3.A3"): set(),
    ("table_baac", "road_safety.usagers"): {
        ("ACCIDENTS", "ventilation"), ("ACCIDENTS_GRAVES", "valeur"), ("TUES", "valeur"),
        ("BLESSES_HOSPITALISES", "valeur"), ("BLESSES_LEGERS", "valeur"), ("ACCIDENTS_PROFESSIONNELS", "valeur")},
}  # fmt: skip


@pytest.fixture(scope="module")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which a demonstration with absences of every kind is loaded; not to be changed by a test."""
    made = Home(tmp_path_factory.mktemp("absences"))
    assert made.run("demo").returncode == 0
    take_away(made.landing)
    assert made.load()["code_sortie"] == 0
    return made


def test_the_whole_demonstration_lacks_nothing(demo_home: Home) -> None:
    assert demo_home.sql("select phrase from qualite.series_manquantes") == []
    assert demo_home.sql("select * from qualite.series_manquantes_indicateurs") == []
    assert "Rien ne manque de ce qui est dû." in demo_home.run("status").stdout
    done = demo_home.run("relances")
    assert (done.returncode, done.stdout) == (0, "")
    assert "personne à relancer" in done.stderr
    assert json.loads(demo_home.run("relances", "--json").stdout)["relances"] == []


def test_each_absence_is_named_since_when_and_by_whom(lacking: Home) -> None:
    rows = lacking.sql(
        "select absence, source, table_nom, objet_code, territoire_code, debiteur, "
        "depuis, jusqu_a, n_periodes, en_cours, echeance from qualite.series_manquantes"
    )
    assert {tuple(r[:6]): tuple(r[6:]) for r in rows} == TAKEN
    assert len(rows) == len(TAKEN)


def test_delays_are_counted_to_the_day_of_the_load(lacking: Home) -> None:
    rows = lacking.sql(
        "select depuis, jours_retard, jour_reference from qualite.series_manquantes where source = 'action_followup'"
    )
    # From 20 October 2024 and from 20 January 2025 to 15 February 2025.
    assert sorted(rows) == [
        ["2024-T3", 118, "2025-02-15"], ["2024-T4", 26, "2025-02-15"], ["2024-T4", 26, "2025-02-15"]]  # fmt: skip


def test_what_exactly_is_missing_of_a_sheet(lacking: Home) -> None:
    rows = lacking.sql(
        "select distinct objet_code, elements from qualite.series_manquantes "
        "where source = 'action_followup' order by 1"
    )
    assert rows == [
        ["P1.A2", "P1.A2.I1, P1.A2.I2"],
        ["P3.A3", "P3.A3.M1, P3.A3.M2, P3.A3.M3, P3.A3.M4, P3.A3.M5"],
    ]


def test_a_declared_break_is_not_a_stop(lacking: Home) -> None:
    """Index 57 of Cahors' company is empty since 2020, the year of the declared break AFD_2020."""
    [[missing]] = lacking.sql(
        "select count(*) from indicateurs.valeurs where territoire_code = 'SRV-46-GN-CGD-CAHORS' and statut = 'M' "
        "and indicateur_code = 'STUPEFIANTS_USAGE_4001' and source = 'etat4001_services' and periode >= '2020'"
    )
    assert missing == 5
    assert lacking.sql("select * from qualite.series_manquantes where objet_code = '57'") == []


def test_the_indicators_that_each_absence_silences(lacking: Home) -> None:
    rows = lacking.sql(
        "select s.absence, s.objet_code, i.indicateur_code, i.effet from qualite.series_manquantes as s "
        "left join qualite.series_manquantes_indicateurs as i using (absence_id)"
    )
    got: dict[tuple, set] = {}
    for absence, code, indicator, effect in rows:
        got.setdefault((absence, code), set()).update({(indicator, effect)} if indicator else set())
    assert {key: got[key] for key in SILENCED} == SILENCED
    assert ("CBV_4001", "valeur") in got["livraison", "police.services"]
    assert {e for _, e in got["population", "insee.populations"]} == {"taux"}
    assert ("CAMERAS", "taux") not in got["population", "insee.populations"]
    counted = lacking.sql("select absence, objet_code, max(n_indicateurs) from qualite.series_manquantes group by all")
    # A service owes two tables: the count of each is that table's.
    assert {(a, c): n for a, c, n in counted if a != "retour_service"} == {
        key: len({i for i, _ in said}) for key, said in got.items() if key[0] != "retour_service"
    }


def test_silenced_is_true_no_value_of_that_source_is_there(lacking: Home) -> None:
    [[bridged]] = lacking.sql("select count(*) from qualite.series_manquantes_indicateurs where effet = 'valeur'")
    assert bridged > 0
    assert lacking.sql(
        "select s.phrase, v.indicateur_code, v.periode, v.valeur from qualite.series_manquantes as s "
        "join qualite.series_manquantes_indicateurs as i using (absence_id) "
        "join indicateurs.valeurs as v on v.source = s.statistique and v.indicateur_code = i.indicateur_code "
        "and v.territoire_code = s.territoire_code and v.periode_type = s.periode_type "
        "and v.periode between i.depuis and i.jusqu_a and v.ventilation_type = 'total' "
        "where i.effet = 'valeur' and v.valeur is not null"
    ) == []  # fmt: skip


def test_every_value_that_is_owed_and_missing_has_its_absence(lacking: Home) -> None:
    orphans = """
        select distinct v.source, v.indicateur_code, v.territoire_code, v.periode, v.motif_code
        from indicateurs.valeurs as v
        left join (
            select s.statistique, i.indicateur_code, s.periode_debut, s.periode_fin
            from qualite.series_manquantes as s join qualite.series_manquantes_indicateurs as i using (absence_id)
        ) as a on a.statistique = v.source and a.indicateur_code = v.indicateur_code
            and v.periode_debut between a.periode_debut and a.periode_fin
        where v.motif_code in ('non_recu', 'service_absent', 'territoire_absent', 'table_absente', 'hors_livraison')
            and v.territoire_code in ('DEP-46', 'ZPN-46', 'ZGN-46') and a.statistique is null
    """
    # Three classes of the SSMSI base are of its former vintages alone: replaced by others, owed by nobody.
    assert {tuple(r[:2]) for r in lacking.sql(orphans)} == {
        ("ssmsi_base", c) for c in ("CBV_SSMSI", "CBV_INTRAFAMILIAUX_SSMSI", "CBV_AUTRES_SSMSI")
    }


def test_another_source_that_speaks_instead_is_counted(lacking: Home) -> None:
    """The company's own monthly returns make the year that the ministry's workbook lacks."""
    rows = lacking.sql(
        "select i.n_periodes, i.n_periodes_relayees, i.relais from qualite.series_manquantes as s "
        "join qualite.series_manquantes_indicateurs as i using (absence_id) "
        "where s.absence = 'service_absent' and i.indicateur_code = 'CBV_4001'"
    )
    assert rows == [[1, 1, "retours_services"]]
    # Two months of the returns have no other source by service and month.
    rows = lacking.sql(
        "select i.n_periodes, i.n_periodes_relayees, i.relais from qualite.series_manquantes as s "
        "join qualite.series_manquantes_indicateurs as i using (absence_id) "
        "where s.absence = 'retour_service' and i.indicateur_code = 'CBV_4001'"
    )
    assert rows == [[2, 0, None]]


def test_status_says_it_in_a_few_lines(lacking: Home) -> None:
    said = lacking.run("status").stdout.splitlines()
    start = said.index("Manque au 15/02/2025 :")
    missing = [line for line in said[start:] if line.startswith("  ")]
    assert len(missing) <= 10
    assert "  • 2 fiches-actions n'ont pas leur retour de suivi, entre 2024-T3 et 2024-T4 : P1.A2, P3.A3" in missing
    assert any(
        line.startswith("  • 1 poste d'intervenant social n'a pas rendu son retour, depuis 2024-10") for line in missing
    )
    assert "vigie relances" in missing[-1]
    told = json.loads(lacking.run("status", "--json").stdout)
    assert len(told["manquantes"]) == len(TAKEN)
    assert told["jour_reference"] == "2025-02-15"


def test_a_reminder_asks_a_service_for_its_months(lacking: Home) -> None:
    done = lacking.run("relances", "--pour", "gourdon")
    assert done.returncode == 0
    assert shown_wrong(done.stdout) == []
    text = as_typed(done.stdout)
    assert text.startswith("Objet : ")
    assert text.count("Objet : ") == 1
    for said in (
        "« Compagnie de gendarmerie de Gourdon »",
        "feuilles Faits et Tranquillité publique",
        "de mai 2020 à juin 2020 (2 mois)",
        "15 juin 2020",
        "Retour mensuel - CGD GOURDON - mai 2020.xlsx, Retour mensuel - CGD GOURDON - juin 2020.xlsx",
        "Je vous prie d'agréer, Madame, Monsieur",
        "Pour le préfet,",
    ):
        assert said in text
    assert "vigie templates service_returns --periode 2020-05 --service 'CGD GOURDON'" in done.stderr
    assert "rien n'est envoyé" in done.stderr


def test_the_templates_that_reminders_name_are_those_that_vigie_writes(lacking: Home, tmp_path) -> None:
    told = json.loads(lacking.run("relances", "--json").stdout)["relances"]
    asked = [(name, command) for r in told for name, command in zip(r["modeles"], r["commandes"], strict=True)]
    assert asked
    for name, command in asked[:3] + asked[-2:]:
        words = re.findall(r"'[^']*'|\S+", command)
        done = lacking.run(*(w.strip("'") for w in words[1:]), "--dossier", str(tmp_path))
        assert done.returncode == 0, done.stderr
        assert list(tmp_path.rglob(name)), name


def test_one_file_a_debtor_with_a_name_that_any_disk_takes(lacking: Home, tmp_path) -> None:
    folder = tmp_path / "relances"
    assert lacking.run("relances", "--dossier", str(folder)).returncode == 0
    names = {f.name for f in folder.iterdir()}
    # No letter for a public file, nor to the préfecture from itself.
    assert len(names) == len({debtor for *_, debtor in TAKEN} - {SSMSI, ONISR, INSEE, ODSR, "Préfecture"})
    assert "relance_2025-02-15_Education-nationale.txt" in names
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", name) for name in names)
    edited = folder / "relance_2025-02-15_Maires.txt"
    assert "P3.A3.M1" in edited.read_text(encoding="utf-8")
    edited.write_text("Objet : à ma façon\n", encoding="utf-8")
    again = lacking.run("relances", "--dossier", str(folder))
    assert "Conservé" in again.stderr
    assert edited.read_text(encoding="utf-8") == "Objet : à ma façon\n"


def test_what_nobody_is_written_to_for_is_on_the_screen(lacking: Home) -> None:
    said = lacking.run("relances").stderr
    assert "vigie fetch road_safety : Accidents corporels de la circulation (BAAC), table usagers, 2019" in said
    here = said[said.index("À faire ici") :]
    assert "Fiche-action P3.A3 (Préfecture) : le retour trimestriel de suivi, pour le 4e trimestre 2024" in here
    assert "juillet 2018" in here


def test_a_name_that_owes_nothing_is_said_with_those_that_do(lacking: Home) -> None:
    done = lacking.run("relances", "--pour", "France Victimes")
    assert (done.returncode, done.stdout) == (0, "")
    assert "« France Victimes » ne doit rien" in done.stderr
    assert GOURDON in done.stderr


def test_the_signature_and_the_address_are_settings(lacking: Home) -> None:
    done = lacking.run("relances", "--pour", "Maires", VIGIE_SIGNATURE="La directrice de cabinet",
                       VIGIE_REPLY_TO="prevention@exemple.invalid")  # fmt: skip
    assert done.stdout.rstrip().endswith("La directrice de cabinet")
    assert "à l’adresse prevention@exemple.invalid" in done.stdout
