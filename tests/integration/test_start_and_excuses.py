"""A préfecture of another département on its first days: what it is asked, what it excuses, whose home it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Home, case_file

pytestmark = [pytest.mark.xdist_group("debut"), pytest.mark.long]

RETURNS, ISCG = "service_returns", "iscg"
START, WITHIN, BEFORE = "2025-03", "2025-04", "2025-01"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict]:
    """A real home of the Aveyron on the day of its first load, and what the load told; no start is set."""
    home = Home(tmp_path_factory.mktemp("debut") / "home", VIGIE_DEPARTEMENT="12", VIGIE_TODAY="2025-06-20")
    home.drop(case_file("ssmsi", "ssmsi_dep_2026_quoted_capital.csv"),
              "donnee-dep-data.gouv-2024-geographie2025-produit-le2025-06-04.csv")  # fmt: skip
    road(home, BEFORE)
    return home, home.load()


@pytest.fixture(scope="module")
def started(fresh: tuple[Home, dict]) -> Home:
    """The same once a start is set and two things are excused, loaded again; a home of its own settings."""
    home, _ = fresh
    (home.folder / "vigie.toml").write_text(f'depuis = "{START}"\n', encoding="utf-8")
    assert home.run("excuse", RETURNS, WITHIN, "--motif", "systèmes en panne").returncode == 0
    assert home.load()["code_sortie"] == 0
    return home


def road(home: Home, month: str, departement: str = "12") -> None:
    """A month of the road barometer, filled in."""
    assert home.run("templates", "road_barometer", "--periode", month).returncode == 0
    [blank] = (home.folder / "modeles" / month).glob("*.csv")
    head, *lines = blank.read_text(encoding="utf-8").splitlines()
    filled = [f"{line.replace(';12;', f';{departement};')}7" for line in lines]
    (home.landing / f"barometre-{departement}-{month}.csv").write_text("\n".join([head, *filled, ""]), encoding="utf-8")


def reminders(home: Home, **settings: str) -> dict:
    done = home.run("relances", "--json", **settings)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def asked(told: dict) -> str:
    return " ".join(r["texte"] for r in told["relances"])


def test_the_first_load_of_a_real_home_says_that_no_start_is_set(fresh: tuple[Home, dict]) -> None:
    home, told = fresh
    assert (told["code_sortie"], told["sans_debut"]) == (0, True)
    said = " ".join(home.run("status").stdout.split())
    assert "aucune date de début n'est fixée" in said
    assert "La fixer : vigie start 2025-01" in said


def test_without_a_start_nobody_is_asked_for_what_is_older_than_the_home(fresh: tuple[Home, dict]) -> None:
    told = reminders(fresh[0], VIGIE_DEPUIS="")
    assert told["relances"]
    assert not any(str(year) in asked(told) for year in range(2012, 2025))
    assert told["non_demandees"] > 0


def test_nobody_is_written_to_for_a_public_file_nor_the_house_by_itself(fresh: tuple[Home, dict]) -> None:
    told = reminders(fresh[0], VIGIE_DEPUIS="2012")
    names = " ".join(r["pour"] for r in told["relances"])
    assert not any(word in names for word in ("SSMSI", "ONISR", "Insee", "Préf", "préfecture"))
    assert "vigie fetch road_safety" in told["a_telecharger"]
    assert any("Baromètre" in line for line in told["a_faire_ici"])


def test_a_start_is_obeyed_at_once(fresh: tuple[Home, dict]) -> None:
    text = asked(reminders(fresh[0], VIGIE_DEPUIS="2025-05"))
    assert "mai 2025" in text
    assert not any(month in text for month in ("janvier 2025", "mars 2025", "avril 2025"))
    assert reminders(fresh[0], VIGIE_DEPUIS="2025-06")["relances"] == []


def test_before_the_start_nothing_is_missing_and_what_came_is_published(started: Home) -> None:
    assert started.sql("select count(*) from qualite.series_manquantes where periode_debut < '2025-03-01'") == [[0]]
    owed = started.sql(
        "select count(*) from indicateurs.valeurs where motif_code in ('non_recu', 'excuse') and periode < '2025-03'"
    )
    assert owed == [[0]]
    came = started.sql(
        "select source, count(valeur) > 0 from indicateurs.valeurs where territoire_code = 'DEP-12' and retenu "
        "and (periode, source) in (('2023', 'ssmsi_base'), ('2025-01', 'barometre_odsr')) group by 1 order by 1"
    )
    assert came == [["barometre_odsr", True], ["ssmsi_base", True]]
    assert started.sql("select min(periode_debut)::varchar from qualite.series_manquantes") == [["2025-03-01"]]


def test_what_is_excused_stays_missing_and_says_why(started: Home) -> None:
    rows = started.sql(
        "select distinct depuis, jusqu_a, excusee, excuse_motif from qualite.series_manquantes "
        f"where source = '{RETURNS}' order by 1"
    )
    assert rows == [
        ["2025-03", "2025-03", False, None],
        ["2025-04", "2025-04", True, "systèmes en panne"],
        ["2025-05", "2025-05", False, None],
    ]
    reasons = started.sql(
        "select distinct periode, statut, motif_code, motif from indicateurs.valeurs "
        "where source = 'retours_services' and territoire_code = 'DEP-12' and periode in ('2025-03', '2025-04') "
        "order by 1"
    )
    assert [row[:3] for row in reasons] == [["2025-03", "M", "non_recu"], ["2025-04", "M", "excuse"]]
    assert reasons[1][3] == "service_returns 2025-04 : excusé, ce n'est plus attendu"


def test_an_excuse_silences_reminders_at_once_and_is_taken_back(started: Home) -> None:
    before = reminders(started)
    assert "intervenant" in asked(before)
    done = started.run("excuse", "ISCG", "03/2025..05/2025", "--motif", "pas de poste")
    assert done.returncode == 0, done.stderr
    excused = reminders(started)
    assert "intervenant" not in asked(excused)
    assert excused["excusees"] == before["excusees"] + 1
    assert "excusées" in started.run("status").stdout
    assert started.run("excuse", "iscg", "--retirer").returncode == 0
    assert reminders(started) == before
    # What the load itself wrote as excused is asked for again, in one piece with what stands on both sides.
    assert started.run("excuse", RETURNS, "avril 2025", "--retirer").returncode == 0
    assert "de mars 2025 à mai 2025 (3 mois)" in asked(reminders(started))
    assert started.run("excuse", RETURNS, WITHIN, "--motif", "systèmes en panne").returncode == 0


@pytest.mark.parametrize(
    "command", [("load",), ("status",), ("templates", "iscg"), ("snapshot", "2025-T1"), ("verify",)]
)
def test_a_home_is_refused_to_another_departement(started: Home, command: tuple[str, ...]) -> None:
    done = started.run(*command, VIGIE_DEPARTEMENT="46")
    assert done.returncode == 64
    assert "est celui du département 12, et le réglage demande le 46" in done.stderr
    assert "VIGIE_HOME=" in done.stderr


def test_a_home_says_its_departement_where_nobody_sets_one(started: Home) -> None:
    environment = {k: v for k, v in started.environment.items() if k != "VIGIE_DEPARTEMENT"}
    alone = Home(started.folder)
    alone.environment = environment
    assert json.loads(alone.run("status", "--json").stdout)["departement"] == "12"


def test_a_return_of_another_departement_is_refused_for_that_reason(started: Home, tmp_path: Path) -> None:
    road(started, WITHIN, departement="46")
    told = started.load()
    [refused] = told["refusees"]
    [defect] = refused["defauts"]
    assert defect["code"] == "autre_departement"
    assert defect["constat"].startswith("ce retour est celui du département 46, ce dossier est celui du 12")
    assert (defect["ligne"], defect["colonne"]) == (2, "code_departement")


def test_identity_and_excuses_are_in_a_backup(started: Home, tmp_path: Path) -> None:
    file = tmp_path / "copie.tar.gz"
    assert started.run("backup", str(file)).returncode == 0
    other = Home(tmp_path / "ailleurs", VIGIE_DEPARTEMENT="12", VIGIE_TODAY="2025-06-20")
    wrong = other.run("restore", str(file), VIGIE_DEPARTEMENT="46")
    assert (wrong.returncode, "est celle du département 12" in wrong.stderr) == (64, True)
    assert not (other.folder / "archive").exists()
    assert other.run("restore", str(file)).returncode == 0
    assert RETURNS in other.run("excuse", "--liste").stdout
    assert other.run("status", VIGIE_DEPARTEMENT="46").returncode == 64


def test_status_says_what_waits_and_who_is_loading(started: Home) -> None:
    from pipelines.machine.lock import LoadLock

    (started.landing / "attente.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    assert "1 fichier attend dans" in started.run("status").stdout
    with LoadLock(started.folder / "load.lock", "vigie load"):
        said = started.run("status").stdout
    assert "En cours depuis" in said
    assert "interrompu" not in said
    assert "Déposer" not in said
