"""What each snapshot said, side by side, as published tables: how far a figure moves after it was first given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.base.sql import literal
from pipelines.publication.table import Table
from pipelines.snapshots import folder, manifest
from pipelines.snapshots.folder import DATA, RESTRICTED

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = "revisions"
_VALUES = {
    "": "Les valeurs de chaque cliché, par trimestre et par année. Grain, une ligne par cliché, indicateur, territoire "
    "et période.",
    "cliche": "Le cliché : 2019-T4, ou 2019-T4.r2 pour sa correction.",
    "fait_le": "Quand le cliché a été donné, heure locale.",
    "indicateur_code": "L'indicateur (reference.indicateurs).",
    "territoire_code": "Le territoire (reference.territoires).",
    "periode_type": "trimestre ou annee.",
    "periode": "La période.",
    "source": "La statistique dont venait la valeur.",
    "statut": "A normale, P provisoire, B touchée par une rupture, D sur une partie du territoire, M manquante.",
    "valeur": "La valeur alors donnée ; NULL quand elle manquait.",
}
_HISTORIES = {
    "": "La première et la dernière valeur données par les clichés. Grain, une ligne par indicateur, "
    "territoire et période qui ont été donnés au moins deux fois.",
    "indicateur_code": "L'indicateur (reference.indicateurs).",
    "territoire_code": "Le territoire (reference.territoires).",
    "periode_type": "trimestre ou annee.",
    "periode": "La période.",
    "n_cliches": "Combien de clichés ont donné une valeur.",
    "premier_cliche": "Le premier cliché qui a donné une valeur.",
    "premiere_source": "La statistique dont venait la première valeur.",
    "premiere_valeur": "La première valeur donnée.",
    "dernier_cliche": "Le dernier cliché qui a donné une valeur.",
    "derniere_source": "La statistique dont vient la dernière valeur.",
    "derniere_valeur": "La dernière valeur donnée.",
    "revision": "La dernière valeur moins la première.",
    "revision_pct": "La révision en pour cent de la première valeur ; NULL quand celle-ci vaut 0.",
}
_SUMMARY = {
    "": "L'ampleur des révisions. Grain, une ligne par première source et indicateur.",
    "source": "La statistique dont venait la première valeur.",
    "indicateur_code": "L'indicateur (reference.indicateurs).",
    "n_valeurs": "Combien de valeurs ont été données au moins deux fois.",
    "n_revisees": "Combien de ces valeurs ont changé.",
    "revision_moyenne": "La révision moyenne, signe compris : positive quand les premières valeurs sont trop basses.",
    "revision_absolue_moyenne": "La révision moyenne en valeur absolue : l'ampleur d'une révision.",
}
_READ = """
select {name} as cliche, {made} as fait_le, indicateur_code, territoire_code, periode_type, periode, source, statut,
    valeur
from read_parquet({file})
where ventilation_type = 'total' and periode_type in ('trimestre', 'annee')
"""
_HISTORY = """
create temp table historiques as
select indicateur_code, territoire_code, periode_type, periode, count(*) as n_cliches,
    min_by(cliche, rang) as premier_cliche, min_by(source, rang) as premiere_source,
    min_by(valeur, rang) as premiere_valeur,
    max_by(cliche, rang) as dernier_cliche, max_by(source, rang) as derniere_source,
    max_by(valeur, rang) as derniere_valeur,
    max_by(valeur, rang) - min_by(valeur, rang) as revision,
    round(100.0 * (max_by(valeur, rang) - min_by(valeur, rang)) / nullif(min_by(valeur, rang), 0), 2)::decimal(9, 2)
        as revision_pct
from (select *, row_number() over (order by fait_le, cliche) as rang from valeurs where valeur is not null)
group by all
having count(*) > 1
"""
_SUM = """
select premiere_source as source, indicateur_code, count(*) as n_valeurs,
    count(*) filter (revision <> 0) as n_revisees,
    round(avg(revision), 4)::decimal(18, 4) as revision_moyenne,
    round(avg(abs(revision)), 4)::decimal(18, 4) as revision_absolue_moyenne
from historiques group by all order by all
"""
_EMPTY = """
select '' as cliche, '' as fait_le, '' as indicateur_code, '' as territoire_code, '' as periode_type, '' as periode,
    '' as source, '' as statut, 0::decimal(18, 2) as valeur where false
"""


def revision_tables(root: Path) -> list[Table]:
    """The tables of the schema `revisions`, from the snapshots of a home; empty ones when there is none."""
    import duckdb

    with duckdb.connect() as db:
        parts = [
            _READ.format(
                name=literal(str(name)),
                made=literal(manifest.read(root / str(name))["fait_le"]),
                file=literal(str(root / str(name) / RESTRICTED / DATA / "series.parquet")),
            )
            for name in folder.given(root)
        ]
        db.execute(f"create temp table valeurs as {' union all '.join(parts) or _EMPTY}")
        db.execute(_HISTORY)

        def rows(query: str) -> pa.Table:
            return db.execute(query).to_arrow_table()

        key = "indicateur_code, territoire_code, periode_type, periode"
        return [
            Table(SCHEMA, "valeurs", _VALUES, rows(f"from valeurs order by fait_le, cliche, {key}")),
            Table(SCHEMA, "historiques", _HISTORIES, rows(f"from historiques order by {key}")),
            Table(SCHEMA, "synthese", _SUMMARY, rows(_SUM)),
        ]
