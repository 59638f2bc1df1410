"""Excuses: what they cover, how they are written and taken back, and what of an absence is then still asked for."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from pipelines.base.exit_codes import USAGE
from pipelines.base.periods import Period
from pipelines.catalogue.load import load_catalogue
from pipelines.cli import excuse as command
from pipelines.publication.standing import standing
from pipelines.quality import excuses
from pipelines.quality.excuses import Excuse
from pipelines.reminders.excusable import NotExcusable, excusables, find
from pipelines.settings.model import Settings
from tests.conftest import Home
from tests.support.commands import code_of

CATALOGUE = load_catalogue()
TODAY = dt.date(2025, 6, 20)


def settings(folder: Path, **said: object) -> Settings:
    made = Settings(home=folder, today=TODAY, **said)
    made.paths.create()
    return made


def excuse(
    first: str, last: str | None = None, source: str = "service_returns", kind: str = "", code: str = ""
) -> Excuse:
    return Excuse(source, kind, code, first, last or first, "poste vacant", "2025-06-01")


def absence(first: str, last: str, **said: object) -> dict:
    """The returns of a service over months of 2025, as the warehouse says them."""
    start, end = Period.read(first), Period.read(last)
    n = end.first_month - start.first_month + 1
    when = f"de {first} à {last} ({n} mois)" if n > 1 else first
    return {
        "absence_id": "a", "source": "service_returns", "table_nom": "faits", "absence": "retour_service",
        "objet_type": "service", "objet_code": "SRV-A", "territoire_code": "SRV-A", "action_code": None,
        "debiteur_code": "SRV-A", "periode_type": "mois", "depuis": first, "jusqu_a": last, "n_periodes": n,
        "periode_debut": start.start, "periode_fin": end.end, "echeance": start.due(1, 15), "en_cours": True,
        "jour_reference": TODAY, "jours_retard": 0,
        "phrase": f"A : retour non rendu, {when}. Dû le {start.due(1, 15):%d/%m/%Y}.",
    } | said  # fmt: skip


def runs(rows: list[dict]) -> list[tuple[str, str]]:
    return [(row["depuis"], row["jusqu_a"]) for row in rows]


def test_a_month_excused_in_the_middle_leaves_both_ends(tmp_path: Path) -> None:
    home = settings(tmp_path)
    excuses.add(home.paths, excuse("2025-03", kind="service", code="SRV-A"))
    found = standing(home, CATALOGUE, [absence("2025-01", "2025-05")])
    assert runs(found.asked) == [("2025-01", "2025-02"), ("2025-04", "2025-05")]
    assert runs(found.excused) == [("2025-03", "2025-03")]
    last = found.asked[1]
    assert (last["n_periodes"], last["echeance"], last["en_cours"]) == (2, dt.date(2025, 5, 15), True)
    assert last["phrase"] == "A : retour non rendu, de 2025-04 à 2025-05 (2 mois). Dû le 15/05/2025."
    assert found.asked[0]["en_cours"] is False


def test_what_a_load_had_parted_comes_together_when_the_excuse_is_gone(tmp_path: Path) -> None:
    parted = [absence("2025-01", "2025-02"), absence("2025-03", "2025-03"), absence("2025-04", "2025-05")]
    assert runs(standing(settings(tmp_path), CATALOGUE, parted).asked) == [("2025-01", "2025-05")]
    apart = [absence("2025-01", "2025-01"), absence("2025-03", "2025-03")]
    assert runs(standing(settings(tmp_path), CATALOGUE, apart).asked) == [
        ("2025-01", "2025-01"),
        ("2025-03", "2025-03"),
    ]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"depuis": "2025-04"}, [("2025-04", "2025-05")]),
        ({"depuis_source": {"service_returns": "T2 2025"}}, [("2025-04", "2025-05")]),
        ({"depuis_source": {"iscg": "2025-04"}}, [("2025-01", "2025-05")]),
        ({"depuis": "2026"}, []),
    ],
)
def test_nothing_before_the_start_is_asked_for(tmp_path: Path, said: dict, asked: list) -> None:
    found = standing(settings(tmp_path, **said), CATALOGUE, [absence("2025-01", "2025-05")])
    assert (runs(found.asked), found.excused, found.earlier) == (asked, [], [])


@pytest.mark.parametrize(
    ("nature", "said", "asked", "earlier"),
    [
        ("reelle", {}, [("2025-01", "2025-05")], [("2024-11", "2024-12")]),
        ("demonstration", {}, [("2024-11", "2025-05")], []),
        ("reelle", {"depuis": "2024-01"}, [("2024-11", "2025-05")], []),
    ],
)
def test_without_a_start_a_real_home_asks_for_nothing_older_than_itself(
    tmp_path: Path, nature: str, said: dict, asked: list, earlier: list
) -> None:
    (tmp_path / "identite.json").write_text('{"departement": "46", "premier_chargement": "2025-04-02"}')
    found = standing(settings(tmp_path, **said), CATALOGUE, [absence("2024-11", "2025-05")], nature)
    assert (runs(found.asked), runs(found.earlier)) == (asked, earlier)


def test_the_census_that_a_year_needs_is_owed_though_it_is_older() -> None:
    insee, start = CATALOGUE.source("insee"), dt.date(2025, 1, 1)
    owed = [p for p in insee.owed_periods(dt.date(2026, 6, 1)) if insee.is_owed(p, start)]
    assert owed == ["2022"], "the rates of 2025 are made with the census of 2022"


def test_a_period_that_began_before_the_start_is_not_owed() -> None:
    assert not CATALOGUE.source("police").is_owed("2025", dt.date(2025, 7, 1))
    assert CATALOGUE.source("police").is_owed("2026", dt.date(2025, 7, 1))


@pytest.mark.parametrize(
    ("span", "left"),
    [
        (("2025-03", "2025-03"), ["2025-01..2025-02", "2025-04..2025-06"]),
        (("2025-01", "2025-03"), ["2025-04..2025-06"]),
        (("2025", "2025"), []),
        (("2024-12", "2024-12"), ["2025-01..2025-06"]),
        (("2025-06", "2025-09"), ["2025-01..2025-05"]),
        (None, []),
    ],
)
def test_a_part_of_an_excuse_is_taken_back(span: tuple[str, str] | None, left: list[str]) -> None:
    said = excuse("2025-01", "2025-06")
    periods = span and (Period.read(span[0]), Period.read(span[1]))
    assert [e.span for e in excuses.without(said, periods)] == left


def test_a_file_of_before_is_still_read(tmp_path: Path) -> None:
    home = settings(tmp_path)
    home.paths.excuses.write_text("source,trimestre,motif,inscrite_le\niscg,2019-T4,poste vacant,2020-01-10\n")
    excuses.add(home.paths, excuse("2025-01", "2025-03"))
    old, new = excuses.read(home.paths)
    assert (old.source, old.span, old.objet_type) == ("iscg", "2019-T4", "")
    assert new == excuse("2025-01", "2025-03")


@pytest.mark.parametrize(
    "text",
    [
        "source;trimestre;motif;inscrite_le\niscg;2019-T4;m;2020-01-10\n",
        "source,trimestre,motif,inscrite_le\niscg,hier,m,2020-01-10\n",
        "source,objet_type,objet_code,depuis,jusqu_a,motif,inscrite_le\niscg,maire,x,2020,2020,m,2020-01-10\n",
        "source,objet_type,objet_code,depuis,jusqu_a,motif,inscrite_le\niscg,,,2020-02,2020-01,m,2020-01-10\n",
    ],
)
def test_a_line_that_someone_spoilt_is_named(home: Home, text: str) -> None:
    (home.folder / "excuses.csv").write_text(text, encoding="utf-8")
    done = home.run("excuse", "--liste")
    assert done.returncode == 64
    assert "excuses.csv, ligne 2 : ce n'est pas une excuse" in done.stderr


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("cgd cahors", "service", "SRV-46-GN-CGD-CAHORS"),
        ("Compagnie de gendarmerie de Cahors", "service", "SRV-46-GN-CGD-CAHORS"),
        ("srv-46-gn-cgd-cahors", "service", "SRV-46-GN-CGD-CAHORS"),
        ("poste-46-cgd-figeac", "poste", "POSTE-46-CGD-FIGEAC"),
        ("p1.a1", "fiche", "P1.A1"),
        ("procureur de la republique", "pilote", "PROCUREUR"),
        ("Service-Returns", "", "service_returns"),
        ("gendarmerie", "", "gendarmerie"),
        ("GENDARMERIE", "pilote", "GENDARMERIE"),
        ("accidents corporels de la circulation (BAAC)", "", "road_safety"),
    ],
)
def test_a_thing_is_found_under_the_names_that_people_use(text: str, kind: str, code: str) -> None:
    found = find(text, excusables("46", CATALOGUE))
    assert (found.kind, found.code) == (kind, code)


def test_every_code_finds_its_own_thing() -> None:
    known = excusables("46", CATALOGUE)
    assert [find(e.code, known).code for e in known] == [e.code for e in known]


def test_a_name_of_two_things_is_refused_with_the_code_of_each() -> None:
    with pytest.raises(NotExcusable, match="Écrire son code : gendarmerie ou GENDARMERIE"):
        find("Gendarmerie", excusables("46", CATALOGUE))


def test_an_unknown_name_is_refused_with_what_is_near_and_what_is_allowed() -> None:
    with pytest.raises(NotExcusable) as refused:
        find("cgd cahor", excusables("46", CATALOGUE))
    said = str(refused.value)
    assert "Vouliez-vous dire : CGD CAHORS (Compagnie de gendarmerie de Cahors)" in said
    assert all(name in said for name in ("service_returns", "CGD FIGEAC", "POSTE-46-CGD-FIGEAC", "P4.A1", "MAIRES"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("cgd cahors", "2027-01", "--motif", "m"), "une période à venir ne s'excuse pas"),
        (("cgd cahors", "2025", "--motif", "m"), "2025 n'est pas encore finie"),
        (("cgd cahors", "2025-01..2025-12", "--motif", "m"), "à venir"),
        (("cgd cahors", "--motif", "m"), "Il manque la période"),
        (("cgd cahors", "2025-01"), "Il manque le motif"),
        (("cgd cahors", "2025-01", "--motif", " "), "Il manque le motif"),
        (("2025-01", "--motif", "m"), "Il manque"),
        (("iscg", "2025-01", "--source", "ssmsi", "--motif", "m"), "est déjà une source"),
        (("iscg", "2025-01", "--retirer"), "n'est pas excusé pour 2025-01"),
        ((), "Il manque ce que l'on excuse"),
    ],
)
def test_what_cannot_be_excused_is_refused_with_the_reason(home: Home, words: tuple[str, ...], said: str) -> None:
    done = home.run("excuse", *words)
    assert done.returncode == 64, done.stdout
    assert said in done.stderr
    assert not (home.folder / "excuses.csv").exists()


def test_the_command_writes_lists_and_takes_back(home: Home) -> None:
    done = home.run(
        "excuse", "cgd", "cahors", "T4", "2024", "--motif", "effectif réduit", "--source", "service-returns"
    )
    assert (done.returncode, "Compris : 2024-T4." in done.stderr) == (0, True), done.stderr
    [said] = json.loads(home.run("excuse", "--liste", "--json").stdout)["excuses"]
    assert said == {
        "source": "service_returns", "objet_type": "service", "objet_code": "SRV-46-GN-CGD-CAHORS",
        "depuis": "2024-T4", "jusqu_a": "2024-T4", "motif": "effectif réduit", "inscrite_le": "2025-02-15",
    }  # fmt: skip
    again = home.run("excuse", "CGD CAHORS", "2024-T4", "--motif", "x", "--source", "service_returns")
    assert "c'était déjà inscrit" in again.stdout
    assert home.run("excuse", "CGD CAHORS", "novembre 2024", "--retirer").returncode == 0
    assert [e["depuis"] for e in json.loads(home.run("excuse", "--liste", "--json").stdout)["excuses"]] == [
        "2024-10", "2024-12",
    ]  # fmt: skip
    assert home.run("excuse", "CGD CAHORS", "--retirer").returncode == 0
    assert "Rien n'est excusé" in home.run("excuse", "--liste").stdout


def test_a_name_that_is_empty_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    assert code_of(command.run, [""], None, "poste vacant", take_back=False, listed=False, as_json=False) == USAGE
    assert "Il manque ce que l'on excuse." in " ".join(capsys.readouterr().err.split())
