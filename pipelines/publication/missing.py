"""What the published warehouse says is missing, read once for whoever tells it."""

from __future__ import annotations

from duckdb import CatalogException

from pipelines.publication.reading import opened, rows

_QUERY = """
    select s.*, a.libelle as absence_libelle, a.constat_un, a.constat_plusieurs, a.demande
    from qualite.series_manquantes as s
    inner join reference.absences as a on a.absence = s.absence
    order by s.echeance, s.source, s.table_nom, s.objet_code, s.territoire_code, s.debiteur_code, s.depuis
"""


def read_missing() -> list[dict] | None:
    """Every row of `qualite.series_manquantes`, with the words of its kind; None when the file has no such table.

    Raises NotPublished.
    """
    with opened() as db:
        try:
            return rows(db, _QUERY)
        except CatalogException:  # published by an earlier version
            return None


def read_silenced() -> dict[str, list[str]]:
    """`absence_id` → the names of the indicators that no source gives a value of while it lasts."""
    with opened() as db:
        found = rows(
            db,
            "select s.absence_id, i.libelle from qualite.series_manquantes_indicateurs as s "
            "inner join reference.indicateurs as i on i.indicateur_code = s.indicateur_code "
            "where s.effet = 'valeur' and s.n_periodes_relayees < s.n_periodes order by i.indicateur_code",
        )
    silenced: dict[str, list[str]] = {}
    for row in found:
        silenced.setdefault(row["absence_id"], []).append(row["libelle"])
    return silenced
