"""What the two pandas scripts share: the seeds, periods from months, and the table they leave."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

_SEEDS = Path(__file__).resolve().parents[1] / "dbt_project" / "seeds"


def seed(name: str) -> pd.DataFrame:
    [file] = _SEEDS.rglob(f"{name}.csv")
    return pd.read_csv(file, dtype=str)


def accumulate(months: pd.DataFrame) -> pd.DataFrame:
    """indicateur_code, territoire, kind, debut, valeur: the months, and the quarters and years that are whole."""
    debut = pd.to_datetime(months["annee"].astype(str) + "-" + months["mois"].astype(str) + "-01")
    months = months[["indicateur_code", "territoire", "valeur"]].assign(debut=debut)
    pieces = [months.assign(kind="mois")]
    for kind, frequency, parts in (("trimestre", "Q", 3), ("annee", "Y", 12)):
        longer = months.assign(debut=months["debut"].dt.to_period(frequency).dt.start_time)
        sums = longer.groupby(["indicateur_code", "territoire", "debut"], as_index=False).agg(
            valeur=("valeur", "sum"), k=("valeur", "count")
        )
        pieces.append(sums[sums["k"] == parts].drop(columns="k").assign(kind=kind))
    values = pd.concat(pieces, ignore_index=True)
    return values[values["valeur"].notna()]


def store(values: pd.DataFrame, source: str, folder: Path) -> None:
    """Write `indicateurs.valeurs` in FOLDER/valeurs.duckdb."""
    months = values["kind"].map({"mois": 1, "trimestre": 3, "annee": 12})
    year, quarter = values["debut"].dt.year.astype(str), values["debut"].dt.quarter.astype(str)
    period = values["debut"].dt.strftime("%Y-%m")
    period = period.where(values["kind"] != "trimestre", year + "-T" + quarter).where(values["kind"] != "annee", year)
    end = values["debut"].dt.to_period("M") + months - 1
    units = seed("indicateurs").set_index("indicateur_code")["unite"]
    table = pd.DataFrame(
        {
            "indicateur_code": values["indicateur_code"],
            "territoire_code": values["territoire"],
            "periode_type": values["kind"],
            "periode": period,
            "ventilation_type": values.get("ventilation_type", "total"),
            "ventilation_code": values.get("ventilation_code", "total"),
            "source": source,
            "periode_debut": values["debut"].dt.date,
            "periode_fin": end.dt.end_time.dt.date,
            "valeur": values["valeur"].astype(float).round(2),
            "unite": values["indicateur_code"].map(units),
            "statut": "A",
            "confidentialite": "F",
        }
    )
    with duckdb.connect(str(folder / "valeurs.duckdb")) as db:
        db.execute("create schema indicateurs")
        db.register("valeurs", table)
        db.execute("create table indicateurs.valeurs as from valeurs")
