"""Series of a few points, as rows of indicateurs.series, and what a snapshot says of them."""

from __future__ import annotations

import pandas as pd

from pipelines.intake.periods import Period
from pipelines.snapshots.comparisons import compare_period

Q4 = Period.read("2019-T4")
SHARES = pd.DataFrame(
    [("numerateur", "PART", "PARTIE"), ("denominateur", "PART", "TOUT")],
    columns=["nature", "ensemble_code", "membre_code"],
)


def row(period: str, value: float | None, indicator: str = "TUES", **more: object) -> dict:
    read = Period.read(period)
    return {
        "indicateur_code": indicator, "niveau": "departement", "territoire_code": "DEP-46", "periode_type": read.kind,
        "periode": period, "periode_debut": read.start, "periode_fin": read.end, "valeur": value, "unite": "personnes",
        "perimetre": "complet",
        "statut": "A" if value is not None else "M", "motif_code": None if value is not None else "non_recu",
        "motif": None if value is not None else "Livraison attendue et non reçue", "source": "baac", "rupture": False,
        "rupture_part_pct": None, "comparable_depuis": None, "confidentialite": "F", "lot_livraisons": "l1",
    } | more  # fmt: skip


def compared(rows: list[dict], law: str = "poisson", polarity: str = "hausse_defavorable", rates: list | None = None):
    series = pd.DataFrame(rows).astype({"valeur": float})
    indicators = pd.DataFrame(
        [{"indicateur_code": i, "cumul": "somme", "polarite": polarity} for i in sorted(set(series["indicateur_code"]))]
    )
    pairs = series[["source", "indicateur_code"]].drop_duplicates()
    rules = pairs.assign(loi=law, protection="deja_publique", seuil=0)
    columns = ["indicateur_code", "territoire_code", "periode", "source", "taux", "unite", "numerateur",
               "denominateur_valeur", "denominateur_millesime"]  # fmt: skip
    found = compare_period(series, pd.DataFrame(rates or [], columns=columns), indicators, rules, SHARES, Q4)
    return found.set_index(["indicateur_code", "periode_type"])


def yearly(first: float, second: float, indicator: str = "TUES", **more: object) -> list[dict]:
    return [row("2018", first, indicator), row("2019", second, indicator, **more)]


def quarters(year: int, values: list[float | None], **more: object) -> list[dict]:
    return [row(f"{year}-T{n}", v, **more) for n, v in enumerate(values, start=1)]


def years(values: list[float | None], **more: object) -> list[dict]:
    return [row(str(2020 - len(values) + n), v, **more) for n, v in enumerate(values)]
