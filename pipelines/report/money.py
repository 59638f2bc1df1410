"""The money of the plan in the year of an edition: what was asked, decided and paid, by action and by priority."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from pipelines.base.wording import plural
from pipelines.report import wording
from pipelines.report.edition import Edition


@dataclass(frozen=True)
class Money:
    """The sums of some requests, in euros; None where a term is not known. `files` counts the requests in words."""

    n: int
    files: str
    asked: float | None
    granted: float | None
    paid: float | None

    @property
    def sentence(self) -> str:
        """Write the sums in a line of text."""
        said = (("demandé", self.asked), ("accordé", self.granted), ("payé", self.paid))
        told = (f"{word} {wording.shown(sum_)} €" if sum_ is not None else f"{word} non connu" for word, sum_ in said)
        return " ; ".join([self.files, *told])


def requests(edition: Edition) -> pd.DataFrame:
    """The requests of the year; the public edition holds none, nor a snapshot given before they were told."""
    rows = edition.tables.get("financements")
    if rows is None or "demande_eur" not in rows.columns:
        return pd.DataFrame()
    return rows[rows["periode"].str.startswith(str(edition.period)[:4])]


def money(edition: Edition, actions: Collection[str]) -> Money | None:
    """Sum the requests of the year for these actions; None where there is none."""
    rows = requests(edition)
    if not rows.empty:
        rows = rows[rows["action_code"].isin(list(actions))]
    return None if rows.empty else sums(rows)


def sums(rows: pd.DataFrame) -> Money:
    """Add up requests. A sum of which a term is not known is not known."""
    refused = int((rows["decision"] == "refusee").sum())
    files = plural(len(rows), "dossier") + (f", dont {plural(refused, 'refusé')}" if refused else "")
    return Money(len(rows), files, *(_total(rows[name]) for name in ("demande_eur", "accorde_eur", "paye_eur")))


def _total(values: pd.Series) -> float | None:
    return None if values.isna().any() else float(values.sum())
