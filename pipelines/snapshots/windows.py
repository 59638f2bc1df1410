"""The ways of looking at a period: itself, the year to date, the last twelve months, the last whole year."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from pipelines.base.periods import Period
from pipelines.base.wording import plural

MONTH, QUARTER, TO_DATE, TWELVE_MONTHS, YEAR = "mois", "trimestre", "cumul", "douze_mois", "annee"
SERIES = ["indicateur_code", "niveau", "territoire_code"]
_PART_MISSING = "periode_incomplete"
MEAN = "en moyenne par"
_MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
# A whole has the status of its weakest part, in this order.
_STATUSES = ("A", "B", "E", "D", "P", "M")
_PARTS = {MONTH: ("mois connu", "mois connus"), QUARTER: ("trimestre connu", "trimestres connus")}


def kinds_of(period: Period) -> tuple[str, ...]:
    """A month or a quarter is looked at in four ways, a year in one."""
    return (YEAR,) if period.kind == YEAR else (period.kind, TO_DATE, TWELVE_MONTHS, YEAR)


def parts_of(kind: str, period: Period) -> list[Period]:
    """The periods of the same length that a window is made of, oldest first; none for a year, which is read as such."""
    if kind == period.kind:
        return [period]
    since_january = (period.first_month % 12) // period.months + 1
    count = {TO_DATE: since_january, TWELVE_MONTHS: 12 // period.months}.get(kind, 0)
    return [Period(period.first_month - period.months * back, period.months) for back in reversed(range(count))]


def last_year(period: Period) -> Period:
    """The last year that is over when the period is."""
    january = period.first_month // 12 * 12
    return Period(january if period.first_month % 12 + period.months == 12 else january - 12, 12)


def before(period: Period) -> Period:
    """The same period of the year before."""
    return Period(period.first_month - 12, period.months)


def window(series: pd.DataFrame, cumuls: dict[str, str], kind: str, period: Period) -> pd.DataFrame:
    """One row a series (indicator, level, territory) that has this kind of period: `periode`, `periode_debut`,
    `periode_fin`, `source`, `valeur`, `unite`, `perimetre`, `statut`, `motif_code`, `motif`,
    `rupture`, `rupture_part_pct`, `non_publiee`, `hors_edition`, `lots`, `fois` (by how much a mean is multiplied to be
    the sum under it; 1 for what is no mean).

    `series` are rows of indicateurs.series, totals alone, with `non_publiee` (the public edition withholds it) and
    `hors_edition` (it does not hold it at all). A part that is missing makes the whole missing, with its reason; parts
    of two sources are not added; one part withheld, and so is the whole, which would give it. `cumuls` says how each
    indicator's periods add up.
    """
    if kind == YEAR:
        return _as_is(series, cumuls, last_year(period))
    if kind == period.kind:
        return _as_is(series, cumuls, period)
    parts = parts_of(kind, period)
    names = [str(p) for p in parts]
    wanted = series[(series["periode_type"] == period.kind) & series["periode"].isin(names)]
    rule = wanted["indicateur_code"].map(cumuls)
    wanted = wanted.assign(
        rule=rule,
        faiblesse=wanted["statut"].map(_STATUSES.index),
        rupture_part_pct=wanted["rupture_part_pct"].astype(float),
    )[rule != "aucun"].sort_values([*SERIES, "periode"])
    if wanted.empty:
        return _as_is(series.iloc[:0], cumuls, period)
    lots = _lots(wanted)
    grouped = wanted.groupby(SERIES, sort=True)
    found = grouped.agg(
        n=("valeur", "count"),
        n_sources=("source", "nunique"),
        source=("source", "last"),
        unite=("unite", "last"),
        somme=("valeur", "sum"),
        moyenne=("valeur", "mean"),
        dernier=("valeur", "last"),
        rule=("rule", "last"),
        perimetre=("perimetre", "last"),
        faiblesse=("faiblesse", "max"),
        motif_code=("motif_code", "first"),
        motif=("motif", "first"),
        rupture=("rupture", "any"),
        rupture_part_pct=("rupture_part_pct", "max"),
        non_publiee=("non_publiee", "any"),
        hors_edition=("hors_edition", "any"),
    ).reset_index()
    # A mean is not a count: its unit says so.
    mean = (found["rule"] == "moyenne") & ~found["unite"].str.contains(MEAN)
    found["unite"] = found["unite"].where(~mean, found["unite"] + f" {MEAN} {period.kind}")
    found["lots"] = [lots.get(tuple(key)) for key in found[SERIES].to_numpy().tolist()]
    # A series that begins inside the window has fewer rows, not one that is missing.
    whole = (found["n"] == len(parts)) & (found["n_sources"] == 1)
    value = (
        found["somme"]
        .where(found["rule"] == "somme", found["moyenne"].astype(float).round(2))
        .where(found["rule"] != "dernier", found["dernier"])
    )
    value = value.where(whole)
    found["statut"] = found["faiblesse"].map(lambda rank: _STATUSES[rank]).where(whole, "M")
    found["valeur"] = value
    found["motif_code"] = found["motif_code"].where(~whole).where(whole | found["motif_code"].notna(), _PART_MISSING)
    said = {n: f"{plural(n, *_PARTS[period.kind])} sur {len(parts)}" for n in range(len(parts) + 1)}
    short = found["n"].map(said)
    short = short.where(found["n_sources"] == 1, "La période est à cheval sur deux sources")
    found["motif"] = found["motif"].where(~whole).where(whole | found["motif"].notna(), short)
    found["periode"] = str(period)
    found["periode_debut"], found["periode_fin"] = parts[0].start, period.end
    return _with_times(found, cumuls)[_COLUMNS]


_COLUMNS = [
    *SERIES, "periode", "periode_debut", "periode_fin", "source", "valeur", "unite", "perimetre", "statut",
    "motif_code", "motif", "rupture", "rupture_part_pct", "non_publiee", "hors_edition", "lots", "fois",
]  # fmt: skip


def _as_is(series: pd.DataFrame, cumuls: dict[str, str], period: Period) -> pd.DataFrame:
    rows = series[(series["periode_type"] == period.kind) & (series["periode"] == str(period))]
    rows = _with_times(rows.rename(columns={"lot_livraisons": "lots"}), cumuls)
    return rows[_COLUMNS].sort_values(SERIES, ignore_index=True)


def _with_times(rows: pd.DataFrame, cumuls: dict[str, str]) -> pd.DataFrame:
    """A mean over the months of a period is that many months' sum, and so on from the grain of what is averaged."""
    months = [
        (last.year - first.year) * 12 + last.month - first.month + 1
        for first, last in zip(rows["periode_debut"], rows["periode_fin"], strict=True)
    ]
    grains = [_MONTHS.get(unit.rpartition(f"{MEAN} ")[2], 0) if MEAN in unit else 0 for unit in rows["unite"]]
    mean = rows["indicateur_code"].map(cumuls) == "moyenne"
    times = [n // grain if grain and is_mean else 1 for n, grain, is_mean in zip(months, grains, mean, strict=True)]
    return rows.assign(fois=pd.Series(times, index=rows.index, dtype="int64"))


def _lots(rows: pd.DataFrame) -> dict[tuple, str]:
    """The lots of deliveries of each series, in order, once each."""
    known = rows[rows["lot_livraisons"].notna()]
    lots: dict[tuple, set[str]] = defaultdict(set)
    for *key, lot in known[[*SERIES, "lot_livraisons"]].to_numpy().tolist():
        lots[tuple(key)].add(lot)
    return {key: ",".join(sorted(found)) for key, found in lots.items()}
