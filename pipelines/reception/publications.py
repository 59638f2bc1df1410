"""Which publication a delivery is, by the names it was seen under: what ranks two of one edition."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace

from pipelines.catalogue.model import Catalogue, Source
from pipelines.home import archive
from pipelines.home.register import NAMED, Register
from pipelines.reading.verdict import Slice
from pipelines.settings.model import Settings

_NAMES = """
with livrees as (select distinct livraison_id, source from tranches)
select livraison_id, source, nom from livrees join livraisons using (livraison_id)
union
select livraison_id, source, nom from livrees join noms using (livraison_id)
"""
# The same bytes under another name are the same delivery, and that name may say more.
_OTHER_NAMES = """
select distinct l.livraison_id, l.sha256, t.source, v.nom
from vus as v
join livraisons as l using (sha256)
join tranches as t on t.livraison_id = l.livraison_id
where l.statut <> 'refusee' and v.nom <> l.nom
    and (l.livraison_id, v.nom) not in (select livraison_id, nom from noms)
order by 1, 4
"""


def said_by(name: str, source: Source) -> tuple[str, str]:
    """Read (publication's date `2025-06-04`, year of geography `2025`) in a file's name; empty texts without any."""
    date = geography = ""
    for pattern in source.names:
        if pattern.publication and not date and (hit := pattern.publication.search(name)):
            date = hit[1] if _is_date(hit[1]) else ""
        if pattern.geography and not geography and (hit := pattern.geography.search(name)):
            geography = hit[1]
    return date, geography


def date_publications(settings: Settings, register: Register, catalogue: Catalogue) -> None:
    """Note in the register what the names of deliveries say; a new name that says something is archived first."""
    named = {s.name: s for s in catalogue.sources if s.names}
    for row in register.rows(_OTHER_NAMES):
        if row["source"] in named and any(said_by(row["nom"], named[row["source"]])):
            seen = {"decision": NAMED, "motif": row["nom"], "decide_le": register.decision_time()}
            archive.record_decision(settings.paths.archive, row["sha256"], seen)
            register.decide(row["livraison_id"], NAMED, row["nom"], seen["decide_le"])
    declared: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in register.rows(_NAMES):
        if row["source"] in named:
            declared[row["livraison_id"], row["source"]].append(said_by(row["nom"], named[row["source"]]))
    # Published again as it was, a file is as late as its last publication.
    register.date_publications((i, s, *max(declarations)) for (i, s), declarations in sorted(declared.items()))


def dated_by_name(parts: list[Slice], name: str, catalogue: Catalogue) -> list[Slice]:
    """Date by the file's name the slices of the tables whose content has no year."""
    sources = (catalogue.source(part.source) for part in parts)
    return [
        replace(part, edition=said_by(name, source)[1]) if source.tables[part.table].edition == "nom" else part
        for part, source in zip(parts, sources, strict=True)
    ]


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
