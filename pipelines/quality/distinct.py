"""The rows of a batch as a suite needs them: each combination of what it compares, once.

A return of a million cells has a few thousand different ones, and Great Expectations costs by the row.
"""

from __future__ import annotations

import json
import operator
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PLACE = ("livraison_id", "feuille", "ligne", "colonne")
_COLUMNS = ("column", "column_A", "column_B")
# What only a number has; the raw rows are text.
_NUMERIC = ("expect_column_values_to_be_between", "expect_column_pair_values_a_to_be_greater_than_b")


@dataclass(frozen=True)
class Distinct:
    """`rows` are all of them, as text; `frame` the combinations, what is compared as a number typed so; `counts` how
    many rows each combination stands for.
    """

    rows: pa.Table
    texts: pd.DataFrame
    frame: pd.DataFrame
    counts: pd.Series

    def checked(self, expectation: dict) -> int:
        """Count the rows that an expectation checks."""
        condition = expectation["kwargs"].get("row_condition")
        return int((self.counts[meets(self.frame, condition)] if condition else self.counts).sum())

    def unexpected(self, positions: tuple[int, ...]) -> int:
        """Count the rows that these combinations stand for."""
        return int(self.counts.iloc[list(positions)].sum())

    def of(self, positions: tuple[int, ...], most: int) -> pd.DataFrame:
        """List the rows of these combinations, in their order in the files, at most so many of a delivery."""
        from pipelines.base.coded import PLAIN, recast

        wanted = self.texts.iloc[list(positions)]
        found: pd.DataFrame = recast(self.rows, PLAIN).to_pandas().merge(wanted, on=list(self.texts.columns))
        found["_ligne"] = found["ligne"].astype(float)
        return found.sort_values(["livraison_id", "_ligne"]).groupby("livraison_id").head(most)


_OPERATORS = {"==": operator.eq, "!=": operator.ne}


def meets(frame: pd.DataFrame, condition: dict) -> pd.Series:
    """Select the rows that meet a condition of a suite: one comparison of a column, as the library writes it."""
    met: pd.Series = _OPERATORS[condition["operator"]](frame[condition["column"]["name"]], condition["parameter"])
    return met


def distinct(drafts: dict[Path, set[str]], suite: dict, quoted: str) -> Distinct:
    """Read the drafts of one table for these deliveries: places, what the suite compares, and what `quoted` (the
    sentences of its rules) names in braces.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from pipelines.base.coded import CODED, PLAIN, recast

    tables = []
    for file, ids in drafts.items():
        source = pq.ParquetFile(file)
        names = source.schema_arrow.names
        compared = _compared(suite["expectations"], names)
        kept = [c for c in names if c in PLACE or c in compared or f"{{{c}}}" in quoted]
        # Coded alike, so that rows of one draft stand under those of another.
        rows = recast(source.read(kept), CODED)
        tables.append(rows.filter(pc.is_in(rows["livraison_id"], value_set=pa.array(sorted(ids)))))
    rows = pa.concat_tables(tables, promote_options="permissive").unify_dictionaries()
    compared = _compared(suite["expectations"], rows.column_names)
    grouped = rows.group_by(compared).aggregate([([], "count_all")])
    grouped = recast(grouped, PLAIN)
    texts = grouped.select(compared).to_pandas()
    numbers = _numeric(suite["expectations"])
    # What was read as a number is written as one: Arrow's cast is ten times faster than pandas's.
    typed = {c: grouped[c].cast(pa.float64()).to_pandas() if c in numbers else texts[c] for c in compared}
    return Distinct(rows, texts, pd.DataFrame(typed), grouped["count_all"].to_pandas())


def _compared(expectations: list[dict], names: list[str]) -> list[str]:
    words = {e["kwargs"][c] for e in expectations for c in _COLUMNS if c in e["kwargs"]}
    for e in expectations:
        words |= set(re.findall(r"\w+", json.dumps(e["kwargs"].get("row_condition", ""))))
    return [name for name in names if name in words]


def _numeric(expectations: list[dict]) -> set[str]:
    return {e["kwargs"][c] for e in expectations if e["type"] in _NUMERIC for c in _COLUMNS if c in e["kwargs"]}
