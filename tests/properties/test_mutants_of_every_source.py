"""A seeded share of the property; the whole is `python -m tests.properties`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.properties.__main__ import cases
from tests.properties.mutation import mutant
from tests.properties.trial import Tally, healthy, judge, publish, rounds

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("mutants-de-fichiers")]

_SEED = 21
# Small files of as many sources as a load of ten seconds takes.
_LIGHT = ("barometre-securite-routiere-201", "retours-iscg-2021", "suivi-actions-2021", "caract-2023", "vehicules-2023",
          "usagers-2023", "lieux-2023", "tableaux-4001", "v_commune")  # fmt: skip


def test_a_mutant_is_refused_with_its_place_or_published_and_holds_nothing_back(
    demo_files: Path, tmp_path: Path
) -> None:
    light = [f for f in sorted(demo_files.iterdir()) if f.name.startswith(_LIGHT)]
    tally, others = Tally(), Tally()
    judge([mutant(f, _SEED + i) for i in range(4) for f in light], tmp_path / "recus", tally)
    judge([mutant(f, _SEED) for f in cases()], tmp_path / "cas", others)
    assert tally.tried >= 40
    assert tally.refused
    sound = healthy(light, tmp_path / "sain")
    for together in rounds(tally.accepted)[:1]:
        publish(together, light, sound, tmp_path / "tour", tally)
    assert tally.published
    assert tally.incidents + others.incidents == []


def test_a_mutant_is_the_same_for_the_same_seed(demo_files: Path) -> None:
    starts = ("usagers-2023", "barometre-securite-routiere-2019")
    for file in (f for f in demo_files.iterdir() if f.name.startswith(starts)):
        assert mutant(file, 7).content == mutant(file, 7).content
        assert len({mutant(file, seed).content for seed in range(8)} - {file.read_bytes()}) > 5
