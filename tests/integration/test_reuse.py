"""A build that starts from the last one holds what a build from nothing holds."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse import dbt, reuse
from pipelines.warehouse.dbt_build import build_file
from tests.support.builds import Bench, nodes_made, walks

pytestmark = pytest.mark.xdist_group("constructions")


@pytest.fixture(scope="module")
def files(demo_files: Path) -> list[Path]:
    return sorted(demo_files.iterdir())


def named(files: list[Path], *starts: str) -> list[Path]:
    return [f for f in files if f.name.startswith(starts)]


@pytest.fixture(scope="module")
def built(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A home with a workbook and an ISCG return, built; not to be changed by a test."""
    bench = Bench(tmp_path_factory.mktemp("construit") / "home", files, random.Random(1))
    bench.deliver(*named(files, "crimes-et-delits-services", "retours-iscg-2023", "population"))
    bench.build()
    return bench


@pytest.fixture
def bench(built: Bench, tmp_path: Path) -> Bench:
    """A copy of it."""
    shutil.copytree(built.folder, tmp_path / "home")
    return Bench(tmp_path / "home", built.files, random.Random(1))


@pytest.mark.long
def test_a_random_sequence_gives_what_a_build_from_nothing_gives(files: list[Path], tmp_path: Path) -> None:
    """`make verify-loop` tries a hundred."""
    for done, differ in walks(tmp_path, files, number=1, seed=7):
        assert differ == [], done


def test_one_more_delivery_makes_only_what_reads_it(bench: Bench) -> None:
    bench.deliver(*named(bench.files, "retours-iscg-2024"))
    changed = bench.build()
    assert changed == ["iscg_activite", "livraisons", "manifeste", "manifeste_iscg"]
    assert 0 < nodes_made(changed) < len(dbt.tables_reading()) / 2
    with duckdb.connect(str(build_file(bench.settings.paths)), read_only=True) as db:
        years = db.execute(
            "select distinct left(periode, 4) from indicateurs.valeurs where source = 'retours_iscg' "
            "and valeur is not null order by 1"
        ).fetchall()
    assert years == [("2023",), ("2024",)]


@pytest.mark.long
def test_another_day_makes_only_what_counts_the_days(bench: Bench) -> None:
    bench.today = dt.date(2025, 2, 17)  # the 16th, more was due
    bench.build()
    bench.today = dt.date(2025, 2, 18)
    assert bench.build() == ["jour"]


def test_nothing_new_makes_nothing(bench: Bench) -> None:
    before = bench.content()
    assert bench.build() == []
    assert bench.content() == before


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _touched(file: Path) -> None:
    file.touch()


def _other_project(file: Path) -> None:
    found = reuse.made_of(file)
    reuse.remember(file, reuse.Inputs("un autre projet", found.sources))


def _record_cut(file: Path) -> None:
    _cut(file.with_name("entrees.json"))


def _cut_short(file: Path) -> None:
    reuse.forget(file)


@pytest.mark.long
@pytest.mark.parametrize("damage", [_cut, _touched, _other_project, _record_cut, _cut_short], ids=lambda f: f.__name__)
def test_a_build_that_is_not_what_was_kept_is_no_start(bench: Bench, damage: Callable[[Path], None]) -> None:
    before = bench.content()
    damage(build_file(bench.settings.paths))
    assert set(bench.build()) > {"police_services", "gendarmerie_services", "iscg_activite"}
    assert bench.content() == before
