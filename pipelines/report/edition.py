"""One edition of a snapshot, as its folder holds it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipelines.base.periods import Period
from pipelines.snapshots import manifest
from pipelines.snapshots.folder import DATA
from pipelines.snapshots.parquet import frame_of, read


@dataclass(frozen=True)
class Edition:
    """`kind` is `restreinte` or `publique`; `tables` are the data files, by name."""

    kind: str
    manifest: dict
    tables: dict[str, pd.DataFrame]

    @property
    def period(self) -> Period:
        return Period.read(self.manifest["periode"])

    @property
    def department(self) -> str:
        return f"DEP-{self.manifest['reglages']['departement']}"

    def labels(self, table: str, code: str, column: str = "libelle") -> dict[str, str]:
        """Map each code of a table to its label, or to another column."""
        rows = self.tables[table]
        return dict(zip(rows[code], rows[column], strict=True))


def read_edition(snapshot: Path, kind: str, said: dict | None = None) -> Edition:
    """Read a snapshot's folder, or the public folder alone; `said` is its manifest when it is not written yet."""
    own = snapshot / kind if (snapshot / kind).is_dir() else snapshot
    files = sorted((own / DATA).glob("*.parquet"))
    return Edition(kind, said or manifest.read_of(snapshot, kind), {f.stem: frame_of(read(f)) for f in files})
