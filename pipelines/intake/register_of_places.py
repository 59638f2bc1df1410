"""The register of places as seeds/ holds it: one row a place and a time, whichever table lists it.

A département whose communes no table lists has its codes judged by their form: the warehouse knows them from the
Insee's files, which may come later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

Rows = list[dict[str, str]]
# The name under which the catalogue holds it, beside the tables that it is made of.
REGISTER = "registre_lieux"
SERVICES, POSTS = "services", "postes_iscg"


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
        if d["zone_gendarmerie"] == "true":
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
