"""A home that holds one source alone: its editions and its observatory are drawn, and say what is missing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipelines.report.edition import read_edition
from pipelines.site.draw import draw_site
from tests.conftest import Home
from tests.integration.conftest import EDITIONS

pytestmark = pytest.mark.long

# What a préfecture may have received on its first day.
ALONE = {
    "le classeur par service": ["crimes-et-delits-services*"],
    "le classeur mensuel": ["tableaux-4001*"],
    "la base nationale": ["donnee-dep-2024*"],
    "les accidents d'une année": ["caract-2023*", "lieux-2023*", "vehicules-2023*", "usagers-2023*"],
    "une table des accidents": ["usagers-2023*"],
    "le baromètre": ["barometre-*-2023*"],
    "un retour des services": ["retours-services-2023*"],
    "un retour des intervenants sociaux": ["retours-iscg-2023*"],
    "un suivi des actions": ["suivi-actions-2023*"],
    "un pilotage du plan": ["pilotage-plan-2023*"],
    "le socle commun": ["socle-commun-2024*"],
    "les populations": ["populations-de-reference*"],
    "la liste des communes": ["v_commune*"],
}
PREVIEWS = (("snapshot", "2023-T4"), ("edition", "2023-12"), ("bilan", "2023"))


@pytest.mark.parametrize("patterns", ALONE.values(), ids=ALONE)
def test_a_home_of_one_source_gives_every_edition(patterns: list[str], home: Home, demo_files: Path) -> None:
    given(home, demo_files, patterns)


def test_a_departement_without_a_plan_gives_every_edition(tmp_path: Path, demo_files: Path) -> None:
    given(Home(tmp_path / "home", VIGIE_DEPARTEMENT="12"), demo_files, ALONE["la base nationale"])


def given(home: Home, demo_files: Path, patterns: list[str]) -> None:
    for file in (f for pattern in patterns for f in demo_files.glob(pattern)):
        shutil.copy2(file, home.landing)
    assert home.load()["code_sortie"] == 0
    for command, period in PREVIEWS:
        done = home.run(command, period, "--apercu", "--json")
        assert done.returncode == 0, (command, done.stderr)
        folder = Path(json.loads(done.stdout)["apercu"])
        for kind in EDITIONS if command == "snapshot" else ():
            draw_site(read_edition(folder, kind), home.folder / "site" / kind)
