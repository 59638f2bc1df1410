"""Which deliveries another version judges or reads otherwise."""

from __future__ import annotations

import json

from pipelines.operations.verdicts import verdict_changes


def index(*deliveries: tuple[str, str, str | None], rows: int = 10, layout: str = "l") -> dict[str, list[str]]:
    """A register's index: (id, status, reason), a slice of so many rows for each that is accepted."""
    return {
        "livraisons": [
            json.dumps({"livraison_id": i, "nom": f"{i}.csv", "statut": s, "motif": m}) for i, s, m in deliveries
        ],
        "tranches": [
            json.dumps(
                {
                    "livraison_id": i,
                    "source": "s",
                    "table_nom": "t",
                    "tranche": "2019",
                    "layout": layout,
                    "lignes": rows,
                }
            )
            for i, s, _ in deliveries
            if s == "acceptee"
        ],
    }


def test_the_same_index_says_nothing() -> None:
    same = index(("a", "acceptee", None), ("b", "refusee", "vide"))
    assert verdict_changes(same, same) == []


def test_a_delivery_that_is_now_refused_is_named_with_its_reason() -> None:
    [change] = verdict_changes(index(("a", "acceptee", None)), index(("a", "refusee", "colonne inconnue")))
    assert (change.nom, change.statut_avant, change.statut_apres) == ("a.csv", "acceptee", "refusee")
    assert (change.motif, change.tranches_autres, change.lignes_avant) == ("colonne inconnue", 1, 10)


def test_a_delivery_read_otherwise_is_named_where_its_status_is_the_same() -> None:
    before, after = index(("a", "acceptee", None)), index(("a", "acceptee", None), rows=12)
    [change] = verdict_changes(before, after)
    assert (change.statut_apres, change.lignes_avant, change.lignes_apres) == ("acceptee", 10, 12)
    assert len(verdict_changes(before, index(("a", "acceptee", None), layout="autre"))) == 1


def test_a_delivery_that_only_one_register_knows_is_named() -> None:
    alone = index(("a", "acceptee", None))
    nothing = index()
    assert verdict_changes(nothing, alone)[0].statut_avant is None
    assert verdict_changes(alone, nothing)[0].statut_apres is None
