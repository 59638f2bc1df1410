"""Series of a few points, as rows of indicateurs.series, and what a snapshot says of them."""

from __future__ import annotations

import pandas as pd

from pipelines.base.periods import Period
from pipelines.catalogue.code_lists import code_table
from pipelines.snapshots.comparisons import compare_period
from pipelines.snapshots.outward import restricted
from pipelines.snapshots.reference import Reference

Q4 = Period.read("2019-T4")
SHARES = pd.DataFrame(
    [("numerateur", "PART", "PARTIE"), ("denominateur", "PART", "TOUT")],
    columns=["nature", "ensemble_code", "membre_code"],
)

VERDICTS = pd.DataFrame(code_table("verdicts")).replace({"mot": {"": None}})
RISE, FALL, NOT_SHOWN, UNKNOWN = "hausse", "baisse", "pas d'évolution établie", "non calculable"


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


def reference(
    series: pd.DataFrame, law: str = "poisson", polarity: str | None = "hausse_defavorable", cumul: str = "somme",
    rates: list | None = None, heads: list[str] | None = None, relations: pd.DataFrame = SHARES,
    baselines: list[dict] | None = None,
) -> Reference:  # fmt: skip
    """The tables that a comparison is made by; every indicator is a head one unless `heads` says which."""
    codes = sorted(set(series["indicateur_code"]))
    indicators = pd.DataFrame([{"indicateur_code": i, "cumul": cumul, "polarite": polarity} for i in codes])
    rules = series[["source", "indicateur_code"]].drop_duplicates().assign(loi=law, protection="deja_publique", seuil=0)
    columns = ["indicateur_code", "territoire_code", "periode", "source", "taux", "unite", "numerateur",
               "denominateur_valeur", "denominateur_millesime"]  # fmt: skip
    return Reference(
        pd.DataFrame(rates or [], columns=columns),
        indicators,
        rules,
        relations,
        pd.DataFrame({"indicateur_code": codes if heads is None else heads}),
        pd.DataFrame(baselines or [], columns=["indicateur_code", "territoire_code", "periode_type", "depuis"]),
        VERDICTS,
    )


def frame(rows: list[dict]) -> pd.DataFrame:
    return pd.DataFrame(rows).astype({"valeur": float})


def compared(rows: list[dict], law: str = "poisson", period: Period = Q4, **more: object) -> pd.DataFrame:
    """What the restricted edition says of these rows of series, by indicator and kind of period."""
    series = frame(rows)
    found = restricted(compare_period(series, reference(series, law, **more), period))
    return found.set_index(["indicateur_code", "periode_type"])


def yearly(first: float, second: float, indicator: str = "TUES", **more: object) -> list[dict]:
    return [row("2018", first, indicator), row("2019", second, indicator, **more)]


def quarters(year: int, values: list[float | None], **more: object) -> list[dict]:
    return [row(f"{year}-T{n}", v, **more) for n, v in enumerate(values, start=1)]


def years(values: list[float | None], **more: object) -> list[dict]:
    return [row(str(2020 - len(values) + n), v, **more) for n, v in enumerate(values)]
