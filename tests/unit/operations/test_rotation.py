"""Which backups stay: the last ones, the first of each month, and whatever is not ours."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipelines.operations import rotation
from pipelines.settings.model import Settings


def test_the_last_ones_and_the_first_of_each_month_stay(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", departement="46", backups_kept=3, backups_kept_months=2)
    folder = tmp_path / "sauvegardes"
    folder.mkdir()
    day = dt.datetime(2025, 1, 1, 3, 30)
    for _ in range(70):  # until 11 March
        (folder / rotation.next_name(settings, day)).touch()
        day += dt.timedelta(days=1)
    others = {"vigie-12-20200101-033000.tar.gz", "vigie-46-avant-migration.tar.gz", "notes.txt"}
    for name in others:
        (folder / name).touch()
    gone = rotation.remove_oldest(folder, settings)
    left = {f.name for f in folder.iterdir()} - others
    assert left == {f"vigie-46-2025{d}-033000.tar.gz" for d in ("0201", "0301", "0309", "0310", "0311")}
    assert len(gone) == 65
    assert others <= {f.name for f in folder.iterdir()}
