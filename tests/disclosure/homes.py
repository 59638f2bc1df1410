"""Homes made hostile on purpose: few facts, means, parts, months that others publish, corrected editions.

Counts are drawn month by month for each thing that an indicator may count; every figure is summed from them here.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from pipelines.snapshots.public import public_series
from tests.disclosure.holdings import _rows

PLACE, YEAR = "DEP-46", 2023
_RATES = (0.0, 0.1, 0.4, 1.0, 3.0, 12.0)
Fact = tuple[str, str, str]  # what is counted, the index, the age
_OWN = ("ACCIDENTS_ALCOOL", "P1.A4.I2", "P2.A2.I1", "ISCG_PERSONNES", "P2.A1.I1", "P2.A7.I2")


@dataclass
class Counts:
    """Month (1 to 12) → what is counted → how many; and which months others publish the facts of."""

    months: dict[int, dict[Fact, int]]
    public_months: int = 0
    public_year: bool = False
    lists: dict[str, frozenset[Fact]] = field(default_factory=dict)


def drawn(seed: int) -> Counts:
    """The home of a seed."""
    dice = random.Random(seed)
    lists = dict(_lists())
    families = dice.sample(["faits", "faits_elucides", "mis en cause", "seuls"], dice.randint(1, 2))
    kept = {i: facts for i, facts in lists.items() if next(iter(facts))[0] in families}
    facts = sorted(set().union(*kept.values()))
    active = dice.sample(facts, min(len(facts), dice.randint(4, 12)))
    rates = {fact: dice.choice(_RATES) for fact in active}
    months = {m: {fact: _poisson(dice, rate) for fact, rate in rates.items()} for m in range(1, 13)}
    public = dice.choice([0, 0, 0, 1, 2, 5, 8])
    return Counts(months, public, dice.random() < 0.3, kept)


def corrected(counts: Counts, seed: int) -> Counts:
    """One month of one thing changed, as a corrected return changes it."""
    dice = random.Random(seed)
    months = {m: dict(facts) for m, facts in counts.months.items()}
    month = dice.randint(counts.public_months + 1, 12)
    fact = dice.choice(sorted(months[month]))
    months[month][fact] = max(0, months[month][fact] + dice.choice([-3, -1, 1, 2, 5]))
    return Counts(months, counts.public_months, counts.public_year, counts.lists)


def editions(
    counts: Counts, seed: int, secondary: bool = True
) -> Iterator[tuple[dict, dict[tuple, tuple[float, int]]]]:
    """(the public tables, key → true sum and threshold) of each edition given: the fourth quarter alone, or the four,
    or the fourth and its correction.
    """
    dice = random.Random(seed)
    given: list[pd.DataFrame] = []
    chain: list[tuple[Counts, int]] = {
        "alone": [(counts, 4)],
        "chain": [(counts, n) for n in range(1, 5)],
        "corrected": [(counts, 4), (corrected(counts, seed), 4)],
    }[dice.choice(["alone", "alone", "chain", "corrected"])]
    for state, last in chain:
        series, rules = _series(state, last)
        public = public_series(series, rules, _indicators(), _relations(), given, secondary)
        given.append(public)
        thresholds = dict(zip(zip(rules["source"], rules["indicateur_code"], strict=True), rules["seuil"], strict=True))
        truth = {
            (r["indicateur_code"], PLACE, r["periode"]): (
                r["compte"], int(thresholds[r["source"], r["indicateur_code"]]) * r["termes"],
            )
            for r in series.to_dict("records")
        }  # fmt: skip
        yield {"series": public, "diffusion": rules}, truth


def _lists() -> Iterator[tuple[str, frozenset[Fact]]]:
    indexes: dict[str, set[str]] = {}
    for r in _rows("indicateurs", "indicateurs_index.csv"):
        indexes.setdefault(r["indicateur_code"], set()).add(r["code_index"])
    every = {r["code_index"] for r in _rows("reference", "index_4001.csv")}
    for code, chosen in indexes.items():
        yield code, frozenset(("faits", i, "") for i in chosen)
    for r in _rows("indicateurs", "retours.csv"):
        chosen = indexes[r["liste_indicateur"]] if r["liste_indicateur"] else every
        if r["mesure"] == "faits_elucides":
            yield r["indicateur_code"], frozenset(("faits_elucides", i, "") for i in chosen)
        elif r["mesure"].startswith("mis_en_cause"):
            ages = ("-18",) if r["mesure"].endswith("mineurs") else ("-18", "+18")
            yield r["indicateur_code"], frozenset(("mis en cause", i, age) for i in chosen for age in ages)
    for code in _OWN:
        yield code, frozenset([("seuls", code, "")])


def _poisson(dice: random.Random, rate: float) -> int:
    """A count by chance, of this mean."""
    total, n = dice.expovariate(1.0), 0
    while total < rate:
        total, n = total + dice.expovariate(1.0), n + 1
    return n


def _series(counts: Counts, last: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The series up to the end of a quarter, and how each may leave."""
    rules = {(r["source"], r["indicateur_code"]): r for r in _rows("indicateurs", "regles_diffusion.csv")}
    thresholds = {r["protection"]: int(r["seuil"]) for r in _rows("indicateurs", "protections.csv")}
    means = {"ISCG_PERSONNES": 1, "P2.A1.I1": 3}
    rows = []
    for code, facts in counts.lists.items():
        source = _source(code, facts)
        of_month = {m: sum(counts.months[m].get(f, 0) for f in facts) for m in range(1, 3 * last + 1)}
        official = "etat4001_departements" if source == "retours_services" and next(iter(facts))[0] == "faits" else None
        for period, months in _periods(last):
            public = official and (
                (len(months) == 12 and counts.public_year) or all(m <= counts.public_months for m in months)
            )
            if len(months) == 1 and source == "suivi_actions":
                continue
            terms = max(len(months) // means[code], 1) if code in means else 1
            count = sum(of_month[m] for m in months)
            rows.append((code, official if public else source, period, len(months), count, terms))
    made = pd.DataFrame(rows, columns=["indicateur_code", "source", "periode", "mois", "compte", "termes"])
    made["valeur"] = (made["compte"] / made["termes"]).round(2)
    made["periode_type"] = made["mois"].map({1: "mois", 3: "trimestre", 12: "annee"})
    made = made.assign(
        niveau="departement", territoire_code=PLACE, ventilation_type="total", ventilation_code="total",
        valeur_precedente=None, evolution_abs=None, evolution_pct=None, evolution_motif_code=None,
        rupture=False, statut="A", rupture_part_pct=None, motif_code=None, motif=None,
    )  # fmt: skip
    pairs = made[["source", "indicateur_code"]].drop_duplicates()
    said = [rules.get((s, i)) or rules[s, ""] for s, i in pairs.to_numpy().tolist()]
    pairs = pairs.assign(
        loi=[r["loi"] for r in said], protection=[r["protection"] for r in said],
        seuil=[thresholds[r["protection"]] for r in said], etendue=[thresholds[r["protection"]] for r in said],
    )  # fmt: skip
    return made, pairs


def _source(code: str, facts: frozenset[Fact]) -> str:
    if next(iter(facts))[0] != "seuls":
        return "retours_services"
    return {"ISCG_PERSONNES": "retours_iscg", "ACCIDENTS_ALCOOL": "barometre_odsr"}.get(code, "suivi_actions")


def _periods(last: int) -> Iterator[tuple[str, list[int]]]:
    for month in range(1, 3 * last + 1):
        yield f"{YEAR}-{month:02d}", [month]
    for quarter in range(1, last + 1):
        yield f"{YEAR}-T{quarter}", [3 * quarter - 2, 3 * quarter - 1, 3 * quarter]
    if last == 4:
        yield str(YEAR), list(range(1, 13))


def _indicators() -> pd.DataFrame:
    rows = [(r["indicateur_code"], r["cumul"], r["grain"]) for r in _rows("indicateurs", "indicateurs.csv")]
    rows += [(r["indicateur_code"], r["cumul"], "trimestre") for r in _rows("plan", "indicateurs_suivi.csv")]
    return pd.DataFrame(rows, columns=["indicateur_code", "cumul", "grain"]).drop_duplicates("indicateur_code")


def _relations() -> pd.DataFrame:
    return pd.DataFrame(_rows("indicateurs", "relations_indicateurs.csv"))
