"""What a network share or a foreign disk refuses is worked around, or said; never taken for a fault of a file."""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.home import archive, landing
from pipelines.home.register import Register
from pipelines.machine import disk, durable
from pipelines.machine.faults import MachineFault
from pipelines.machine.lock import LoadLock, NoLocks
from pipelines.reception.receive import look, receive
from pipelines.settings.model import Settings

BASE = (
    "code_departement;code_region;annee;indicateur;unite_de_compte;nombre;taux_pour_mille;insee_pop;"
    "insee_pop_millesime;insee_log;insee_log_millesime\n46;76;2022;Homicides;Victime;{n};0,01;175620;2022;120797;2021\n"
)


def refusing(number: int, real: Callable, when: Callable[..., bool] = lambda *_: True) -> Callable:
    """The same function of the system, which refuses with this number."""

    def refused(*arguments: object, **options: object) -> object:
        if when(*arguments):
            raise OSError(number, os.strerror(number), str(arguments[0]) if arguments else None)
        return real(*arguments, **options)

    return refused


@pytest.fixture
def settings(settings: Settings) -> Settings:
    file = settings.paths.landing / "base.csv"
    file.write_text(BASE.format(n=3), encoding="utf-8")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    (settings.paths.landing / "refuse.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    return settings


def loaded(settings: Settings) -> tuple[int, int]:
    with Register(settings.paths.register) as register:
        done = receive(settings, register, load_catalogue(), "essai")
    return len(done.accepted), len(done.refused)


def whole(settings: Settings) -> None:
    """Each delivery stands in its folder with its slip and the bytes that its name says."""
    for root in (settings.paths.archive, settings.paths.quarantine):
        [folder] = root.iterdir()
        assert archive.hash_of(folder / "contenu") == folder.name
        assert (folder / "reception.json").exists()


def across(source: object, target: object) -> bool:
    """Whether two folders of the home, put on two file systems, are those of this rename."""
    return {Path(p).parent.name for p in (source, target)} in ({"archive", "quarantine"}, {"tmp", "raw"})


def folder_opened(path: object, *_: object) -> bool:
    return Path(os.fsdecode(path)).is_dir() if isinstance(path, (str, bytes, Path)) else False


REFUSALS = {
    "rename between two file systems": ("os.replace", errno.EXDEV, across),
    "no second names": ("os.link", errno.EPERM, lambda *_: True),
    "no second names, as SMB says it": ("os.link", errno.ENOTSUP, lambda *_: True),
    "no rights": ("os.chmod", errno.EPERM, lambda *_: True),
    "no rights, as SMB says it": ("os.chmod", errno.ENOTSUP, lambda *_: True),
    "a folder is not flushed": ("os.fsync", errno.EINVAL, lambda fd: os.path.isdir(f"/proc/self/fd/{fd}")),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_reception_goes_on_where_the_system_refuses(
    name: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    function, number, when = REFUSALS[name]
    real = getattr(os, function.partition(".")[2])
    monkeypatch.setattr(function, refusing(number, real, when))
    assert loaded(settings) == (1, 1)
    whole(settings)
    assert loaded(settings) == (0, 0)


@pytest.mark.parametrize("number", [errno.EPERM, errno.EXDEV, errno.ENOTSUP])
def test_bytes_without_a_second_name_are_copied(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", refusing(number, os.link))
    (tmp_path / "a").write_bytes(b"x")
    durable.same_or_copied(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"x"


@pytest.mark.parametrize("folder", [False, True])
def test_a_rename_between_two_file_systems_is_whole(
    folder: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "ici" / "s", tmp_path / "là" / "t"
    target.parent.mkdir()
    source.parent.mkdir()
    inside = source / "f" if folder else source
    inside.parent.mkdir(exist_ok=True)
    inside.write_bytes(b"x" * 5000)
    apart = refusing(errno.EXDEV, os.replace, lambda a, b: Path(a).parent != Path(b).parent)
    monkeypatch.setattr(os, "replace", apart)
    durable.replace(source, target)
    assert (target / "f" if folder else target).read_bytes() == b"x" * 5000
    assert not source.exists()
    assert [f.name for f in target.parent.iterdir()] == ["t"]


def test_a_file_that_a_reader_holds_is_replaced_a_moment_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new").write_text("neuf")
    (tmp_path / "old").write_text("vieux")
    tries = []
    held = refusing(errno.EACCES, os.replace, lambda *_: not tries.append(1) and len(tries) < 3)
    monkeypatch.setattr(os, "replace", held)
    durable.replace(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_text() == "neuf"
    monkeypatch.setattr(os, "replace", refusing(errno.EACCES, os.replace))
    (tmp_path / "new").write_text("plus neuf")
    with pytest.raises(PermissionError):
        durable.replace(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_text() == "neuf"


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
def test_a_folder_without_locks_says_so(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", refusing(number, fcntl.flock))
    with pytest.raises(NoLocks, match="ne connaît pas les verrous"), LoadLock(tmp_path / "l", "essai"):
        pass
    assert issubclass(NoLocks, MachineFault)


# ── times and numbers that mean nothing ─────────────────────────────────────────
def moving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look gives another change time and another number to the same file, as some mounts do."""
    real, ticks = landing.scan, iter(range(1, 1000))

    def scan(root: Path) -> tuple[list[landing.LandingFile], list[str]]:
        n = next(ticks)
        files, ignored = real(root)
        fresh = [landing.LandingFile(f.path, f.name, f.size, f.mtime_ns, f.ctime_ns + n, f.inode + n) for f in files]
        return fresh, ignored

    monkeypatch.setattr(landing, "scan", scan)


def test_moving_numbers_have_a_file_read_again_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    moving(monkeypatch)
    assert loaded(settings) == (1, 1)
    read = []
    real = archive.hash_of
    monkeypatch.setattr(archive, "hash_of", lambda file: read.append(file.name) or real(file))
    counts = []
    for _ in range(4):
        with Register(settings.paths.register) as register:
            seen = look(settings, register, load_catalogue())
        assert (seen.waiting, seen.intake.already_known, seen.intake.already_refused) == (False, 1, 1)
        counts.append(read.count("base.csv"))
    assert counts == [1, 1, 1, 1]


def test_another_content_is_noticed_there_by_its_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    moving(monkeypatch)
    loaded(settings)
    for _ in range(2):
        with Register(settings.paths.register) as register:
            look(settings, register, load_catalogue())
    file = settings.paths.landing / "base.csv"
    file.write_text(BASE.format(n=4), encoding="utf-8")
    assert loaded(settings) == (1, 0)


def test_a_change_within_one_tick_of_a_coarse_clock_is_noticed(settings: Settings) -> None:
    """The size is the same, and so is the time, to the two seconds that FAT counts in."""
    file = settings.paths.landing / "base.csv"
    tick = int(time.time()) // 2 * 2

    def write(n: int) -> None:
        file.write_text(BASE.format(n=n), encoding="utf-8")
        os.utime(file, (tick, tick))

    write(3)
    assert loaded(settings)[0] == 1
    write(5)
    real = landing.scan

    def same_number(root: Path) -> tuple[list[landing.LandingFile], list[str]]:
        files, ignored = real(root)
        return [landing.LandingFile(f.path, f.name, f.size, f.mtime_ns, 0, 0) for f in files], ignored

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(landing, "scan", same_number)
        assert loaded(settings)[0] == 1
    with Register(settings.paths.register) as register:
        assert len([d for d in register.deliveries() if d["statut"] == "acceptee"]) == 2


def test_a_name_that_the_share_answers_no_more_for_is_left(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.stat

    def stat(path: Path, **options: object) -> os.stat_result:
        if path.name == "base.csv" and options.get("follow_symlinks", True) and stat.armed:
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(path))
        return real(path, **options)

    stat.armed = False
    is_file = Path.is_file

    def armed_after(path: Path) -> bool:
        found = is_file(path)
        stat.armed = path.name == "base.csv"
        return found

    monkeypatch.setattr(Path, "stat", stat)
    monkeypatch.setattr(Path, "is_file", armed_after)
    files, ignored = landing.scan(settings.paths.landing)
    assert [f.name for f in files] == ["refuse.csv"]
    assert ignored == ["base.csv (le partage ou le disque ne répond pas pour ce nom)"]


# ── what the disk refuses ───────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device", "/x"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        OSError(errno.EFBIG, "File too large"),
        OSError("[Errno 28] Error writing bytes to file. Detail: [errno 28] No space left on device"),
        sqlite3.OperationalError("database or disk is full"),
        duckdb.IOException('IO Error: Could not write file "/x/vigie.duckdb": No space left on device'),
        duckdb.OutOfMemoryException("failed to offload data block (30 MiB): max_temp_directory_size reached"),
        RuntimeError("dbt build: Runtime Error IO Error: ... No space left on device"),
    ],
)
def test_a_full_disk_is_one_however_it_is_said(error: Exception, settings: Settings) -> None:
    try:
        try:
            raise error
        except Exception as cause:
            raise ValueError("what a library made of it") from cause
    except ValueError as wrapped:
        told = disk.fault_of(wrapped, settings.paths)
    assert told.startswith("Disque plein : ")
    assert "Rien n'est perdu" in told
    assert "il en faut environ" in told
    assert disk.is_full(error)


def test_what_is_missing_and_where_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 3 << 20}))
    with (settings.paths.landing / "grand.csv").open("wb") as stream:
        stream.truncate(1 << 30)
    told = disk.fault_of(OSError(errno.ENOSPC, "", str(settings.paths.raw / "a" / "b.parquet")), settings.paths)
    assert f"il reste 3 Mio dans {settings.paths.raw}, et il en faut environ 2" in told
    assert disk.wanted(settings.paths) >= 2 << 30


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_folder_that_may_only_be_read_is_named(number: int, settings: Settings) -> None:
    told = disk.fault_of(OSError(number, "", str(settings.paths.logs / "a.log")), settings.paths)
    assert f"n'a pas le droit d'écrire dans {settings.paths.logs}" in told


def test_a_file_of_a_traceback_is_not_what_the_system_refuses(settings: Settings) -> None:
    """What a child of dbt says where shared memory is closed to the account: no file is named beside the refusal."""
    said = (
        'Traceback (most recent call last):\\n  File \\"/opt/vigie/lib/dbt/cli/requires.py\\", line 187, in wrapper\\n'
        "    SemLock.__init__(self, RECURSIVE_MUTEX, 1, 1, ctx=ctx)\\nPermissionError: [Errno 13] Permission denied"
    )
    told = disk.fault_of(RuntimeError(said), settings.paths)
    assert "/opt/vigie" not in told
    assert "PermissionError: [Errno 13] Permission denied" in told
    assert "/dev/shm" in told  # noqa: S108 -- named to the reader, not written
    beside = RuntimeError(f'{said}: "{settings.paths.raw}/a.parquet"\\nLa suite du journal')
    assert str(settings.paths.raw) in disk.fault_of(beside, settings.paths)


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), ValueError("disk full"), KeyError("x")])
def test_anything_else_is_not_the_disk(error: Exception, settings: Settings) -> None:
    assert disk.fault_of(error, settings.paths) is None
