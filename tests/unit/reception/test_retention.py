"""The bytes of a file that speaks of persons are destroyed in time; those of another refusal are kept."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from pipelines.home.archive import CONTENT, DESTROYED
from pipelines.machine.paths import Paths
from pipelines.operations.verify import inspect
from pipelines.reception.retention import destroy_expired
from pipelines.settings.model import Settings


def kept(paths: Paths, code: str, day: str, name: str) -> Path:
    folder = paths.quarantine / name
    folder.mkdir(parents=True)
    (folder / CONTENT).write_bytes(b"x")
    reception = {"nom": "r.csv", "recu_le": f"{day}T10:00:00+01:00", "defauts": [{"code": code}]}
    (folder / "reception.json").write_text(json.dumps(reception), encoding="utf-8")
    return folder


def test_bytes_are_destroyed_at_the_end_of_their_time(tmp_path: Path) -> None:
    paths = Settings(home=tmp_path).paths
    paths.create()
    old = kept(paths, "donnees_personnelles", "2025-01-01", "a" * 64)
    recent = kept(paths, "donnees_personnelles", "2025-01-20", "b" * 64)
    other = kept(paths, "valeur_illisible", "2020-01-01", "c" * 64)
    assert destroy_expired(paths, 30, dt.date(2025, 1, 30)) == []
    assert destroy_expired(paths, 30, dt.date(2025, 1, 31)) == ["a" * 64]
    assert [f.exists() for f in (old / CONTENT, recent / CONTENT, other / CONTENT)] == [False, True, True]
    assert json.loads((old / DESTROYED).read_text(encoding="utf-8")) == {"detruit_le": "2025-01-31"}
    assert destroy_expired(paths, 30, dt.date(2025, 1, 31)) == []
    missing = [f.constat for f in inspect(paths).flaws if f.fichier.startswith(str(old))]
    assert not any("octets reçus n'y sont plus" in said for said in missing)


def test_a_month_unless_a_setting_says_otherwise() -> None:
    assert Settings().quarantine_days == 30
