"""How far figures move after they are first given."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.snapshots.vintages import revision_tables


def give(root: Path, name: str, made: str, values: dict[tuple[str, str], float | None], source: str = "baac") -> None:
    """A snapshot that says these values: (indicator, quarter) → value."""
    folder = root / name / "restreinte" / "donnees"
    folder.mkdir(parents=True)
    (root / name / "manifest.json").write_text(json.dumps({"fait_le": made}), encoding="utf-8")
    rows = [
        {
            "indicateur_code": indicator, "territoire_code": "DEP-46", "periode_type": "trimestre", "periode": period,
            "ventilation_type": "total", "source": source, "statut": "A" if value is not None else "M",
            "valeur": None if value is None else Decimal(f"{value:.2f}"),
        }
        for (indicator, period), value in values.items()
    ]  # fmt: skip
    schema = pa.schema([(n, pa.string()) for n in rows[0] if n != "valeur"] + [("valeur", pa.decimal128(18, 2))])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / "series.parquet")


def read(root: Path) -> dict[str, list[dict]]:
    return {table.name: table.rows.to_pylist() for table in revision_tables(root)}


def test_first_and_last_word_mean_and_absolute_revision(tmp_path: Path) -> None:
    first = {("TUES", "2019-T4"): 5, ("TUES", "2019-T3"): 4, ("A", "2019-T4"): 1}
    give(tmp_path, "2019-T4", "2020-01-20T08:00:00", first, source="barometre_odsr")
    give(tmp_path, "2020-T1", "2020-04-20T08:00:00", {("TUES", "2019-T4"): 6, ("TUES", "2019-T3"): 4})
    give(tmp_path, "2020-T2", "2020-07-20T08:00:00", {("TUES", "2019-T4"): 8, ("TUES", "2019-T3"): 3})
    found = read(tmp_path)
    assert len(found["valeurs"]) == 7
    history = {r["periode"]: r for r in found["historiques"]}
    assert set(history) == {"2019-T3", "2019-T4"}, "what was given once has no history"
    last = history["2019-T4"]
    assert (last["n_cliches"], last["premiere_valeur"], last["derniere_valeur"], last["revision"]) == (3, 5, 8, 3)
    assert (last["premier_cliche"], last["dernier_cliche"], last["premiere_source"]) == (
        "2019-T4", "2020-T2", "barometre_odsr",
    )  # fmt: skip
    assert last["revision_pct"] == 60
    # +3 and -1: one on average, two in absolute value.
    assert found["synthese"] == [
        {
            "source": "barometre_odsr", "indicateur_code": "TUES", "n_valeurs": 2, "n_revisees": 2,
            "revision_moyenne": 1, "revision_absolue_moyenne": 2,
        }
    ]  # fmt: skip


def test_what_was_missing_is_no_value_and_no_zero(tmp_path: Path) -> None:
    give(tmp_path, "2019-T4", "2020-01-20T08:00:00", {("TUES", "2019-T4"): None})
    give(tmp_path, "2020-T1", "2020-04-20T08:00:00", {("TUES", "2019-T4"): 6})
    found = read(tmp_path)
    assert [r["valeur"] for r in found["valeurs"]] == [None, 6]
    assert found["historiques"] == []


def test_without_a_snapshot_the_tables_are_there_and_empty(tmp_path: Path) -> None:
    found = read(tmp_path / "aucun")
    assert found == {"valeurs": [], "historiques": [], "synthese": []}
