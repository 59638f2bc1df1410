"""What a comparison is made by: the tables of meaning of the warehouse, as pandas reads them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from pipelines.snapshots.parquet import frame_of


@dataclass(frozen=True)
class Reference:
    """`rates`: indicateurs.taux, retained. The others: reference.indicateurs, reference.diffusion, reference.relations,
    reference.indicateurs_tete, reference.lignes_de_base, reference.verdicts.
    """

    rates: pd.DataFrame
    indicators: pd.DataFrame
    rules: pd.DataFrame
    relations: pd.DataFrame
    heads: pd.DataFrame
    baselines: pd.DataFrame
    verdicts: pd.DataFrame

    @classmethod
    def of(cls, tables: dict[str, pa.Table]) -> Reference:
        """From what a snapshot read."""
        names = ("taux", "indicateurs", "diffusion", "relations", "indicateurs_tete", "lignes_de_base", "verdicts")
        return cls(*(frame_of(tables[name]) for name in names))

    @property
    def cumuls(self) -> dict[str, str]:
        """Indicator → how its periods add up."""
        return dict(zip(self.indicators["indicateur_code"], self.indicators["cumul"], strict=True))

    @property
    def words(self) -> dict[str, str | None]:
        """Verdict → its word; None where none is said."""
        said = self.verdicts["mot"].where(self.verdicts["mot"].notna(), None)
        return dict(zip(self.verdicts["verdict_code"], said, strict=True))

    @property
    def parts(self) -> dict[str, set[str]]:
        """Whole → what it is made of, or what is a part of it, one step down."""
        tied = self.relations[self.relations["nature"].isin(["somme", "partie"])]
        return {str(whole): set(parts) for whole, parts in tied.groupby("ensemble_code")["membre_code"]}
