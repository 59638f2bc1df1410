"""The slices of returns that several deliveries hold, settled for one connection to the register.

What each says was noted when it was received (`contents.py`); what a trial sees otherwise is settled otherwise.
"""

from __future__ import annotations

import json
import sqlite3
from itertools import groupby
from typing import Any

from pipelines.base.rows import slice_of
from pipelines.home.corrections import UNSAID, Row, Settled, Version, settle

_VERSIONS = """
select a.source, a.table_nom, a.tranche, a.livraison_id, a.edition, a.nom, coalesce(c.resume, '') as resume,
    coalesce(c.lignes, '[]') as lignes, p.livraison_id is not null as partielle, l.recu_le,
    coalesce(
        (select max(datetime(d.decide_le)) from main.decisions as d
            where d.livraison_id = a.livraison_id and d.decision = 'retablie'),
        min(coalesce(datetime(l.recu_le), l.recu_le)) over (
            partition by a.source, a.table_nom, a.tranche, l.chargement
        )
    ) as entree
from acceptees as a
join a_accorder using (source, table_nom, tranche)
join main.livraisons as l using (livraison_id)
left join main.contenus as c using (livraison_id, source, table_nom, tranche)
left join main.partielles as p using (livraison_id, source, table_nom, tranche)
order by 1, 2, 3
"""
# Before there were confirmations, a choice took a whole file: each of its slices.
_CONFIRMED = """
select livraison_id, source, table_nom, tranche, datetime(decide_le) as decide_le, lecture from main.confirmations
union
select livraison_id, source, table_nom, tranche, datetime(c.decide_le), 'entier'
from main.choix as c join main.tranches using (livraison_id)
"""


def settle_versions(db: sqlite3.Connection) -> None:
    """Fill `couches` and `corrigees` anew; nothing of the register itself is written, nor held for long."""
    own = not db.in_transaction
    db.execute("begin") if own else None
    try:
        db.execute("delete from temp.couches")
        db.execute("delete from temp.corrigees")
        _fill(db, db.execute(_VERSIONS).fetchall())
    finally:
        db.execute("commit") if own else None


def _fill(db: sqlite3.Connection, disputed: list[sqlite3.Row]) -> None:
    if not disputed:
        return
    confirmed: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for *key, when, how in db.execute(_CONFIRMED):
        confirmed.setdefault(tuple(key), []).append((when, how))
    for (source, table, tranche), rows in groupby(disputed, slice_of):
        of_slice = list(rows)
        # Where all say the same, their rows need not be compared.
        same = len({r["resume"] for r in of_slice}) == 1
        versions = [_version(r, same, confirmed.get((r["livraison_id"], source, table, tranche), [])) for r in of_slice]
        settled = settle(versions)
        place = (source, table, tranche)
        db.executemany(
            "insert into temp.couches values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(r[0], *place, *r[1:]) for r in _ranked(settled, versions)],
        )
        db.executemany(
            "insert into temp.corrigees values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (*place, c.delivery, c.row.sheet, c.row.line, c.by, c.by_row.sheet, c.by_row.line, c.last, c.changed)
                for c in settled.corrected
            ],
        )


def _version(row: sqlite3.Row, same: bool, confirmed: list[tuple[str, str]]) -> Version:
    lines = [] if same else json.loads(row["lignes"])
    return Version(
        row["livraison_id"],
        row["edition"],
        row["entree"],
        {key: Row(content, sheet, line) for key, content, sheet, line in lines},
        (row["recu_le"], row["nom"]),
        bool(row["partielle"]),
        tuple(sorted(confirmed)),
    )


def _ranked(settled: Settled, versions: list[Version]) -> list[tuple[Any, ...]]:
    """Return (delivery, rank, in use, in use before, proposed, reading, undecided, same), the last correction first."""
    layers, before = dict(settled.layers), set(settled.before)
    places = {delivery: i for i, delivery in enumerate(layers)}
    order = sorted(
        versions,
        key=lambda v: (places.get(v.delivery, len(places)), v.delivery not in before, v.order, v.delivery),
    )
    return [
        (
            v.delivery,
            rank,
            v.delivery in layers,
            v.delivery in before,
            v.delivery in settled.proposed,
            layers.get(v.delivery) or settled.proposed.get(v.delivery, UNSAID),
            v.delivery in settled.undecided,
            v.delivery in settled.same,
        )
        for rank, v in enumerate(order, start=1)
    ]
