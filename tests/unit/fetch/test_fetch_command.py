"""`vigie fetch` as a user runs it: what it says, what it leaves, how it ends."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from pipelines.base.exit_codes import DONE, INTERNAL_FAULT, LOCKED, PARTLY_REFUSED, USAGE
from pipelines.machine.lock import LoadLock
from pipelines.settings.model import PROJECT
from tests.conftest import Home
from tests.support.fetching import CONTENT
from tests.support.portal_server import File, Portal

SLUG = (
    "bases-statistiques-communale-departementale-et-regionale-de-la-delinquance-enregistree-par-la-police-et-la-"
    "gendarmerie-nationales"
)
PUBLISHED = [
    "donnee-dep-data.gouv-2025-geographie2026-produit-le2026-06-25.csv",
    "donnee-data.gouv-2025-geographie2026-produit-le2026-06-25.csv.gz",
    "donnee-reg-data.gouv-2025-geographie2026-produit-le2026-06-25.csv",
]


def test_the_command_looks_then_brings_then_has_nothing_to_do(told: Portal, home: Home) -> None:
    told.datasets[SLUG] = [File(name, CONTENT + name.encode()) for name in [*PUBLISHED, "metadonnees.pdf"]]
    home.environment["VIGIE_CATALOGUE"] = told.base
    for option in ("--essai", "--dry-run"):
        done = home.run("fetch", "ssmsi", option)
        assert (done.returncode, list(home.landing.iterdir())) == (DONE, [])
        assert f"Nouveau : {PUBLISHED[0]} (ssmsi ; " in done.stdout
        assert "3 nouveaux, 0 fichier officiel déjà là. Rien n'a été téléchargé" in done.stderr
    shown = home.run("status").stdout
    assert f"ssmsi : {PUBLISHED[0]}, publié le 09/07/2026 ; en usage : aucun (vigie fetch)" in shown
    brought = json.loads(home.run("fetch", "ssmsi", "--json").stdout)
    assert sorted(f["nom"] for f in brought["telecharges"]) == sorted(PUBLISHED)
    assert (brought["code_sortie"], sorted(f.name for f in home.landing.iterdir())) == (DONE, sorted(PUBLISHED))
    again = home.run("fetch", "ssmsi")
    assert (again.returncode, [told.gets(name) for name in PUBLISHED]) == (DONE, [1, 1, 1])
    assert "Rien de nouveau : 3 fichiers officiels déjà là." in again.stderr
    assert "arrivé, à charger : vigie load" in home.run("status").stdout


def test_what_is_missing_from_the_catalogue_is_part_of_a_failure(told: Portal, home: Home) -> None:
    told.datasets[SLUG] = [File(PUBLISHED[0], CONTENT)]
    done = home.run("fetch", "ssmsi", VIGIE_CATALOGUE=told.base)
    assert done.returncode == PARTLY_REFUSED
    assert f"Reçu : {PUBLISHED[0]}" in done.stdout
    assert "Échec : ssmsi, base communale : " in done.stderr
    (home.landing / PUBLISHED[0]).unlink()
    assert home.run("fetch", "ssmsi", "--essai", VIGIE_CATALOGUE=told.base).returncode == PARTLY_REFUSED


@pytest.mark.parametrize(
    ("arguments", "setting", "said"),
    [
        (["iscg"], "http://127.0.0.1:9", "La source iscg ne se télécharge pas : elle est envoyée par « Postes"),
        (
            ["rien"],
            "http://127.0.0.1:9",
            "La source rien n'existe pas. Se téléchargent : etat4001_monthly, gendarmerie",
        ),
        (["ssmsi"], "ftp://ailleurs", "VIGIE_CATALOGUE ou catalogue"),
    ],
)
def test_an_impossible_request_asks_nothing(home: Home, arguments: list[str], setting: str, said: str) -> None:
    done = home.run("fetch", *arguments, VIGIE_CATALOGUE=setting)
    assert (done.returncode, said in done.stderr) == (USAGE, True), done.stderr


def test_a_second_fetch_waits_for_the_first_to_end(told: Portal, home: Home) -> None:
    with LoadLock(home.folder / "fetch.lock", "vigie fetch"):
        done = home.run("fetch", "ssmsi", VIGIE_CATALOGUE=told.base)
    assert (done.returncode, told.seen) == (LOCKED, [])
    assert "« vigie fetch »" in done.stderr


def test_a_disk_that_is_full_ends_in_a_sentence(told: Portal, home: Home) -> None:
    told.datasets[SLUG] = [File(name, CONTENT) for name in PUBLISHED]
    script = (
        "import errno, sys; from pipelines.fetch import run; from pipelines.fetch import download\n"
        "def full(*_): raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "download._receive = full; sys.argv = ['vigie', 'fetch', 'ssmsi']\n"
        "from pipelines.cli.main import main; main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=home.environment | {"VIGIE_CATALOGUE": told.base}, cwd=PROJECT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, list(home.landing.iterdir())) == (INTERNAL_FAULT, [])
    assert "Disque plein : plus de place pour télécharger" in done.stderr
    assert "Libérer de la place, puis relancer vigie fetch." in done.stderr
