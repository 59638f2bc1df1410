"""Corrections of returns through the command, in one home: what proposes itself, what is confirmed, what stays."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.support.warehouse_parts import Part

pytestmark = [pytest.mark.xdist_group("corrections"), pytest.mark.long]

FUNDING = "annee;trimestre;code_departement;action_code;fonds;dossier;cout_total_eur;accorde_eur;paye_eur\n"
FOLLOWED = "annee;trimestre;code_departement;indicateur_code;territoire_code;valeur;statut\n"
FACTS = (
    "annee;mois;code_departement;force;service;code_index;"
    "faits_constates;faits_elucides;mis_en_cause;mis_en_cause_mineurs;faits_vif\n"
)


def funding(*files: tuple[str, str]) -> str:
    """(dossier, granted) of P1.A1 in the first quarter of 2021; nobody wrote an edition."""
    return FUNDING + "".join(f"2021;1;46;P1.A1;FIPDR;{name};20000;{granted};\n" for name, granted in files)


def meetings(*places: tuple[str, str]) -> str:
    return FOLLOWED + "".join(f"2021;1;46;P2.A2.I1;{place};{n};realise\n" for place, n in places)


def facts(indexes: dict[int, str], rest: bool = True) -> str:
    known = range(1, 108) if rest else sorted(indexes)
    rows = (f"2021;3;46;gendarmerie;CGD CAHORS;{i};{indexes.get(i, '2')};1;1;0;\n" for i in known)
    return FACTS + "".join(rows)


class Desk(Home):
    """A home whose arrivals are a second apart, as people's are."""

    def receive(self, **files: str) -> dict:
        time.sleep(1.1)
        for name, text in files.items():
            (self.landing / f"{name}.csv").write_text(text, encoding="utf-8")
        return self.load()

    def granted(self) -> list[list]:
        return self.sql("select dossier, accorde_eur from plan.financements order by dossier")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A home that holds a first sending of each return, then a correction of each, none of which is in use."""
    desk = Desk(tmp_path_factory.mktemp("corrections") / "home")
    first = desk.receive(
        dossiers=funding(("2021-07", "7650"), ("2021-08", "5000")),
        reunions=meetings(("COM-46042", "3"), ("COM-46102", "1")),
        cahors=facts({37: "9"}),
    )
    assert first["code_sortie"] == 0, first["refusees"]
    return desk


def proposed(told: dict) -> dict[str, dict]:
    return {c["nom"]: c for c in told["corrections_proposees"]}


def test_a_correction_is_followed_from_its_arrival_to_the_value(desk: Desk) -> None:
    before = desk.granted()
    assert before == [["2021-07", 7650], ["2021-08", 5000]]
    told = desk.receive(
        dossiers_corriges=funding(("2021-08", "5500")),
        reunions_corrigees=meetings(("COM-46102", "2")),
        cahors_corrige=facts({37: "99"}, rest=False),
    )
    assert (told["code_sortie"], told["refusees"]) == (0, [])
    found = proposed(told)
    assert set(found) == {"dossiers_corriges.csv", "reunions_corrigees.csv", "cahors_corrige.csv"}
    [slice_] = found["cahors_corrige.csv"]["tranches"]
    assert slice_["en_mots"] == "CGD CAHORS, mars 2021"
    assert [(d["cellule"], d["avant"], d["apres"]) for d in slice_["differences"]] == [
        ("vols à la roulotte (37), faits constatés", "9", "99")
    ]
    assert (slice_["lecture"], slice_["lignes_absentes"]) == ("lignes", 106)
    assert desk.granted() == before, "nothing changes before a person says so"

    said = desk.run("status").stdout
    for part in ("Correction proposée : « cahors_corrige.csv »", "CGD CAHORS, mars 2021", "« cahors.csv »",
                 "vols à la roulotte (37), faits constatés : 9 → 99", "elles restent",
                 'vigie confirm "cahors_corrige.csv"'):  # fmt: skip
        assert part in said
    assert "correction proposée" in desk.run("deliveries").stdout
    assert "9 → 99" in desk.run("deliveries", "cahors_corrige.csv").stdout

    for name in ("dossiers_corriges.csv", "reunions_corrigees.csv", "cahors_corrige.csv"):
        done = desk.run("confirm", name, "--motif", "appel du service")
        assert done.returncode == 0, done.stderr
    assert desk.granted() == before, "the published file changes with the next load"
    assert desk.load()["code_sortie"] == 0
    assert desk.granted() == [["2021-07", 7650], ["2021-08", 5500]]
    assert desk.sql(
        "select valeur from indicateurs.valeurs where indicateur_code = 'P2.A2.I1' and territoire_code = 'DEP-46'"
        " and periode = '2021-T1' and source = 'suivi_actions'"
    ) == [[5]]
    assert desk.sql(
        "select valeur from indicateurs.valeurs where indicateur_code = 'VOLS_ROULOTTE_4001'"
        " and source = 'retours_services' and periode = '2021-03' and territoire_code = 'SRV-46-GN-CGD-CAHORS'"
    ) == [[99]]
    # Whatever was read is in use once: 107 indexes, of two files.
    counts = desk.sql("select sum(lignes) from qualite.tranches where retenue and table_nom = 'faits'")
    gone = desk.sql("select count(*) from qualite.lignes_corrigees where table_nom = 'faits'")
    assert counts[0][0] - gone[0][0] == 107


def test_explain_names_the_file_that_corrected_the_cell(desk: Desk) -> None:
    told = json.loads(desk.run("explain", "VOLS_ROULOTTE_4001", "SRV-46-GN-CGD-CAHORS", "2021-03", "--json").stdout)
    [cell] = told["cellules"]["lignes"]
    assert (cell["nom"], cell["ligne"], cell["compte"]) == ("cahors_corrige.csv", 2, 99)
    assert cell["corrige"] == [{"nom": "cahors.csv", "feuille": "", "ligne": 38}]
    said = desk.run("explain", "VOLS_ROULOTTE_4001", "SRV-46-GN-CGD-CAHORS", "2021-03").stdout
    assert "corrige cahors.csv, ligne 38" in said


def test_the_archive_gives_the_same_again(desk: Desk) -> None:
    query = "select * from indicateurs.valeurs where lot_livraisons is not null order by all"
    before, corrected = desk.sql(query), desk.sql("select * from qualite.lignes_corrigees order by all")
    done = desk.run("rebuild", "--json")
    assert done.returncode == 0, done.stderr
    assert desk.sql("select * from qualite.lignes_corrigees order by all") == corrected
    strip = [row[:] for row in before]
    assert desk.sql(query) == strip


def test_what_nobody_can_tell_is_left_to_a_person(desk: Desk, tmp_path: Path) -> None:
    home = Desk(Path(shutil.copytree(desk.folder, tmp_path / "home")))
    before = home.granted()
    # A file renamed would count twice as lines, and vanish as a whole: both are offered.
    told = home.receive(dossier_renomme=funding(("2021-07", "7650"), ("2021-99", "5500")))
    [found] = proposed(told).values()
    assert (found["tranches"][0]["lecture"], told["code_sortie"]) == ("", 0)
    refused = home.run("confirm", "dossier_renomme.csv")
    assert refused.returncode == 64
    assert "--lignes" in refused.stderr
    assert "--entier" in refused.stderr
    assert home.run("confirm", "dossier_renomme.csv", "--entier").returncode == 0
    # Alone, some lines of a month are no month; the file of another month is published all the same.
    told = home.receive(
        seul=facts({37: "5"}, rest=False).replace("2021;3;", "2021;4;"),
        reunions_refaites=meetings(("COM-46102", "4")),
    )
    assert [(d["nom"], {x["code"] for x in d["defauts"]}) for d in told["refusees"]] == [("seul.csv", {"code_absent"})]
    assert home.granted() == [["2021-07", 7650], ["2021-99", 5500]] != before
    assert set(proposed(told)) == {"reunions_refaites.csv"}
    # What it corrects comes: it is read again by itself, and proposes itself.
    told = home.receive(avril=facts({}).replace("2021;3;", "2021;4;"))
    assert (told["refusees"], set(proposed(told))) == ([], {"reunions_refaites.csv", "seul.csv"})
    # Keeping what is in use declines what was proposed; a setting confirms by itself what is left.
    assert home.run("confirm", "reunions_corrigees.csv").returncode == 0
    told = home.load(VIGIE_CORRECTIONS="automatiques")
    assert [d["nom"] for d in told["corrections_confirmees"]] == ["seul.csv"]
    assert told["corrections_proposees"] == []
    assert home.sql(
        "select valeur from indicateurs.valeurs where indicateur_code = 'VOLS_ROULOTTE_4001'"
        " and source = 'retours_services' and periode = '2021-04' and territoire_code = 'SRV-46-GN-CGD-CAHORS'"
    ) == [[5]]


def disorder(month: int, **counts: str) -> bytes:
    rows = (f"2021;{month};46;gendarmerie;CGD CAHORS;{nature};{n}\n" for nature, n in counts.items())
    return ("annee;mois;code_departement;force;service;nature;faits\n" + "".join(rows)).encode()


def test_a_choice_to_make_is_no_missing_return_and_a_proposal_is_neither(tmp_path: Path) -> None:
    month = {"tapages": "3", "ivresses_publiques": "1", "occupations": "0", "rassemblements": "0"}
    files = {
        "une.csv": disorder(3, **month),
        "autre.csv": disorder(3, **month | {"tapages": "8"}),
        "avril.csv": disorder(4, **month),
        "avril_2.csv": disorder(4, tapages="9"),
    }
    part = Part(tmp_path / "home", files, ["series_manquantes", "livraisons"], "46")
    assert part.sql(
        "select depuis, jusqu_a, absence from qualite.series_manquantes where table_nom = 'tranquillite'"
        " and objet = 'Compagnie de gendarmerie de Cahors' and jusqu_a < '2021-05' order by depuis"
    ) == [("2018-01", "2021-02", "retour_service"), ("2021-03", "2021-03", "choix_a_faire")]
    assert part.sql("select nom, usage from qualite.livraisons order by nom") == [
        ("autre.csv", "pas_en_usage"), ("avril.csv", "en_usage"), ("avril_2.csv", "correction_proposee"),
        ("une.csv", "pas_en_usage"),
    ]  # fmt: skip
