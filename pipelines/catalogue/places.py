"""The register of places as seeds/ holds it: one row a place and a time, whichever table lists it.

A département whose communes no table lists has its codes judged by their form: the warehouse knows them from the
Insee's files, which may come later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipelines.catalogue.code_lists import ALWAYS, dates_of
from pipelines.catalogue.model import Column

Rows = list[dict[str, str]]
# The name under which the catalogue holds it, beside the tables that it is made of.
REGISTER = "registre_lieux"
SERVICES, POSTS = "services", "postes_iscg"


def names_a_place(column: Column) -> bool:
    """Whether a column of a return holds codes of the register."""
    return column.type == "lieu" or column.code_list.startswith(f"{POSTS}.")


def register_of_places(table: Callable[[str], Rows]) -> Rows:
    """`table` gives the rows of a seed. A row has territoire_code, libelle, code_departement, valide_de, valide_a and
    suite, the place that took its place.
    """
    return [dict(zip(_COLUMNS, row, strict=True)) for row in _rows(table)]


_COLUMNS = ("territoire_code", "libelle", "code_departement", "valide_de", "valide_a", "suite")
_Row = tuple[str, str, str, str, str, str]


def _rows(table: Callable[[str], Rows]) -> Iterator[_Row]:
    for d in table("departements"):
        code = d["code_departement"]
        yield f"DEP-{code}", d["libelle"], code, "", "", ""
        if d["zone_police"] == "true":
            yield f"ZPN-{code}", f"Zone police, {d['libelle']}", code, "", "", ""
        if d["zone_gendarmerie"] == "true" or d["zone_hors_classeur"] == "gendarmerie":
            yield f"ZGN-{code}", f"Zone gendarmerie, {d['libelle']}", code, "", "", ""
            yield f"SRV-{code}-GN-GGD", f"Groupement de gendarmerie, {d['libelle']}", code, "", "", ""
    for a in table("arrondissements"):
        yield f"ARR-{a['code_arrondissement']}", a["libelle"], a["code_departement"], a["valide_de"], a["valide_a"], ""
    communes = table("communes")
    for c in communes:
        after = f"COM-{c['suite']}" if c["suite"] else ""
        yield f"COM-{c['code_commune']}", c["libelle"], c["code_departement"], c["valide_de"], c["valide_a"], after
    names = {e["code_epci"]: e["libelle"] for e in table("epci")}
    for code, department in sorted({(c["code_epci"], c["code_departement"]) for c in communes if c["code_epci"]}):
        own = [c for c in communes if (c["code_epci"], c["code_departement"]) == (code, department)]
        first = "" if any(not c["valide_de"] for c in own) else min(c["valide_de"] for c in own)
        last = "" if any(not c["valide_a"] for c in own) else max(c["valide_a"] for c in own)
        yield f"EPCI-{code}", names[code], department, first, last, ""
    for name in (SERVICES, POSTS, "lieux"):
        for r in table(name):
            yield r["territoire_code"], r["libelle"], r["code_departement"], r["valide_de"], r["valide_a"], ""


Inclusion = tuple[str, str, str, str]


def inclusions_of_places(table: Callable[[str], Rows]) -> list[Inclusion]:
    """(place, place that contains it, first day, last day), near or far, as the tables list them."""
    near = sorted(set(_inclusions(table)))
    above: dict[str, list[Inclusion]] = {}
    for link in near:
        above.setdefault(link[0], []).append(link)
    found, last = set(near), near
    while last:
        last = [
            (place, outer, max(begins, since), min(ends, until))
            for place, inner, begins, ends in last
            for _, outer, since, until in above.get(inner, [])
            if max(begins, since) <= min(ends, until) and outer != place
        ]
        last = [link for link in dict.fromkeys(last) if link not in found]
        found |= set(last)
    return sorted(found)


def _inclusions(table: Callable[[str], Rows]) -> Iterator[Inclusion]:
    for row in register_of_places(table):
        place, department = row["territoire_code"], f"DEP-{row['code_departement']}"
        if place != department:
            yield place, department, *dates_of(row)
    police = {r["code_commune"] for r in table("zones_police")}
    zoned = {r["code_departement"] for r in table("zones_police")}
    within: dict[str, set[str]] = {}
    for c in table("communes"):
        place, dates = f"COM-{c['code_commune']}", dates_of(c)
        yield place, f"ARR-{c['code_arrondissement']}", *dates
        if c["code_epci"]:
            within.setdefault(f"EPCI-{c['code_epci']}", set()).add(f"ARR-{c['code_arrondissement']}")
            yield place, f"EPCI-{c['code_epci']}", *dates
        if c["code_departement"] in zoned:
            zone = "ZPN" if c["code_commune"] in police else "ZGN"
            yield place, f"{zone}-{c['code_departement']}", *dates
    for place, outer in within.items():
        if len(outer) == 1:
            [only] = outer
            yield place, only, *ALWAYS
    for r in (*table(SERVICES), *table(POSTS)):
        dates = dates_of(r)
        if r["code_arrondissement"]:
            yield r["territoire_code"], f"ARR-{r['code_arrondissement']}", *dates
        if r.get("zone_code"):
            yield r["territoire_code"], r["zone_code"], *dates
        if r.get("force") == "gendarmerie":
            yield r["territoire_code"], f"SRV-{r['code_departement']}-GN-GGD", *dates
    for r in table("lieux_inclusions"):
        yield r["territoire_code"], r["contenant_code"], *ALWAYS
