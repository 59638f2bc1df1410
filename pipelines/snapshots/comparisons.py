"""Each figure of a quarter beside what it is compared with, and the words that a statistician would sign."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from pipelines.intake.periods import Period
from pipelines.snapshots.public import terms_of_shares
from pipelines.snapshots.signals import signals_of
from pipelines.snapshots.windows import SERIES, YEAR, before, kinds_of, last_year, window
from pipelines.statistics.changes import Changes, compare, significant
from pipelines.statistics.intervals import count_interval, proportion_interval, rate, rate_interval
from pipelines.statistics.trend import POINTS, UNKNOWN, trend
from pipelines.statistics.words import reading, words

COUNTED, SHARE = "poisson", "proportion"
KEY = ["indicateur_code", "territoire_code", "periode_type"]
_FACTORS = {"pour 1 000 habitants": 1000.0, "pour 1 000 logements": 1000.0, "pour 1 000 mineurs": 1000.0}


def compare_period(
    series: pd.DataFrame,
    rates: pd.DataFrame,
    indicators: pd.DataFrame,
    rules: pd.DataFrame,
    relations: pd.DataFrame,
    period: Period,
) -> pd.DataFrame:
    """One row an indicator, a territory and a kind of period (see `windows`), ordered by key.

    `series`: indicateurs.series, totals alone, periods up to this one's end. `rates`: indicateurs.taux, retained.
    `indicators`: reference.indicateurs. `rules`: reference.diffusion. `relations`: reference.relations. The words come
    from the family's decision (kind of period and level), an edition being one call.
    """
    cumuls = dict(zip(indicators["indicateur_code"], indicators["cumul"], strict=True))
    found = pd.concat([_kind(series, cumuls, kind, period) for kind in kinds_of(period)], ignore_index=True)
    found = found.merge(indicators[["indicateur_code", "polarite"]], on="indicateur_code")
    found = found.merge(
        rules[["source", "indicateur_code", "loi", "protection", "seuil"]], on=["source", "indicateur_code"], how="left"
    )
    counts = {share: terms[0] for share, terms in terms_of_shares(relations).items()}
    found = _intervals(found, counts)
    found = _changes(found, counts)
    found = _rates(found, rates)
    found["tendance"] = _trends(found, series, period)
    found["signal"] = signals_of(found, series, found["loi"] == COUNTED)
    return found.drop(columns="autre_source").sort_values(KEY, ignore_index=True)


def _kind(series: pd.DataFrame, cumuls: dict[str, str], kind: str, period: Period) -> pd.DataFrame:
    current = window(series, cumuls, kind, period)
    reference = window(series, cumuls, kind, before(period))
    # The same thing counted by another source is not the same series.
    reference = reference[[*SERIES, "source", "periode", "valeur", "confidentialite"]].rename(
        columns={
            "periode": "periode_precedente",
            "valeur": "valeur_precedente",
            "confidentialite": "confidentialite_precedente",
        }
    )
    both = current.merge(reference, on=[*SERIES, "source"], how="left")
    counted = set(map(tuple, reference.loc[reference["valeur_precedente"].notna(), SERIES].to_numpy().tolist()))
    elsewhere = np.array([tuple(key) in counted for key in both[SERIES].to_numpy().tolist()], dtype=bool)
    return both.assign(periode_type=kind, autre_source=both["valeur_precedente"].isna() & elsewhere)


def _trials(frame: pd.DataFrame, value: str, numerators: dict[str, str]) -> np.ndarray:
    """What a share was taken of, from its numerator: exact to one for the shares of a département. The series in use of
    its denominator may come from another source.
    """
    counts = frame[[*KEY, "source", value]].rename(columns={"indicateur_code": "partie", value: "compte"})
    parts = frame["indicateur_code"].map(numerators)
    keys = frame.assign(partie=parts)[["partie", *KEY[1:], "source", value]]
    both = keys.merge(counts, on=["partie", *KEY[1:], "source"], how="left")
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.round(100.0 * both["compte"].to_numpy(float) / both[value].to_numpy(float))
    return np.where(np.isfinite(whole), whole, np.nan)


def _intervals(found: pd.DataFrame, numerators: dict[str, str]) -> pd.DataFrame:
    low = np.full(len(found), np.nan)
    high = low.copy()
    counted = (found["loi"] == COUNTED).to_numpy()
    low[counted], high[counted] = count_interval(found.loc[counted, "valeur"].to_numpy(float))
    whole = _trials(found, "valeur", numerators)
    shares = (found["loi"] == SHARE).to_numpy() & ~np.isnan(whole)
    if shares.any():
        value = found.loc[shares, "valeur"].to_numpy(float)
        lower, upper = proportion_interval(np.round(value * whole[shares] / 100), whole[shares])
        low[shares], high[shares] = 100 * lower, 100 * upper
    return found.assign(borne_basse=low, borne_haute=high)


def _changes(found: pd.DataFrame, numerators: dict[str, str]) -> pd.DataFrame:
    known = found["valeur"].notna() & found["valeur_precedente"].notna()
    comparable = known & ~found["rupture"].astype(bool)
    counted = (comparable & (found["loi"] == COUNTED)).to_numpy()
    n = len(found)
    current = np.where(counted, found["valeur"].to_numpy(float), np.nan)
    changes = compare(np.where(counted, found["valeur_precedente"].to_numpy(float), np.nan), current)
    p_value = _share_tests(found, comparable, changes, numerators)
    called = np.zeros(n, bool)
    for _, family in found.assign(place=range(n)).groupby(["niveau", "periode_type"]):
        places = family["place"].to_numpy()
        called[places] = significant(p_value[places])
    both = found["valeur"].to_numpy(float) - found["valeur_precedente"].to_numpy(float)
    way = np.where(np.isnan(changes.ratio), np.where(both > 0, 2.0, 0.5), changes.ratio)
    said = words(p_value, way, called)
    polarity = found["polarite"].fillna("ambigue")
    return found.assign(
        ecart=np.where(comparable, both, np.nan),
        evolution_pct=np.round(changes.percent, 2),
        rapport=changes.ratio,
        rapport_bas=changes.ratio_low,
        rapport_haut=changes.ratio_high,
        p_valeur=p_value,
        mot=said,
        lecture=[reading(word, way_) for word, way_ in zip(said, polarity, strict=True)],
        comparaison_motif=_why_not(found, comparable),
    )


def _share_tests(
    found: pd.DataFrame, comparable: pd.Series, changes: Changes, numerators: dict[str, str]
) -> np.ndarray:
    """The p-values, those of shares by Fisher's exact test of the two counts in their wholes."""
    from scipy.stats import fisher_exact

    p_value = changes.p_value.copy()
    now, then = (_trials(found, value, numerators) for value in ("valeur", "valeur_precedente"))
    places = np.flatnonzero((comparable & (found["loi"] == SHARE)).to_numpy() & ~np.isnan(now) & ~np.isnan(then))
    for i in places:
        x = round(float(found["valeur"].iloc[i]) * now[i] / 100)
        y = round(float(found["valeur_precedente"].iloc[i]) * then[i] / 100)
        p_value[i] = fisher_exact([[x, now[i] - x], [y, then[i] - y]])[1]
    return p_value


def _why_not(found: pd.DataFrame, comparable: pd.Series) -> pd.Series:
    """Why there is no comparison, as a code of reference.motifs; none where there is one."""
    reasons = pd.Series(None, index=found.index, dtype=object)
    reasons[found["valeur"].notna() & found["valeur_precedente"].isna()] = "periode_precedente_manquante"
    reasons[found["valeur"].notna() & found["autre_source"]] = "autre_source"
    reasons[found["confidentialite_precedente"].isin(["C", "D"])] = "secret_statistique"
    broken = found["valeur"].notna() & found["valeur_precedente"].notna() & ~comparable
    reasons[broken] = "rupture_de_serie"
    reasons[found["valeur"].isna()] = found["motif_code"][found["valeur"].isna()]
    return reasons


def _rates(found: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """The rate of the last year, its interval, and how it compares with the région's and the country's."""
    known = rates[rates["denominateur_valeur"].notna()]
    names = {"unite": "taux_unite", "taux": "taux_publie"}
    columns = ["indicateur_code", "territoire_code", "periode", "source", "taux", "unite", "numerateur",
               "denominateur_valeur", "denominateur_millesime"]  # fmt: skip
    found = found.merge(
        known[columns].rename(columns=names),
        on=["indicateur_code", "territoire_code", "periode", "source"],
        how="left",
    )
    yearly = ((found["periode_type"] == YEAR) & found["taux_unite"].isin(_FACTORS) & found["numerateur"].notna()
              ).to_numpy()  # fmt: skip
    x = found["numerateur"].to_numpy(float)
    n = found["denominateur_valeur"].to_numpy(float)
    value, low, high = (np.full(len(found), np.nan) for _ in range(3))
    if yearly.any():
        value[yearly] = rate(x[yearly], n[yearly], 1000.0)
        low[yearly], high[yearly] = rate_interval(x[yearly], n[yearly], 1000.0)
    # A rate over several years is read as published: its interval is that of the sum of the years, not known here.
    other = (found["periode_type"] == YEAR) & ~yearly
    value = np.where(other, found["taux_publie"].to_numpy(float), value)
    found = found.assign(taux=value, taux_bas=low, taux_haut=high)
    for name, level in (("region", "region"), ("france", "france")):
        above = found[yearly & (found["niveau"] == level)]
        # Two units of count make no ratio, nor two censuses.
        alike = ["indicateur_code", "periode", "source", "unite", "denominateur_millesime"]
        above = above[[*alike, "numerateur", "denominateur_valeur"]].rename(
            columns={"numerateur": "x_ref", "denominateur_valeur": "n_ref"}
        )
        both = found.merge(above, on=alike, how="left")
        here = yearly & both["x_ref"].notna().to_numpy() & (found["niveau"] != level).to_numpy()
        ratios = np.full((3, len(found)), np.nan)
        if here.any():
            c = compare(both["x_ref"][here], x[here], both["n_ref"][here], n[here])
            ratios[0, here], ratios[1, here], ratios[2, here] = c.ratio, c.ratio_low, c.ratio_high
        found = found.assign(
            **{f"rapport_{name}": ratios[0], f"rapport_{name}_bas": ratios[1], f"rapport_{name}_haut": ratios[2]}
        )
    return found.drop(columns=["taux_publie", "numerateur"])


def _trends(found: pd.DataFrame, series: pd.DataFrame, period: Period) -> list[str]:
    """The trend of the last five years of a series, on the rows of its year; a break among them, and there is none."""
    year = last_year(period)
    names = [str(Period(year.first_month - 12 * back, 12)) for back in reversed(range(POINTS))]
    yearly = series[(series["periode_type"] == YEAR) & series["periode"].isin(names)]
    points: dict[tuple, dict[str, tuple]] = defaultdict(dict)
    columns = ["indicateur_code", "territoire_code", "periode", "valeur", "rupture", "source"]
    for indicator, territory, name, *point in yearly[columns].to_numpy().tolist():
        points[indicator, territory][name] = tuple(point)
    said = {key: _trend_of([years.get(name) for name in names]) for key, years in points.items()}
    counted = (found["loi"] == COUNTED) & (found["periode_type"] == YEAR)
    keys = zip(found["indicateur_code"], found["territoire_code"], strict=True)
    return [said.get(key, UNKNOWN) if ok else UNKNOWN for key, ok in zip(keys, counted, strict=True)]


def _trend_of(points: list[tuple | None]) -> str:
    """`points`: (value, broken, source) of each year, oldest first; None where there is none."""
    known = [p for p in points if p is not None and p[0] is not None and p[0] == p[0]]
    if len(known) < len(points) or any(p[1] for p in known[1:]) or len({p[2] for p in known}) != 1:
        return UNKNOWN
    values = np.array([p[0] for p in known], dtype=float)
    return trend(values, *count_interval(values))
