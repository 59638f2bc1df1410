"""Families of true and false changes drawn at random: what today's rule finds of them, beside the rule before it.

`python -m tests.verify.simulated_families` prints, for counts that vary as by chance (φ = 1) or two and a half times
more (φ = 2.5), the share of the true changes that is called, that of the calls that is false, and how often a family in
which nothing has changed is said to have.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest, false_discovery_control

from pipelines.statistics.changes import p_value_of, significant
from pipelines.statistics.dispersion import common, shrunk, squares

SEED = 20240624
HEADS, OTHERS, YEARS, RISE = 20, 55, 8, 1.3
# Of a département: from a dozen road deaths to a thousand violent offences.
_MEANS = (12, 30, 60, 120, 250, 500, 1000, 3000)


@dataclass(frozen=True)
class Found:
    """Over all families: `power` (of the true changes, those called), `false` (mean share of the calls that are not
    true, 0 where there is none), `alarm` (families with one false call at least).
    """

    power: float
    false: float
    alarm: float


def simulate(phi: float, changed: int, families: int, rng: np.random.Generator) -> dict[str, Found]:
    """What each rule finds in `families` families of 20 heads, of which `changed` rise by 30 % in the last year."""
    told = {"avant": [], "nouvelle": []}
    for _ in range(families):
        means = rng.choice(_MEANS, HEADS + OTHERS)
        last = means * np.where(np.arange(HEADS + OTHERS) < changed, RISE, 1.0)
        counts = np.column_stack([*(_drawn(means, phi, rng) for _ in range(YEARS - 1)), _drawn(last, phi, rng)])
        told["avant"].append(_tally(_before(counts), changed))
        told["nouvelle"].append(_tally(_now(counts[:HEADS]), changed))
    return {rule: _summed(np.array(rows), changed) for rule, rows in told.items()}


def _drawn(means: np.ndarray, phi: float, rng: np.random.Generator) -> np.ndarray:
    return rng.poisson(means) if phi == 1 else rng.negative_binomial(means / (phi - 1), 1 / phi)


def _before(counts: np.ndarray) -> np.ndarray:
    """The rule of before: chance alone, and every row of the level in the family."""
    pairs = counts[:, -2:].tolist()
    p = np.array([binomtest(b, a + b).pvalue if a + b else 1.0 for a, b in pairs])
    return (false_discovery_control(p) <= 0.10) & (p <= 0.05)


def _now(counts: np.ndarray) -> np.ndarray:
    """Today's: the head indicators alone, dispersed as their past says."""
    z2 = squares(counts[:, :-2], counts[:, 1:-1])
    n = (~np.isnan(z2)).sum(axis=1)
    phi = shrunk(np.nansum(z2, axis=1), n, common(z2[~np.isnan(z2)]))
    pairs = zip(counts[:, -2].tolist(), counts[:, -1].tolist(), phi.tolist(), strict=True)
    return significant([p_value_of(a, b, 0.5, f) if a + b else np.nan for a, b, f in pairs])


def _tally(called: np.ndarray, changed: int) -> tuple[int, int]:
    return int(called[:changed].sum()), int(called[changed:].sum())


def _summed(rows: np.ndarray, changed: int) -> Found:
    true, false = rows[:, 0], rows[:, 1]
    share = false / np.maximum(true + false, 1)
    power = float(true.mean() / changed) if changed else float("nan")
    return Found(power, float(share.mean()), float((false > 0).mean()))


def main(families: int = 400) -> int:
    rng = np.random.default_rng(SEED)
    print(f"{families} familles de {HEADS} indicateurs de tête ; la règle d'avant teste aussi {OTHERS} autres lignes.")
    print("dispersion  vraies hausses  règle     trouvées  fausses annonces  familles avec une fausse annonce")
    for phi in (1.0, 2.5):
        for changed in (0, 5):
            for rule, found in simulate(phi, changed, families, rng).items():
                power = "       –" if np.isnan(found.power) else f"{found.power:8.0%}"
                print(f"{phi:10}  {changed:14}  {rule:8}  {power}  {found.false:16.1%}  {found.alarm:31.0%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
