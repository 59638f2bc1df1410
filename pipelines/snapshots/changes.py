"""The change of each figure: how far, how sure, and the verdict, which is one code of reference.verdicts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.snapshots.family import DESCRIBED, HEAD, LEVEL, PART, decide
from pipelines.snapshots.reference import Reference
from pipelines.snapshots.shares import SHARE, share_tests
from pipelines.snapshots.trends import COUNTED
from pipelines.statistics.changes import compare
from pipelines.statistics.words import reading, verdict

# Verdicts of what is not tested.
NONE, DESCRIPTION, MISSING, ELSEWHERE, NOTHING_BEFORE = (
    "plan", "description", "manquant", "autre_source", "avant_manquant",
)  # fmt: skip
BROKEN, ZERO, NO_TEST = "rupture", "zero", "part_sans_denominateur"
# What a figure's own row decides for all the rows of the same figure.
_DECIDED = ["portee", "verdict", "p_valeur", "dispersion", "dispersion_n", "dispersion_famille", "rapport",
            "rapport_bas", "rapport_haut"]  # fmt: skip


def with_changes(found: pd.DataFrame, by: Reference, numerators: dict[str, str]) -> pd.DataFrame:
    """`found` with its change against `valeur_precedente`. Its index is its places."""
    known = found["valeur"].notna() & found["valeur_precedente"].notna()
    comparable = known & ~found["rupture"].astype(bool)
    counted = (comparable & (found["loi"] == COUNTED)).to_numpy()
    then, now = (
        np.where(counted, np.round(found[v].to_numpy(float) * found["fois"]), np.nan)
        for v in ("valeur_precedente", "valeur")
    )
    found["dispersion"] = found["dispersion"].where(counted & (found["portee"] != DESCRIBED))
    changes = compare(then, now, dispersion=found["dispersion"].fillna(1.0))
    tested = comparable & (found["portee"] != DESCRIBED) & ~((found["valeur"] == 0) & (found["valeur_precedente"] == 0))
    p_value = np.where(tested & counted, changes.p_value, np.nan)
    shares = share_tests(found, tested & (found["loi"] == SHARE), numerators)
    few = np.fmin(then, now) < 10
    both = found["valeur"].to_numpy(float) - found["valeur_precedente"].to_numpy(float)
    found = found.assign(
        ecart=np.where(comparable, both, np.nan),
        evolution_pct=np.where(few, np.nan, np.round(changes.percent, 2)),
        rapport=changes.ratio,
        rapport_bas=changes.ratio_low,
        rapport_haut=changes.ratio_high,
        p_valeur=np.where(np.isnan(p_value), shares, p_value),
    )
    own = found["temoin"] == found.index
    decided = decide(found[own], by.parts)
    found.loc[own, ["portee", "appelee"]] = decided[["portee", "appelee"]]
    found["verdict"] = [_verdict(row, ok) for row, ok in zip(found.to_dict("records"), comparable, strict=True)]
    for column in _DECIDED:
        found[column] = found[column].to_numpy()[found["temoin"]]
    polarity = found["polarite"].fillna("ambigue")
    return found.assign(
        mot=found["verdict"].map(by.words),
        lecture=[reading(said, way) for said, way in zip(found["verdict"], polarity, strict=True)],
        comparaison_motif=_why_not(found, comparable),
    ).drop(columns="appelee")


def _verdict(row: dict, comparable: bool) -> str:
    why = _not_tested(row, comparable)
    if why:
        return why
    spoken_for = row["portee"] in (HEAD, PART)
    return verdict(row["p_valeur"], 2.0 if row["ecart"] > 0 else 0.5, row["appelee"] is True, spoken_for)


def _not_tested(row: dict, comparable: bool) -> str:
    """Why a figure has no test; nothing where it has one."""
    if row["loi"] not in (COUNTED, SHARE):
        return NONE
    if row["niveau"] != LEVEL:
        return DESCRIPTION
    if row["valeur"] != row["valeur"]:
        return MISSING
    if row["autre_source"]:
        return ELSEWHERE
    if row["valeur_precedente"] != row["valeur_precedente"]:
        return NOTHING_BEFORE
    if not comparable:
        return BROKEN
    if row["valeur"] == 0 and row["valeur_precedente"] == 0:
        return ZERO
    return NO_TEST if row["p_valeur"] != row["p_valeur"] else ""


def _why_not(found: pd.DataFrame, comparable: pd.Series) -> pd.Series:
    """Why there is no comparison, as a code of reference.motifs; none where there is one."""
    reasons = pd.Series(None, index=found.index, dtype=object)
    reasons[found["valeur"].notna() & found["valeur_precedente"].isna()] = "periode_precedente_manquante"
    reasons[found["valeur"].notna() & found["autre_source"]] = "autre_source"
    broken = found["valeur"].notna() & found["valeur_precedente"].notna() & ~comparable
    reasons[broken] = "rupture_de_serie"
    reasons[found["valeur"].isna()] = found["motif_code"][found["valeur"].isna()]
    return reasons
