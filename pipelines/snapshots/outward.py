"""The comparisons as each edition prints them: the public one prints what the restricted one says, or nothing.

Nothing is computed again: a cell is taken as it is, or left out with its reason.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.snapshots.comparisons import OUTWARD
from pipelines.snapshots.public import WITHHELD
from pipelines.snapshots.rates import ABOVE
from pipelines.snapshots.rates import KEY as RATE
from pipelines.snapshots.windows import YEAR
from pipelines.statistics.control import UNKNOWN
from pipelines.statistics.words import NEUTRAL

# Verdicts of what is withheld, or compares with what is.
UNSAID, UNSAID_BEFORE = "non_publie", "avant_non_publie"
_OWN = ["valeur", "borne_basse", "borne_haute"]
_COMPARED = ["valeur_precedente", "ecart", "evolution_pct", "rapport", "rapport_bas", "rapport_haut", "p_valeur", "mot",
             "dispersion", "dispersion_n", "dispersion_famille", "rupture", "rupture_part_pct"]  # fmt: skip
_RATE = ["taux", "taux_bas", "taux_haut", "taux_unite", "denominateur_valeur", "denominateur_millesime"]


def restricted(compared: pd.DataFrame) -> pd.DataFrame:
    """The comparisons of `compare_period`, whole: everything is free to whoever may read them."""
    return compared.drop(columns=OUTWARD).assign(confidentialite="F")


def public(compared: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """What of them may leave: the rows of the edition; withheld, a value and all that is made of it are absent.

    `rates` are those that the public edition holds. A change that is measured from a withheld value is withheld, a
    trend or a signal with any of the points that it rests on, a ratio to another territory with either rate.
    """
    found = compared[~compared["hors_edition"].astype(bool)].reset_index(drop=True)
    secret = found["non_publiee"].astype(bool)
    before = ~secret & (found["non_publiee_precedente"] | found["hors_edition_precedente"]).astype(bool)
    found = _blank(found, secret, [*_OWN, *_COMPARED])
    found = _blank(found, before, _COMPARED)
    found.loc[secret | before, "lecture"] = NEUTRAL
    found.loc[secret, ["verdict", "motif_code", "motif", "comparaison_motif"]] = [UNSAID, WITHHELD, None, WITHHELD]
    found.loc[before, ["verdict", "comparaison_motif"]] = [UNSAID_BEFORE, WITHHELD]
    # To be withheld is not to be missing; and whether a break is a large part of a value would say something of it.
    found.loc[secret & found["statut"].isin(["M", "B"]), "statut"] = "A"
    found.loc[secret | ~found["tendance_dite"].astype(bool), "tendance"] = UNKNOWN
    found.loc[secret | ~found["signal_dit"].astype(bool), "signal"] = UNKNOWN
    found = _without_rates(found, secret, rates)
    return found.drop(columns=OUTWARD).assign(confidentialite=np.where(secret, "C", "F"))


def _blank(found: pd.DataFrame, rows: pd.Series, columns: list[str]) -> pd.DataFrame:
    return found.assign(**{column: found[column].astype(object).where(~rows, None) for column in columns}).astype(
        {c: t for c in columns if (t := found[c].dtype) == np.float64}
    )


def _without_rates(found: pd.DataFrame, secret: pd.Series, rates: pd.DataFrame) -> pd.DataFrame:
    """Without the rates that the edition does not hold, and the ratios that are made of one."""
    held = set(map(tuple, rates[RATE].to_numpy().tolist()))
    mine = pd.Series([key in held for key in map(tuple, found[RATE].to_numpy().tolist())], index=found.index)
    found = _blank(found, secret | ~mine, _RATE)
    for name in ABOVE:
        keys = pd.MultiIndex.from_frame(found[["indicateur_code", "periode", "source"]])
        there = keys.isin(keys[(found["niveau"] == name) & found["taux"].notna()])
        yearly = (found["periode_type"] == YEAR) & found["taux"].notna() & there
        found = _blank(found, ~yearly, [f"rapport_{name}{end}" for end in ("", "_bas", "_haut")])
    return found
