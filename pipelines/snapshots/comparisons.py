"""Each figure of a period beside what it is compared with, and the one verdict that a statistician would sign on it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.base.periods import Period
from pipelines.snapshots.changes import with_changes
from pipelines.snapshots.family import DESCRIBED, LEVEL, scopes
from pipelines.snapshots.past import dispersions
from pipelines.snapshots.public import terms_of_shares
from pipelines.snapshots.rates import with_rates
from pipelines.snapshots.reference import Reference
from pipelines.snapshots.shares import SHARE, trials
from pipelines.snapshots.signals import signals_of
from pipelines.snapshots.trends import COUNTED, trends_of
from pipelines.snapshots.windows import SERIES, TO_DATE, TWELVE_MONTHS, YEAR, before, kinds_of, window
from pipelines.statistics.intervals import count_interval, proportion_interval

KEY = ["indicateur_code", "territoire_code", "periode_type"]
# A figure is what was counted, where, from which day to which, and how many. Two sources that count the same are one.
_VALUES = ["valeur", "valeur_precedente"]
_FIGURE = ["indicateur_code", "territoire_code", "periode_debut", "periode_fin", *_VALUES]
# What says whether the public edition prints a cell (`outward`); no edition holds it.
OUTWARD = ["non_publiee", "hors_edition", "non_publiee_precedente", "hors_edition_precedente", "tendance_dite",
           "signal_dit", "fois", "temoin", "tue"]  # fmt: skip


def compare_period(series: pd.DataFrame, by: Reference, period: Period) -> pd.DataFrame:
    """One row an indicator, a territory and a kind of period (see `windows`), ordered by key.

    `series`: indicateurs.series, totals alone, periods up to this one's end, all values known, with two columns that
    may lack: `non_publiee` (the public edition withholds the value) and `hors_edition` (it holds no such row). A
    verdict is computed here, once a figure (`_FIGURE`): the cumul, the twelve months and the year of a fourth quarter
    are one.
    Nothing said of what is published depends on a value that is not: `outward.public` takes the columns of `OUTWARD`
    and leaves the rest as it is.
    """
    series = series.assign(**{c: series.get(c, False) for c in ("non_publiee", "hors_edition")})
    found = pd.concat([_kind(series, by.cumuls, kind, period) for kind in kinds_of(period)], ignore_index=True)
    found = found.merge(by.indicators[["indicateur_code", "polarite"]], on="indicateur_code")
    found = found.merge(
        by.rules[["source", "indicateur_code", "loi", "protection", "seuil"]],
        on=["source", "indicateur_code"],
        how="left",
    )
    found = found.sort_values(KEY, ignore_index=True)
    found = _one_figure(found)
    found["portee"] = scopes(found, set(by.heads["indicateur_code"]))
    here = series[series["niveau"] == LEVEL]
    found = found.join(dispersions(found[found["portee"] != DESCRIBED], here, by.cumuls, period))
    counts = {share: terms[0] for share, terms in terms_of_shares(by.relations).items()}
    found = _intervals(found, counts)
    found = with_changes(found, by, counts)
    found = with_rates(found, by.rates)
    found["tendance"], found["tendance_dite"] = trends_of(found, series, period)
    found["signal"], found["signal_dit"] = signals_of(found, series, found["loi"] == COUNTED, by.baselines)
    return found.drop(columns="autre_source").sort_values(KEY, ignore_index=True)


def _kind(series: pd.DataFrame, cumuls: dict[str, str], kind: str, period: Period) -> pd.DataFrame:
    current = window(series, cumuls, kind, period)
    reference = window(series, cumuls, kind, before(period))
    # The same thing counted by another source is not the same series.
    told = ["periode", "valeur", "non_publiee", "hors_edition"]
    reference = reference[[*SERIES, "source", *told]].rename(columns={c: f"{c}_precedente" for c in told})
    both = current.merge(reference, on=[*SERIES, "source"], how="left")
    counted = set(map(tuple, reference.loc[reference["valeur_precedente"].notna(), SERIES].to_numpy().tolist()))
    elsewhere = np.array([tuple(key) in counted for key in both[SERIES].to_numpy().tolist()], dtype=bool)
    flags = {c: both[c].eq(True) for c in ("non_publiee_precedente", "hors_edition_precedente")}
    flags["tue"] = both["non_publiee"] | flags["non_publiee_precedente"]
    return both.assign(periode_type=kind, autre_source=both["valeur_precedente"].isna() & elsewhere, **flags)


def _one_figure(found: pd.DataFrame) -> pd.DataFrame:
    """`temoin`: the row that speaks for the figure of each, by its place: one that is published before one that is not,
    the year before the sum of its parts. How the figure is broken is said once too.
    """
    rank = found["periode_type"].map({YEAR: 0, TWELVE_MONTHS: 2, TO_DATE: 3}).fillna(1)
    order = found.assign(rang=rank, muet=found[_VALUES].isna().any(axis=1))
    order = order.sort_values(["muet", "tue", "rang"], kind="stable")
    keys = pd.util.hash_pandas_object(order[_FIGURE].astype(str), index=False)
    first = order.index.to_series().groupby(keys.to_numpy()).transform("first")
    found = found.assign(temoin=first.sort_index().to_numpy())
    for column in ("rupture", "rupture_part_pct"):
        found[column] = found[column].to_numpy()[found["temoin"]]
    return found


def _intervals(found: pd.DataFrame, numerators: dict[str, str]) -> pd.DataFrame:
    low = np.full(len(found), np.nan)
    high = low.copy()
    counted = (found["loi"] == COUNTED).to_numpy()
    times = found.loc[counted, "fois"].to_numpy(float)
    lower, upper = count_interval(found.loc[counted, "valeur"].to_numpy(float) * times)
    low[counted], high[counted] = lower / times, upper / times
    whole = trials(found, "valeur", numerators)
    shares = (found["loi"] == SHARE).to_numpy() & ~np.isnan(whole)
    if shares.any():
        value = found.loc[shares, "valeur"].to_numpy(float)
        lower, upper = proportion_interval(np.round(value * whole[shares] / 100), whole[shares])
        low[shares], high[shares] = 100 * lower, 100 * upper
    return found.assign(borne_basse=low, borne_haute=high)
