"""A home is verified, backed up, restored and rebuilt by the commands, and what was damaged is named."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest

from pipelines.publication.content import content_of
from tests.conftest import Home

pytestmark = [pytest.mark.xdist_group("exploitation"), pytest.mark.long]


@pytest.fixture(scope="module")
def loaded(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A small home: two sources accepted, one of them withdrawn and taken back, and a file refused."""
    home = Home(tmp_path_factory.mktemp("exploitation"))
    for file in sorted(demo_files.iterdir()):
        if file.name.startswith(("crimes-et-delits", "suivi-actions-2024", "population-municipale")):
            shutil.copy(file, home.landing)
    (home.landing / "inconnu.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    told = home.load()
    assert told["code_sortie"] == 1
    followup = next(d["livraison_id"] for d in deliveries(home) if d["nom"].startswith("suivi-actions"))
    assert home.run("withdraw", followup, "--motif", "essai").returncode == 0
    assert home.run("reinstate", followup, "--motif", "fin de l'essai").returncode == 0
    assert home.run("rebuild").returncode == 0  # the published file says what was decided since
    return home


def deliveries(home: Home) -> list[dict]:
    return json.loads(home.run("deliveries", "--json").stdout)["livraisons"]


def verified(home: Home) -> tuple[int, list[dict]]:
    done = home.run("verify", "--json")
    return done.returncode, json.loads(done.stdout)["defauts"]


def test_a_sound_home_is_found_sound(loaded: Home) -> None:
    assert verified(loaded) == (0, [])


@pytest.mark.parametrize("where", ["archive/*/contenu", "quarantine/*/contenu", "raw/police/*/[0-9a-f]*.parquet",
                                   "published/vigie.duckdb"])  # fmt: skip
def test_a_flipped_bit_is_found_and_named(loaded: Home, where: str) -> None:
    file = sorted(loaded.folder.glob(where))[0]
    sound = file.read_bytes()
    damaged = bytearray(sound)
    damaged[len(damaged) // 2] ^= 1
    try:
        file.write_bytes(damaged)
        code, flaws = verified(loaded)
        assert code == 1
        assert [f["fichier"] for f in flaws] == [str(file)]
    finally:
        file.write_bytes(sound)
    assert verified(loaded)[0] == 0


def test_what_is_gone_or_unknown_is_named(loaded: Home) -> None:
    folder = sorted((loaded.folder / "archive").glob("?" * 64))[0]
    aside = folder.with_name("ailleurs")
    folder.rename(aside)
    stranger = loaded.folder / "raw" / "police" / "services" / "etranger.parquet"
    stranger.write_bytes(b"")
    try:
        code, flaws = verified(loaded)
        assert code == 1
        assert {f["fichier"] for f in flaws} == {str(folder), str(stranger)}
    finally:
        aside.rename(folder)
        stranger.unlink()


def test_a_withdrawal_is_taken_back_and_both_are_kept(loaded: Home) -> None:
    followup = next(d for d in deliveries(loaded) if d["nom"].startswith("suivi-actions"))
    assert followup["statut"] == "acceptee"
    shown = json.loads(loaded.run("deliveries", followup["livraison_id"], "--json").stdout)
    assert [d["decision"] for d in shown["decisions"]] == ["retiree", "retablie"]
    again = loaded.run("reinstate", followup["livraison_id"], "--motif", "encore")
    assert again.returncode == 64
    assert "n'est pas retirée" in again.stderr


def test_everything_comes_back_from_the_archive_alone(loaded: Home, tmp_path: Path) -> None:
    before, known = content_of(loaded.warehouse), deliveries(loaded)
    copy = Home(tmp_path / "rebati")
    copy.landing.rmdir()
    for part in ("archive", "quarantine"):
        shutil.copytree(loaded.folder / part, copy.folder / part)
    done = copy.run("rebuild", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    # There was nothing to be the same as: that is not « the same ».
    assert (told["registre_identique"], told["tables_differentes"]) == (None, None)
    assert deliveries(copy) == known
    assert content_of(copy.warehouse) == before
    assert verified(copy) == (0, [])


def test_a_rebuild_says_that_nothing_changed(loaded: Home) -> None:
    before = content_of(loaded.warehouse)
    done = loaded.run("rebuild")
    assert done.returncode == 0, done.stderr
    assert "Registre refait depuis l'archive : le même." in done.stderr
    assert "Contenu publié : le même." in done.stderr
    assert content_of(loaded.warehouse) == before


def test_a_backup_is_private_and_restores_whole(loaded: Home, tmp_path: Path) -> None:
    file = tmp_path / "vigie.tar.gz"
    assert loaded.run("backup", str(file)).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert loaded.run("backup", str(file)).returncode == 64, "an existing file is never replaced"
    home = Home(tmp_path / "restaure")
    assert home.run("restore", str(file)).returncode == 0
    assert deliveries(home) == deliveries(loaded)
    assert stat.S_IMODE((home.folder / "quarantine").stat().st_mode) == 0o700
    assert home.run("restore", str(file)).returncode == 4, "a home that holds deliveries is not restored into"


def test_a_damaged_backup_restores_nothing(loaded: Home, tmp_path: Path) -> None:
    file = tmp_path / "vigie.tar.gz"
    assert loaded.run("backup", str(file)).returncode == 0
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    file.write_bytes(content)
    home = Home(tmp_path / "abime")
    done = home.run("restore", str(file))
    assert done.returncode == 4
    assert "sauvegarde" in done.stderr
    assert not (home.folder / "register.sqlite").exists()
    assert not (home.folder / "archive").exists()


def test_others_read_what_is_published_and_nothing_else(loaded: Home) -> None:
    def open_to_others(place: Path) -> bool:
        way = [p for p in [place, *place.parents] if p.is_relative_to(loaded.folder) and p != loaded.folder]
        return all(p.stat().st_mode & (stat.S_IROTH if p.is_file() else stat.S_IXOTH) for p in way)

    assert loaded.run("quality").returncode == 0
    seen = {
        f.relative_to(loaded.folder).parts[0] for f in loaded.folder.rglob("*") if f.is_file() and open_to_others(f)
    }
    assert seen <= {"published", "landing"}
    quarantine = loaded.folder / "quarantine"
    assert all(p.stat().st_mode & 0o077 == 0 for p in [quarantine, *quarantine.rglob("*")])
