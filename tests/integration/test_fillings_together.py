"""Every mistake of the table in one landing folder, beside sound files: each is refused for its own reason, the rest is
published.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Home
from tests.fillings.catalogue import Filling, fillings, write_all

# Some lines of a month are there too: they correct no demonstration, and do not make its home a real one.
FAULTY = [f for f in fillings() if f.refus]
_FIGURES = """
select count(*), sum(valeur), count(valeur), sum(hash(concat_ws('|', indicateur_code, territoire_code, periode, source,
    ventilation_code, valeur, statut)) % 1000003)
from indicateurs.valeurs
"""

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("fautes")]


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict, dict[str, Filling]]:
    """A home that received the demonstration and every faulty return, what its load told, and what was dropped."""
    home = Home(tmp_path_factory.mktemp("fautes") / "home")
    assert home.run("demo").returncode == 0
    files = write_all(FAULTY, tmp_path_factory.mktemp("retours-fautifs"))
    for code, file in files.items():
        home.drop(file, f"{code}{file.suffix}")
    return home, home.load(), {f.code: f for f in FAULTY if f.code in files}


def test_sound_files_are_published_as_if_they_were_alone(
    spoilt: tuple[Home, dict, dict[str, Filling]], demo_home: Home
) -> None:
    home, told, _ = spoilt
    assert told["code_sortie"] == 1
    assert home.sql(_FIGURES) == demo_home.sql(_FIGURES)


def test_each_mistake_is_refused_for_its_own_reason(spoilt: tuple[Home, dict, dict[str, Filling]]) -> None:
    home, told, dropped = spoilt
    found = home.sql("select l.nom, r.code from qualite.refus as r join qualite.livraisons as l using (livraison_id)")
    codes: dict[str, set[str]] = {}
    for name, code in found:
        codes.setdefault(Path(name).stem, set()).add(code)
    wanted = {code: f.refus["code"] for code, f in dropped.items() if "code" in f.refus}
    assert {c: codes.get(c) for c, code in wanted.items() if code not in codes.get(c, ())} == {}
    assert len(told["refusees"]) == len(dropped)
