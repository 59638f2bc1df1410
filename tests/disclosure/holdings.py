"""What the attacker holds: every public table of every snapshot, and the tables of meaning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from pipelines.settings.model import SEEDS
from tests.disclosure.attacker import Attacker, Key
from tests.support.tables import rows


def attacker_of(public: Iterable[dict[str, pd.DataFrame]], elsewhere: bool = False) -> Attacker:
    """Each of `public` is the tables of a public edition, by name, oldest first. `elsewhere`: only what others publish
    of the last edition's figures is known, with all of the editions before: what no edition of ours could hide.
    """
    attacker = Attacker()
    shares: dict[Key, float] = {}
    editions = list(public)
    for tables in editions:
        last = elsewhere and tables is editions[-1]
        told = _told(tables) if last else None
        for one in tables["series"].query("ventilation_type == 'total'").to_dict("records"):
            key = (one["indicateur_code"], one["territoire_code"], one["periode"])
            free = told is None or (one["source"], one["indicateur_code"]) in told or key in attacker.known
            if pd.notna(one["valeur"]) and free:
                attacker.known[key] = round(float(one["valeur"]) * _terms(key), 6)
            elif one["confidentialite"] != "F" or pd.notna(one["valeur"]):
                attacker.withheld.add(key)
        if not last:
            _read_between_the_lines(attacker, tables.get("comparaisons"), tables.get("taux"))
            _read_neighbours(attacker, tables)
            shares |= _shares(tables["series"])
    attacker.withheld -= set(attacker.known)
    _relate(attacker)
    _share_out(attacker, shares)
    return attacker


def _told(tables: dict[str, pd.DataFrame]) -> set[tuple[str, str]]:
    """(source, indicator) that others publish, or that tell of nobody."""
    rules = tables["diffusion"]
    free = rules[rules["protection"].isin(["deja_publique", "libre"])]
    return set(map(tuple, free[["source", "indicateur_code"]].to_numpy().tolist()))


def _terms(key: Key) -> int:
    """How many months, or quarters, a mean is the mean of; 1 for a count."""
    indicator, _, period = key
    rules = {r["indicateur_code"]: (r["cumul"], r["grain"]) for r in _rows("indicateurs", "indicateurs.csv")}
    rules |= {r["indicateur_code"]: (r["cumul"], "trimestre") for r in _rows("plan", "indicateurs_suivi.csv")}
    cumul, grain = rules.get(indicator, ("", ""))
    months = {4: 12, 7: 3 if "T" in period else 1}.get(len(period), 1)
    return months // {"mois": 1, "trimestre": min(3, months)}.get(grain, months) if cumul == "moyenne" else 1


def _read_between_the_lines(attacker: Attacker, comparisons: pd.DataFrame | None, rates: pd.DataFrame | None) -> None:
    """Counts that stand in other columns: the year before, a difference, a rate times its denominator."""
    for one in [] if comparisons is None else comparisons.to_dict("records"):
        kind, territory = one["periode_type"], one["territoire_code"]
        for period, value in ((one["periode"], one["valeur"]), (one["periode_precedente"], one["valeur_precedente"])):
            if pd.notna(value) and pd.notna(period):
                key = (one["indicateur_code"], territory, period)
                whole = kind in ("trimestre", "annee")
                name = key if whole else (key[0], key[1], f"{kind} {period}")
                attacker.known.setdefault(name, round(float(value) * (_terms(key) if whole else 1), 6))
        if pd.notna(one["ecart"]) and pd.notna(one["valeur"]) and kind in ("trimestre", "annee"):
            key = (one["indicateur_code"], territory, one["periode_precedente"])
            attacker.known.setdefault(key, round(float(one["valeur"] - one["ecart"]) * _terms(key), 6))
    if rates is None:
        return
    for one in rates[
        rates["unite"].isin(["pour 1 000 habitants", "pour 1 000 logements", "pour 1 000 mineurs"])
    ].to_dict("records"):
        if pd.notna(one["taux"]) and pd.notna(one["denominateur_valeur"]):
            key = (one["indicateur_code"], one["territoire_code"], one["periode"])
            attacker.known.setdefault(key, round(float(one["taux"]) * float(one["denominateur_valeur"]) / 1000))


def _read_neighbours(attacker: Attacker, tables: dict[str, pd.DataFrame]) -> None:
    """Counts of a year that the tables of neighbours give: the département's own line, the région or France less what
    it is without it, and the bounds that its rank sets between two neighbours' rates.
    """
    if "voisins" not in tables:
        return
    lines: dict[tuple[str, str], dict[str, list[dict]]] = defaultdict(lambda: defaultdict(list))
    for one in tables["voisins"].to_dict("records"):
        lines[one["indicateur_code"], one["periode"]][one["role"]].append(one)
    ranks = {(r["indicateur_code"], r["periode"]): r for r in tables["rangs"].to_dict("records")}
    for (indicator, year), roles in lines.items():
        [own] = roles["departement"]
        key = (indicator, own["territoire_code"], year)
        if own["annees"] == 1:
            _read_own(attacker, key, own, [*roles["region_hors"], *roles["france_hors"]])
        rank = ranks[indicator, year]
        rates = sorted((o["taux"] for o in roles["voisin"] if pd.notna(o["taux"])), reverse=True)
        if key in attacker.withheld and pd.notna(rank["rang"]):
            per = float(own["denominateur_valeur"]) * float(own["annees"]) / float(own["facteur"])
            place = int(rank["rang"])
            high = float(rates[place - 2]) * per if place > 1 else np.inf
            low = float(rates[place - 1]) * per if place <= len(rates) else 0.0
            attacker.rows.append(({key: 1.0}, low, high))


def _read_own(attacker: Attacker, key: Key, own: dict, without: list[dict]) -> None:
    """The count of the département, as printed, as its rate gives it, or as an aggregate without it leaves it."""
    if pd.notna(own["valeur"]):
        attacker.known.setdefault(key, round(float(own["valeur"]), 6))
    if pd.notna(own["taux"]):
        attacker.known.setdefault(key, round(float(own["taux"]) * float(own["denominateur_valeur"]) / own["facteur"]))
    for one in without:
        whole = attacker.known.get((key[0], one["territoire_code"], key[2]))
        if whole is not None and pd.notna(one["valeur"]):
            attacker.known.setdefault(key, round(whole - float(one["valeur"]), 6))


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


@cache
def _rows(*parts: str) -> list[dict[str, str]]:
    return rows(SEEDS.joinpath(*parts))


def _relate(attacker: Attacker) -> None:
    rule = {r["indicateur_code"]: r["cumul"] for r in _rows("indicateurs", "indicateurs.csv")}
    rule |= {r["indicateur_code"]: r["cumul"] for r in _rows("plan", "indicateurs_suivi.csv")}
    cells = sorted(set(attacker.known) | attacker.withheld)
    for indicator, territory, period in cells:
        _relate_periods(attacker, (indicator, territory, period), rule.get(indicator, ""))
    wholes: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for r in _rows("indicateurs", "relations_indicateurs.csv"):
        if r["nature"] in ("somme", "borne"):
            wholes[r["nature"], r["relation_code"], r["ensemble_code"]].append(r["membre_code"])
        elif r["nature"] == "partie":
            wholes["partie", f"{r['relation_code']} {r['membre_code']}", r["ensemble_code"]].append(r["membre_code"])
    for (nature, _, whole), parts in wholes.items():
        for key in (c for c in cells if c[0] == whole):
            members = [(part, *key[1:]) for part in parts]
            if any(_terms(m) > 1 for m in (key, *members)):
                continue
            if nature == "borne":
                attacker.at_most(key, members)
            else:
                attacker.sums(key, members, exact=nature == "somme")
    _relate_what_is_counted(attacker, cells)


def _relate_periods(attacker: Attacker, key: Key, rule: str) -> None:
    indicator, territory, period = key
    added = rule in ("somme", "moyenne")
    if len(period) == 4 and period.isdigit():
        quarters = [(indicator, territory, f"{period}-T{n}") for n in range(1, 5)]
        if added:
            attacker.sums(key, quarters)
        elif rule == "dernier":
            attacker.sums(key, quarters[3:])
    elif len(period) == 7 and period[4:6] == "-T":
        first = 3 * int(period[6]) - 2
        months = [(indicator, territory, f"{period[:4]}-{first + n:02d}") for n in range(3)]
        if added and any(m in attacker.known for m in months):
            attacker.made_of(key, months)
        year, last = int(period[:4]), int(period[6])
        if rule == "somme":
            to_date = [(indicator, territory, f"{year}-T{n}") for n in range(1, last + 1)]
            attacker.sums((indicator, territory, f"cumul {period}"), to_date)
            rolling = [divmod(4 * year + last - 1 - back, 4) for back in range(4)]
            attacker.sums(
                (indicator, territory, f"douze_mois {period}"),
                [(indicator, territory, f"{y}-T{q + 1}") for y, q in rolling],
            )


def _relate_what_is_counted(attacker: Attacker, cells: list[Key]) -> None:
    """What two indicators count of a quarter is the same facts where their lists of indexes meet."""
    lists: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    indexes: dict[str, set[str]] = defaultdict(set)
    for r in _rows("indicateurs", "indicateurs_index.csv"):
        indexes[r["indicateur_code"]].add(r["code_index"])
        lists[r["indicateur_code"]].add(("faits", r["code_index"], ""))
    every = {r["code_index"] for r in _rows("reference", "index_4001.csv")}
    for r in _rows("indicateurs", "retours.csv"):
        ages = {"mis_en_cause": ("-18", "+18"), "mis_en_cause_mineurs": ("-18",)}.get(r["mesure"], ("",))
        kind = "mis en cause" if "mis_en_cause" in r["mesure"] else r["mesure"]
        for index in indexes[r["liste_indicateur"]] if r["liste_indicateur"] else every:
            lists[r["indicateur_code"]] |= {(kind, index, age) for age in ages}
    for territory, period in sorted({(t, p) for _, t, p in cells if len(p) == 7 and p[4:6] == "-T"}):
        here = [
            i for i in lists if (i, territory, period) in attacker.known or (i, territory, period) in attacker.withheld
        ]
        if not any((i, territory, period) in attacker.withheld for i in here):
            continue
        holders: dict[tuple[str, str, str], tuple[str, ...]] = {}
        for element in set().union(*(lists[i] for i in here)):
            holders[element] = tuple(i for i in here if element in lists[i])
        atoms = set(holders.values())
        if not _fit(attacker, here, atoms, territory, period):
            continue
        for indicator in here:
            made = [("atome " + "+".join(a), territory, period) for a in sorted(atoms) if indicator in a]
            attacker.made_of((indicator, territory, period), made)


def _fit(attacker: Attacker, here: list[str], atoms: set[tuple[str, ...]], territory: str, period: str) -> bool:
    """Whether the printed counts can be made of these atoms: those of two sources may not."""
    known = [i for i in here if (i, territory, period) in attacker.known]
    order = sorted(atoms)
    matrix = np.array([[float(i in a) for a in order] for i in known]).reshape(len(known), len(order))
    values = [attacker.known[i, territory, period] for i in known]
    return bool(linprog(np.zeros(len(order)), A_eq=matrix, b_eq=values).success) if known else True


def read_public(root: Path) -> list[dict[str, pd.DataFrame]]:
    """The public tables of every snapshot of a home, by the day that each was given."""
    folders = sorted((f for f in root.iterdir() if (f / "publique").exists()), key=lambda f: f.stat().st_mtime)
    return [
        {f.stem: pd.read_parquet(f) for f in sorted((folder / "publique" / "donnees").glob("*.parquet"))}
        for folder in folders
    ]
