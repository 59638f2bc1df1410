"""Who sends returns and is written to: services, posts, pilots, and the producers of the other sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from pipelines.catalogue.code_lists import code_table
from pipelines.catalogue.downloads import is_fetched
from pipelines.catalogue.labels import label_key
from pipelines.catalogue.model import Catalogue

_NEAR = 3


@dataclass(frozen=True)
class Correspondent:
    """`code` is what the tables call it; `names`, whatever people do, the first one being the one to type."""

    code: str
    label: str
    names: tuple[str, ...]


def correspondents(departement: str, catalogue: Catalogue) -> list[Correspondent]:
    """List those of a département, closed ones included: they may still answer for what they owed."""

    def lines(table: str) -> list[dict[str, str]]:
        return [row for row in code_table(table) if row["code_departement"] == departement]

    labels = {a["acteur_code"]: a["libelle"] for a in code_table("acteurs")}
    found = [
        Correspondent(r["territoire_code"], r["libelle"], (r["service"], r["libelle"], r["territoire_code"]))
        for r in lines("services")
    ]
    found += [
        Correspondent(r["poste_code"], r["libelle"], (r["poste_code"], r["libelle"])) for r in lines("postes_iscg")
    ]
    pilots = dict.fromkeys(r["acteur_code"] for r in lines("pilotes"))
    found += [Correspondent(code, labels[code], (code, labels[code])) for code in pilots]
    asked = [s for s in catalogue.sources if s.debtors == "producteur" and not is_fetched(s.name)]
    found += [Correspondent(s.name, s.producer, (s.name, s.producer)) for s in asked]
    known: dict[str, Correspondent] = {}
    for one in found:  # a line that was closed and reopened under another name
        before = known.get(one.code)
        names = dict.fromkeys((*before.names, *one.names) if before else one.names)
        known[one.code] = Correspondent(one.code, one.label, tuple(names))
    return list(known.values())


def find(text: str, known: Iterable[Correspondent]) -> Correspondent | None:
    """Find the one of this code or name, in any case, with or without accents; None for none, or for several."""
    wanted = _key(text)
    found = {c.code: c for c in known if wanted in map(_key, (c.code, *c.names))}
    return next(iter(found.values())) if wanted and len(found) == 1 else None


def named_by(slices: Iterable[tuple[str, str, str]], known: Iterable[Correspondent], catalogue: Catalogue) -> set[str]:
    """Return the codes of the services and posts that these slices of returns, (source, table, slice), are of."""
    debtors = {s.name: s.debtors for s in catalogue.sources}
    parts = {
        part
        for source, _, tranche in slices
        if debtors.get(source) in {"services", "postes_iscg"}
        for part in tranche.split("|")
    }
    return {c.code for c in known if parts.intersection((c.code, c.names[0], *c.names))}


def near(text: str, known: Iterable[Correspondent]) -> list[str]:
    """List the names that look like it, the most alike first."""
    spoken = {_key(name): c.names[0] for c in known for name in (c.code, *c.names)}
    found = [spoken[name] for name in get_close_matches(_key(text), list(spoken), n=_NEAR, cutoff=0.6)]
    return list(dict.fromkeys(found))


def _key(text: str) -> str:
    return label_key(text).replace("-", " ").replace("  ", " ").strip()
