"""What a home already holds for who answers a form: its nature, and the last values in use before a period.

What reads rows is imported where it is used: a command that only names a form does not wait for Arrow.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from pipelines.base.periods import Period
from pipelines.catalogue.model import SourceTable
from pipelines.home.register import Register
from pipelines.machine.paths import Paths

Row = dict[str, int | float | str | None]
# What tells a row from its neighbours in the same period → its raw values.
Values = dict[tuple[str | None, ...], dict[str, str | None]]

_IN_USE = (
    "select tranche, periode, livraison_id from classement"
    " where source = ? and table_nom = ? and rang = 1 and not indecise and periode <> ''"
)


@dataclass(frozen=True)
class Known:
    """The home as it stands now. One that never loaded anything knows nothing."""

    paths: Paths
    _slices: dict[tuple[str, str], dict[str, tuple[Period, str]]] = field(default_factory=dict)
    _raw: dict[tuple[str, str, str], dict[tuple[str, str], list[dict]]] = field(default_factory=dict)

    @cached_property
    def is_demonstration(self) -> bool:
        from pipelines.reading.verdict import DEMONSTRATION

        if not self.paths.register.exists():
            return False
        with Register(self.paths.register) as register:
            return register.nature() == DEMONSTRATION

    def before(
        self, source: str, table: SourceTable, identity: list[str], rows: list[Row], period: Period
    ) -> tuple[Period | None, Values]:
        """Find the last period before `period` with values in use for these rows, and these values."""
        slices = self._in_use(source, table.name)
        earlier = {p for p, _ in slices.values() if p.start < period.start}
        for candidate in sorted(earlier, key=lambda p: p.start, reverse=True):
            wanted = {_tranche(table, row, candidate) for row in rows} & slices.keys()
            if wanted:
                found = [r for t in wanted for r in self._rows(source, table.name, slices[t][1], t)]
                return candidate, {identity_of(r, identity): r for r in found}
        return None, {}

    def _in_use(self, source: str, table: str) -> dict[str, tuple[Period, str]]:
        if (source, table) not in self._slices:
            rows = []
            if self.paths.register.exists():
                with Register(self.paths.register) as register:
                    rows = register.rows(_IN_USE, source, table)
            self._slices[source, table] = {r["tranche"]: (Period.read(r["periode"]), r["livraison_id"]) for r in rows}
        return self._slices[source, table]

    @cached_property
    def _stems(self) -> dict[str, str]:
        with Register(self.paths.register) as register:
            return {delivery: stem for delivery, (stem, _) in register.raw_stems().items()}

    def _rows(self, source: str, table: str, delivery: str, tranche: str) -> list[dict]:
        import pyarrow.parquet as pq

        from pipelines.home.raw import file_of

        stem = self._stems.get(delivery, delivery)
        if (source, table, stem) not in self._raw:
            by_slice: dict[tuple[str, str], list[dict]] = defaultdict(list)
            file = file_of(self.paths.raw, source, table, stem)
            for row in pq.read_table(file).to_pylist() if file.exists() else []:
                by_slice[row["livraison_id"], row["tranche"]].append(row)
            self._raw[source, table, stem] = by_slice
        return self._raw[source, table, stem].get((delivery, tranche), [])


def identity_of(row: Row, names: list[str]) -> tuple[str | None, ...]:
    """Return the values that tell a row from its neighbours, as the raw rows hold them."""
    return tuple(None if row.get(n) is None else str(row[n]) for n in names)


def _tranche(table: SourceTable, row: Row, period: Period) -> str:
    from pipelines.reading.slices import text_of

    month = period.start.month
    dated = {"annee": str(period.start.year), "mois": f"{month:02d}", "trimestre": str((month + 2) // 3)}
    return text_of(table.slice_parts, {n: str(v) for n, v in row.items() if v is not None and n not in dated} | dated)
