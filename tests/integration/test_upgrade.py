"""The home that the last release left is brought to this version: what differs is said before it is done."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.publication.content import content_of
from tests.conftest import Home
from tests.support.earlier_homes import RELEASES, unpacked

pytestmark = [pytest.mark.xdist_group("niveau"), pytest.mark.long]
# What a person received and decided: an upgrade takes nothing of it away.
KEPT = ("archive", "quarantine", "identite.json")


@pytest.fixture(scope="module", params=RELEASES)
def left(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home as a release left it; not to be changed by a test but the tries, which change nothing."""
    return unpacked(request.param, tmp_path_factory.mktemp("niveau") / "home")


@pytest.fixture(scope="module")
def told(left: Home) -> dict:
    """What `vigie upgrade --essai` says of it."""
    before = files(left.folder, *KEPT, "raw", "published", "register.sqlite")
    done = left.run("upgrade", "--essai", "--json")
    assert done.returncode in {0, 1}, done.stderr
    assert files(left.folder, *KEPT, "raw", "published", "register.sqlite") == before
    assert not list(left.folder.glob(".refait-*"))
    return json.loads(done.stdout) | {"code": done.returncode}


@pytest.fixture(scope="module")
def upgraded(left: Home, told: dict, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict]:
    """A copy of it, once it is upgraded, and what the command said."""
    folder = tmp_path_factory.mktemp("mis-a-niveau") / "home"
    shutil.copytree(left.folder, folder)
    home = Home(folder)
    done = home.run("upgrade", "--json")
    assert done.returncode in {0, 1}, done.stderr
    return home, json.loads(done.stdout)


def files(folder: Path, *roots: str) -> dict[str, tuple[int, bytes]]:
    found = [f for root in roots for f in [folder / root, *(folder / root).rglob("*")] if f.is_file()]
    return {str(f.relative_to(folder)): (f.stat().st_mode & 0o777, f.read_bytes()) for f in found}


def figures(warehouse: Path) -> list[tuple]:
    """The figures in use, read without Vigie."""
    place = "indicateur_code, territoire_code, periode_type, periode, ventilation_type, ventilation_code"
    with duckdb.connect(str(warehouse), read_only=True) as db:
        return db.execute(
            f"select {place}, valeur, statut from indicateurs.valeurs where retenu order by all"
        ).fetchall()


def tables(warehouse: Path) -> dict[str, set[tuple[str, str]]]:
    query = "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() where not internal"
    found: dict[str, set[tuple[str, str]]] = {}
    with duckdb.connect(str(warehouse), read_only=True) as db:
        for table, *column in db.execute(query).fetchall():
            found.setdefault(table, set()).add(tuple(column))
    return found


def test_what_is_said_before_is_what_differs_after(left: Home, told: dict, upgraded: tuple[Home, dict]) -> None:
    home, _ = upgraded
    before, after = figures(left.warehouse), figures(home.warehouse)
    assert len(before) > 10_000
    assert len(told["chiffres"]) == len({row[:6] for row in {*before} ^ {*after}})
    old, new = tables(left.warehouse), tables(home.warehouse)
    said = {t["table"]: t["etat"] for t in told["tables"]}
    assert {t for t, state in said.items() if state == "ajoutee"} == {*new} - {*old}
    assert {t for t, state in said.items() if state == "retiree"} == {*old} - {*new}
    contents = content_of(left.warehouse), content_of(home.warehouse)
    changed = {t for t in {*old} & {*new} if contents[0].get(t) != contents[1].get(t)}
    assert {t for t, state in said.items() if state == "changee"} == changed
    assert told["identique"] == (not said and not told["livraisons"])
    assert told["code"] == (0 if told["identique"] else 1)


def test_deliveries_and_decisions_are_those_that_there_were(
    left: Home, told: dict, upgraded: tuple[Home, dict]
) -> None:
    home, done = upgraded
    assert told["livraisons"] == done["livraisons"]
    # A version may read a delivery otherwise, and says so; what the release took, it takes too.
    assert [d["nom"] for d in told["livraisons"] if d["statut_avant"] != d["statut_apres"]] == []
    assert files(home.folder, *KEPT) == files(left.folder, *KEPT)
    known = json.loads(home.run("deliveries", "--json").stdout)["livraisons"]
    assert sorted(d["statut"] for d in known) == ["acceptee", "acceptee", "refusee", "retiree"]
    shown = json.loads(home.run("deliveries", "suivi-actions-2024-demonstration.xlsx", "--json").stdout)
    assert [d["decision"] for d in shown["decisions"]] == ["retiree", "retablie"]


def test_the_upgraded_home_is_sound_and_needs_no_load(upgraded: tuple[Home, dict]) -> None:
    home, _ = upgraded
    done = home.run("verify")
    assert done.returncode == 0, done.stderr
    load = home.load()
    assert (load["code_sortie"], load["resultat"]) == (0, "rien de nouveau")
    assert not [f.name for f in home.folder.iterdir() if f.name.startswith(".") or "avant" in f.name]


def test_the_history_of_loads_is_kept_and_this_one_is_in_it(upgraded: tuple[Home, dict]) -> None:
    import sqlite3

    home, _ = upgraded
    with sqlite3.connect(home.folder / "register.sqlite") as db:
        loads = db.execute("select commande, journal from chargements order by rowid").fetchall()
    assert [command for command, _ in loads[:3]] == ["vigie load", "vigie load", "vigie upgrade"]
    assert Path(loads[2][1]).is_relative_to(home.folder / "logs")
    assert Path(loads[2][1]).exists()


def test_a_home_that_is_up_to_date_hears_that_nothing_differs(upgraded: tuple[Home, dict]) -> None:
    done = upgraded[0].run("upgrade", "--essai")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Rien ne change avec cette version")


def test_what_is_refused_now_is_said_before(left: Home) -> None:
    """A limit stands for a version that refuses what another took: the follow-up has more cells, and only it."""
    done = left.run("upgrade", "--essai", "--json", VIGIE_MAX_CELLS="2000")
    assert done.returncode == 1, done.stderr
    [change] = json.loads(done.stdout)["livraisons"]
    assert change["nom"] == "suivi-actions-2024-demonstration.xlsx"
    assert (change["statut_avant"], change["statut_apres"]) == ("acceptee", "refusee")
    assert "cellules" in change["motif"]
