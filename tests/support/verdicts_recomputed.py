"""Every verdict, interval and trend of a snapshot computed again from its series, by scipy and pandas alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import betabinom, binomtest, chi2, fisher_exact

DEPARTMENT, Q = "DEP-46", ("T1", "T2", "T3", "T4")
WORDS = {True: "hausse", False: "baisse"}


@dataclass
class Snapshot:
    """The tables of one snapshot of a fourth quarter, of the restricted edition, and what the public one withholds."""

    folder: Path

    def __post_init__(self) -> None:
        self.year = int(self.folder.name[:4])
        series = self.table("series")
        totals = series[(series["ventilation_type"] == "total") & (series["territoire_code"] == DEPARTMENT)]
        outside = pd.read_parquet(self.folder / "publique" / "donnees" / "series.parquet")
        shown = outside[(outside["ventilation_type"] == "total") & (outside["confidentialite"] == "F")]
        self.shown = set(map(tuple, shown[["indicateur_code", "territoire_code", "periode"]].to_numpy()))
        self.points = {(r["indicateur_code"], r["periode"]): r for r in totals.to_dict("records")}
        self.means = dict(self.table("indicateurs")[["indicateur_code", "cumul"]].to_numpy())
        self.laws = {
            (s, i): law for s, i, law in self.table("diffusion")[["source", "indicateur_code", "loi"]].to_numpy()
        }
        self.relations = relations = self.table("relations")
        self.ties = relations[relations["nature"].isin(["somme", "partie"])][
            ["ensemble_code", "membre_code"]
        ].to_numpy()
        self.heads = set(self.table("indicateurs_tete")["indicateur_code"])
        said = self.table("comparaisons")
        self.rows = said[said["niveau"] == "departement"].to_dict("records")
        self.known: dict[tuple[str, str], list[tuple[str, float]]] = {}

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "restreinte" / "donnees" / f"{name}.parquet")

    def window(self, indicator: str, kind: str, year: int) -> tuple[float, str, bool, bool] | None:
        """(value, source, broken, published) of a window of a fourth quarter; None where it is not whole."""
        names = {"annee": [str(year)], "trimestre": [f"{year}-T4"]}.get(kind) or [f"{year}-{q}" for q in Q]
        found = [self.points.get((indicator, name)) for name in names]
        if any(p is None or pd.isna(p["valeur"]) for p in found) or len({p["source"] for p in found}) > 1:
            return None
        rule = self.means[indicator]
        if len(found) > 1 and rule not in ("somme", "moyenne"):
            return None
        value = sum(float(p["valeur"]) for p in found) / (len(found) if rule == "moyenne" else 1)
        published = all((indicator, DEPARTMENT, name) in self.shown for name in names)
        return value, found[0]["source"], any(p["rupture"] for p in found), published

    def pasts(self, indicator: str, kind: str) -> list[tuple[str, float]]:
        """(source, z²) of the years before the last: whole, unbroken, published, of one source, ten facts at least."""
        if (indicator, kind) in self.known:
            return self.known[indicator, kind]
        found = self.known[indicator, kind] = []
        for year in range(self.year - 12, self.year):
            now, then = self.window(indicator, kind, year), self.window(indicator, kind, year - 1)
            if now and then and now[1] == then[1] and not now[2] and now[3] and then[3] and now[0] + then[0] >= 10:
                found.append((now[1], (now[0] - then[0]) ** 2 / (now[0] + then[0])))
        return found

    def phi(self, indicator: str, kind: str, source: str) -> float:
        pool = [z2 for head in self.heads if head in self.means for _, z2 in self.pasts(head, kind)]
        common = max(1.0, float(np.mean(pool))) if pool else 1.0
        own = [z2 for s, z2 in self.pasts(indicator, kind) if s == source]
        return max(1.0, (sum(own) + 4 * common) / (len(own) + 4))


def chance(before: float, after: float, phi: float) -> float:
    """Two-sided p of two counts of variance φ times their mean, given their sum."""
    n = round(before + after)
    if phi == 1:
        return float(binomtest(round(after), n).pvalue)
    strength = n / 2 / (phi - 1)
    law = betabinom(n, strength, strength)
    return min(1.0, 2 * float(law.pmf(np.arange(min(round(before), round(after)) + 1)).sum()))


def kept(p: list[float]) -> list[bool]:
    """Benjamini and Hochberg at 0.10, step up, and 0.05."""
    order = sorted(range(len(p)), key=lambda i: p[i])
    last = max((k for k, i in enumerate(order, start=1) if p[i] <= 0.10 * k / len(p)), default=0)
    return [i in order[:last] and p[i] <= 0.05 for i in range(len(p))]


def tested(s: Snapshot) -> list[dict]:
    """One entry a figure that has a test: the row that speaks for it, its p, and the rows that say the same."""
    figures: dict[tuple, list[dict]] = {}
    for row in s.rows:
        law = s.laws[row["source"], row["indicateur_code"]]
        known = not (pd.isna(row["valeur"]) or pd.isna(row["valeur_precedente"]))
        if law in ("poisson", "proportion") and known:
            key = (
                row["indicateur_code"],
                row["periode_debut"],
                row["periode_fin"],
                row["valeur"],
                row["valeur_precedente"],
            )
            figures.setdefault(key, []).append(row)
    found = []
    for rows in figures.values():
        told = [
            (not _published(s, r), ["annee", "trimestre", "douze_mois", "cumul"].index(r["periode_type"])) for r in rows
        ]
        hidden, _ = min(told)
        row = rows[told.index(min(told))]
        if not row["rupture"] and row["valeur"] + row["valeur_precedente"] > 0:
            found.append({"row": row, "rows": rows, "hidden": hidden, **_test(s, row)})
    return [f for f in found if f["p"] is not None]


def _published(s: Snapshot, row: dict) -> bool:
    ends = [s.window(row["indicateur_code"], row["periode_type"], year) for year in _years(s, row)]
    return all(end is None or end[3] for end in ends)


def _years(s: Snapshot, row: dict) -> tuple[int, int]:
    return s.year, s.year - 1


def _test(s: Snapshot, row: dict) -> dict:
    if s.laws[row["source"], row["indicateur_code"]] == "proportion":
        return {"p": _fisher(s, row), "phi": None}
    phi = s.phi(row["indicateur_code"], row["periode_type"], row["source"])
    return {"p": chance(row["valeur_precedente"], row["valeur"], phi), "phi": phi}


def _fisher(s: Snapshot, row: dict) -> float | None:
    relations = s.relations
    mine = relations[(relations["ensemble_code"] == row["indicateur_code"]) & (relations["nature"] == "numerateur")]
    sides = []
    for share, year in zip((row["valeur"], row["valeur_precedente"]), _years(s, row), strict=True):
        count = s.window(mine["membre_code"].iloc[0], row["periode_type"], year) if len(mine) else None
        if count is None or count[1] != row["source"] or not share:
            return None
        whole = round(100 * count[0] / share)
        done = round(share * whole / 100)
        sides.append([done, whole - done])
    return float(fisher_exact(sides)[1])


def verdicts(s: Snapshot, figures: list[dict]) -> dict[int, tuple[str, str]]:
    """Place of a figure → (scope, word), window by window: heads, then parts of what spoke; what is published first."""
    said: dict[int, tuple[str, str]] = {}
    windows = {(f["row"]["periode_debut"], f["row"]["periode_fin"]) for f in figures}
    for window in windows:
        mine = [i for i, f in enumerate(figures) if (f["row"]["periode_debut"], f["row"]["periode_fin"]) == window]
        spoken: set[tuple[str, str]] = set()
        for hidden in (False, True):
            family = [i for i in mine if figures[i]["hidden"] == hidden]
            turn = [i for i in family if figures[i]["row"]["indicateur_code"] in s.heads]
            left, scope = [i for i in family if i not in turn], "tete"
            while True:
                for i, called in zip(turn, kept([figures[i]["p"] for i in turn]), strict=True):
                    row = figures[i]["row"]
                    rises = row["valeur"] > row["valeur_precedente"]
                    said[i] = scope, WORDS[rises] if called else "pas d'évolution établie"
                    if called:
                        spoken.add((row["indicateur_code"], row["source"]))
                due = {(part, source) for whole, source in spoken for w, part in s.ties if w == whole}
                turn = [i for i in left if (figures[i]["row"]["indicateur_code"], figures[i]["row"]["source"]) in due]
                left, scope = [i for i in left if i not in turn], "partie"
                if not turn:
                    break
            for i in left:
                said[i] = "exploration", "à explorer" if figures[i]["p"] <= 0.05 else "pas d'évolution établie"
    return said


def count_bounds(x: float) -> tuple[float, float]:
    """Garwood under 10, Byar from 10 on."""
    if x < 10:
        return (chi2.ppf(0.025, 2 * x) / 2 if x else 0.0), chi2.ppf(0.975, 2 * x + 2) / 2
    y = x + 1
    return x * (1 - 1 / (9 * x) - 1.959964 / (3 * x**0.5)) ** 3, y * (1 - 1 / (9 * y) + 1.959964 / (3 * y**0.5)) ** 3


def trend(s: Snapshot, indicator: str) -> str:
    """Fingertips' marker over the five last years, by least squares of its own."""
    years = [s.window(indicator, "annee", y) for y in range(s.year - 4, s.year + 1)]
    if any(y is None for y in years) or any(y[2] for y in years[1:]) or len({y[1] for y in years}) > 1:
        return "non_calculable"
    counts = np.array([y[0] for y in years])
    sd = np.array([(high - low) / (2 * 1.959964) for low, high in map(count_bounds, counts)])

    def slope(places: list[int]) -> tuple[float, float]:
        t = np.array(places, float)
        design = np.column_stack([np.ones(len(t)), t]) / sd[places][:, None]
        fit = np.linalg.lstsq(design, counts[places] / sd[places], rcond=None)[0]
        return fit[1], np.linalg.inv(design.T @ design)[1, 1]

    b, variance = slope([0, 1, 2, 3, 4])
    same = all(np.sign(slope([i for i in range(5) if i != left])[0]) == np.sign(b) for left in range(5))
    if b * b / variance <= 9.5495 or not same:
        return "sans_tendance"
    return "hausse" if b > 0 else "baisse"
