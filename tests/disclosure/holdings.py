"""What the attacker holds: every public table of every snapshot, and the tables of meaning."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.settings import SEEDS
from tests.disclosure.attacker import Attacker, Key


def attacker_of(public: Iterable[dict[str, pd.DataFrame]]) -> Attacker:
    """Each of `public` is the tables of one public edition, by name, oldest first."""
    attacker = Attacker()
    shares: dict[Key, float] = {}
    for tables in public:
        for one in tables["series"].query("ventilation_type == 'total'").to_dict("records"):
            key = (one["indicateur_code"], one["territoire_code"], one["periode"])
            if pd.notna(one["valeur"]):
                attacker.known[key] = float(one["valeur"])
            elif one["confidentialite"] != "F":
                attacker.withheld.add(key)
        _read_between_the_lines(attacker, tables["comparaisons"], tables["taux"])
        shares |= _shares(tables["series"])
    attacker.withheld -= set(attacker.known)
    _relate(attacker)
    _share_out(attacker, shares)
    return attacker


def _read_between_the_lines(attacker: Attacker, comparisons: pd.DataFrame, rates: pd.DataFrame) -> None:
    """Counts that stand in other columns: the year before, a difference, a rate times its denominator."""
    for one in comparisons.to_dict("records"):
        kind, territory = one["periode_type"], one["territoire_code"]
        for period, value in ((one["periode"], one["valeur"]), (one["periode_precedente"], one["valeur_precedente"])):
            if pd.notna(value) and pd.notna(period):
                name = period if kind in ("trimestre", "annee") else f"{kind} {period}"
                attacker.known.setdefault((one["indicateur_code"], territory, name), float(value))
        if pd.notna(one["ecart"]) and pd.notna(one["valeur"]) and kind in ("trimestre", "annee"):
            key = (one["indicateur_code"], territory, one["periode_precedente"])
            attacker.known.setdefault(key, float(one["valeur"] - one["ecart"]))
    for one in rates[
        rates["unite"].isin(["pour 1 000 habitants", "pour 1 000 logements", "pour 1 000 mineurs"])
    ].to_dict("records"):
        if pd.notna(one["taux"]) and pd.notna(one["denominateur_valeur"]):
            key = (one["indicateur_code"], one["territoire_code"], one["periode"])
            attacker.known.setdefault(key, round(float(one["taux"]) * float(one["denominateur_valeur"]) / 1000))


def _shares(series: pd.DataFrame) -> dict[Key, float]:
    """The shares that are published, by key."""
    names = {r["indicateur_code"] for r in _rows("indicateurs", "parts.csv")}
    told = series[series["indicateur_code"].isin(names) & series["valeur"].notna()]
    return {
        (one["indicateur_code"], one["territoire_code"], one["periode"]): float(one["valeur"])
        for one in told.to_dict("records")
    }


def _share_out(attacker: Attacker, shares: dict[Key, float]) -> None:
    """A share is 100 times a count over another, to a half of the last figure printed."""
    for r in _rows("indicateurs", "parts.csv"):
        for (indicator, territory, period), share in shares.items():
            if indicator != r["indicateur_code"]:
                continue
            terms = [(r[name], territory, period) for name in ("numerateur_code", "denominateur_code")]
            held = all(t in attacker.known or t in attacker.withheld for t in terms)
            if held and any(t in attacker.withheld for t in terms):
                count, whole = terms
                attacker.rows.append(({count: 100.0, whole: -(share + 0.005)}, -np.inf, 0.0))
                attacker.rows.append(({count: 100.0, whole: -(share - 0.005)}, 0.0, np.inf))


def _rows(*parts: str) -> list[dict[str, str]]:
    with SEEDS.joinpath(*parts).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def _relate(attacker: Attacker) -> None:
    rule = {r["indicateur_code"]: r["cumul"] for r in _rows("indicateurs", "indicateurs.csv")}
    rule |= {r["indicateur_code"]: r["cumul"] for r in _rows("plan", "indicateurs_suivi.csv")}
    cells = sorted(set(attacker.known) | attacker.withheld)
    for indicator, territory, period in cells:
        key: Key = (indicator, territory, period)
        quarters = [(indicator, territory, f"{period}-T{n}") for n in range(1, 5)]
        if len(period) == 4 and period.isdigit():
            if rule.get(indicator) == "somme":
                attacker.sums(key, quarters)
            elif rule.get(indicator) == "dernier":
                attacker.sums(key, quarters[3:])
        elif len(period) == 7 and period[4:6] == "-T":
            first = 3 * int(period[6]) - 2
            attacker.sums(key, [(indicator, territory, f"{period[:4]}-{first + n:02d}") for n in range(3)])
            year, last = int(period[:4]), int(period[6])
            if rule.get(indicator) == "somme":
                to_date = [(indicator, territory, f"{year}-T{n}") for n in range(1, last + 1)]
                attacker.sums((indicator, territory, f"cumul {period}"), to_date)
                rolling = [divmod(4 * year + last - 1 - back, 4) for back in range(4)]
                attacker.sums(
                    (indicator, territory, f"douze_mois {period}"),
                    [(indicator, territory, f"{y}-T{q + 1}") for y, q in rolling],
                )
    wholes: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for r in _rows("indicateurs", "relations_indicateurs.csv"):
        if r["nature"] == "somme":
            wholes["somme", r["relation_code"], r["ensemble_code"]].append(r["membre_code"])
        elif r["nature"] == "partie":
            wholes["partie", f"{r['relation_code']} {r['membre_code']}", r["ensemble_code"]].append(r["membre_code"])
    for (nature, _, whole), parts in wholes.items():
        for indicator, territory, period in cells:
            if indicator == whole:
                members = [(part, territory, period) for part in parts]
                attacker.sums((whole, territory, period), members, exact=nature == "somme")


def read_public(root: Path) -> list[dict[str, pd.DataFrame]]:
    """The public tables of every snapshot of a home, by the day that each was given."""
    folders = sorted((f for f in root.iterdir() if (f / "publique").exists()), key=lambda f: f.stat().st_mtime)
    return [
        {f.stem: pd.read_parquet(f) for f in sorted((folder / "publique" / "donnees").glob("*.parquet"))}
        for folder in folders
    ]
