"""Loads beside readers, beside each other, and after an accident."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import VIGIE, Home

pytestmark = pytest.mark.xdist_group("chargements")

# Later, more is due: the content differs, and what reads the deliveries does not.
LATER = {"VIGIE_TODAY": "2025-04-02"}

READER = """
import sys, time, duckdb
warehouse, stop = sys.argv[1:]
import os
reads = 0
while not os.path.exists(stop):
    with duckdb.connect(warehouse, read_only=True) as db:
        load, = db.execute("select chargement from reference.publication").fetchone()
        n, m = db.execute("select count(*), count(motif_code) from indicateurs.valeurs").fetchone()
        assert n > m > 0, (n, m)
    reads += 1
    time.sleep(0.25)
print(reads)
"""


def start_readers(home: Home, number: int, stop: Path) -> list[subprocess.Popen]:
    return [
        subprocess.Popen(
            [sys.executable, "-c", READER, home.warehouse, stop],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(number)
    ]  # fmt: skip


@pytest.fixture
def loaded(home: Home, demo_home: Home) -> Home:
    """A home of its own, copied from a loaded one so that it need not be loaded again."""
    shutil.copytree(demo_home.folder, home.folder, dirs_exist_ok=True)
    return home


@pytest.mark.long
def test_readers_are_never_refused_while_loads_publish(loaded: Home, tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    readers = start_readers(loaded, 4, stop)
    try:
        # Each of these loads swaps the published file.
        for when in (LATER, {}):
            told = loaded.load(**when)
            assert (told["code_sortie"], told["resultat"]) == (0, "publié")
    finally:
        stop.touch()
    for reader in readers:
        out, err = reader.communicate(timeout=60)
        assert reader.returncode == 0, err
        assert int(out) > 1


@pytest.mark.long
def test_a_second_load_says_who_is_loading_and_exits_3(loaded: Home) -> None:
    environment = loaded.environment | LATER
    first = subprocess.Popen([VIGIE, "load"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 30
        while not (loaded.folder / "load.lock").exists() or not (loaded.folder / "load.lock").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        while str(first.pid) not in (loaded.folder / "load.lock").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        second = loaded.run("load")
        assert second.returncode == 3
        assert f"processus {first.pid}" in second.stderr
        assert "« vigie load »" in second.stderr
        assert json.loads(loaded.run("load", "--json").stdout)["code_sortie"] == 3
        waited = loaded.run("load", "--wait", **LATER)
        assert waited.returncode == 0
        assert "Rien de nouveau" in waited.stderr
    finally:
        assert first.wait(60) == 0


@pytest.mark.long
@pytest.mark.parametrize("delay", [0.4, 2.5, 5.0, 8.0])
def test_a_killed_load_leaves_the_old_warehouse_and_is_made_good(loaded: Home, delay: float) -> None:
    before = loaded.warehouse.read_bytes()
    environment = loaded.environment | LATER
    load = subprocess.Popen([VIGIE, "load"], env=environment, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    load.send_signal(signal.SIGKILL)
    load.wait()
    assert loaded.sql("select count(*) > 0 from indicateurs.valeurs") == [[True]]
    assert is_later(loaded) or loaded.warehouse.read_bytes() == before
    # No child of the dead load goes on writing.
    assert _children_of(loaded.folder) == []
    told = loaded.load(**LATER)
    assert told["code_sortie"] == 0
    assert is_later(loaded)
    assert [f.name for f in loaded.warehouse.parent.iterdir()] == ["vigie.duckdb"]
    assert {f.name for f in (loaded.folder / "build").iterdir()} == {"vigie.duckdb", "entrees.json"}


def _children_of(home: Path) -> list[str]:
    """Commands of live processes that were given this home."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        alive = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if int(process.name) != os.getpid() and f"VIGIE_HOME={home}".encode() in (
                    process / "environ"
                ).read_bytes().split(b"\0"):
                    alive.append((process / "cmdline").read_bytes().decode())
            except (OSError, PermissionError):
                continue
        if not alive:
            return []
        time.sleep(0.25)
    return alive


@pytest.mark.long
def test_what_was_archived_before_the_register_knew_is_taken_up(home: Home, loaded: Home) -> None:
    """Killed between the archive and the register, and the original is gone: the archive is enough."""
    shutil.rmtree(home.landing)
    home.landing.mkdir()
    for leftover in home.folder.glob("register.sqlite*"):
        leftover.unlink()
    shutil.rmtree(home.folder / "raw")
    home.warehouse.unlink()
    told = home.load()
    assert (told["code_sortie"], told["resultat"]) == (0, "publié")
    assert home.sql(
        "select valeur from indicateurs.valeurs where indicateur_code = 'CBV_4001' "
        "and territoire_code = 'DEP-46' and periode = '2019' and retenu"
    ) == [[421]]


@pytest.mark.long
def test_raw_rows_that_are_gone_are_read_again_from_the_archive(loaded: Home) -> None:
    before = content(loaded)
    shutil.rmtree(loaded.folder / "raw" / "police")
    told = loaded.load(**LATER)
    assert told["code_sortie"] == 0
    assert loaded.load()["code_sortie"] == 0
    assert content(loaded) == before


@pytest.mark.long
def test_a_published_file_put_back_by_hand_is_noticed(loaded: Home) -> None:
    older = loaded.warehouse.read_bytes()
    assert loaded.load(**LATER)["resultat"] == "publié"
    loaded.warehouse.write_bytes(older)
    assert loaded.load(**LATER)["resultat"] == "publié"
    assert is_later(loaded)
    loaded.warehouse.write_bytes(b"not a database")
    assert loaded.load(**LATER)["resultat"] == "publié"


def test_an_error_in_the_build_publishes_nothing_and_exits_4(loaded: Home) -> None:
    before = loaded.warehouse.read_bytes()
    raw = next((loaded.folder / "raw" / "police" / "services").glob("[0-9a-f]*.parquet"))
    raw.write_bytes(b"PAR1 damaged")
    done = loaded.run("load", **LATER)
    assert done.returncode == 4
    assert "Incident interne" in done.stderr
    assert "Journal : " in done.stderr
    assert "Traceback" not in done.stderr
    assert loaded.warehouse.read_bytes() == before


@pytest.mark.long
def test_the_job_runs_without_the_command_line_too(loaded: Home) -> None:
    """What the web interface and its daemon do: the same job, and nobody has taken the lock before."""
    script = (
        "from dagster import DagsterInstance\n"
        "from pipelines.definitions import defs\n"
        "result = defs.resolve_job_def('chargement').execute_in_process(instance=DagsterInstance.ephemeral())\n"
        "assert result.success\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=loaded.environment | LATER,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert is_later(loaded)
    assert loaded.load(**LATER)["resultat"] == "rien de nouveau"


def is_later(home: Home) -> bool:
    return home.sql("select distinct jour_reference from qualite.series_manquantes") == [["2025-04-02"]]


def content(home: Home) -> list:
    """The figures, without what tells one load from another."""
    return home.sql("select * from indicateurs.valeurs")
