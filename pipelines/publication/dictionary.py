"""`reference.dictionnaire`: what every published table, column and indicator is, in one table.

Nothing is written here for the first time: descriptions are the comments of the file that is being published, keys and
allowed values are those of the dbt models, cadences those of `sources/`, indicators those of the catalogue.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa

from pipelines.base.sql import quoted
from pipelines.catalogue.load import load_catalogue
from pipelines.publication.contracts import contracts
from pipelines.publication.reading import rows
from pipelines.publication.table import Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_COMMENTS = {
    "": "Ce que veut dire chaque table, chaque colonne et chaque indicateur. Grain, une ligne par objet.",
    "objet_type": "table, colonne ou indicateur.",
    "objet_code": "schema.table, schema.table.colonne, ou le code de l'indicateur.",
    "libelle": "Le nom de l'objet.",
    "definition": "Ce que l'objet contient, ou ce que l'indicateur compte.",
    "rang": "La place de la colonne dans sa table.",
    "grain": "Pour une table, l'objet d'une ligne ; pour un indicateur, la plus courte période où il est donné.",
    "cle": "Les colonnes qui distinguent deux lignes de la table, séparées par des virgules.",
    "rafraichissement": "Quand la table change, et d'après quelles sources.",
    "exemple": "Une requête d'exemple.",
    "type": "Le type SQL de la colonne.",
    "unite": "L'unité.",
    "valeurs_admises": "Les seules valeurs permises, séparées par des virgules ; sans elles, toutes celles du type.",
    "index_4001": "Les index de l'état 4001 que l'indicateur additionne.",
    "unite_compte": "Ce que ces index comptent : victime, procédure, véhicule…",
    "denominateur": "À quoi l'indicateur est rapporté, et selon quelle règle.",
    "source": "Les sources qui donnent l'indicateur, la préférée d'abord.",
    "polarite": "Si une hausse est favorable, défavorable ou ambiguë.",
    "cumul": "Comment les mois ou trimestres de l'indicateur font une année : somme, moyenne, dernier, ou aucun.",
    "ruptures": "Les ruptures de série de l'indicateur : deux périodes qu'elles séparent ne se comparent pas.",
    "regle_statut": "Le statut des valeurs de l'indicateur, source par source.",
    "regle_diffusion": "Les nombres masqués dans l'édition publique, et pourquoi, source par source.",
    "note": "Ce qu'il faut savoir de plus.",
}
_NUMBERS = {"rang": pa.int32()}
_SCHEMA = pa.schema([(c, _NUMBERS.get(c, pa.string())) for c in _COMMENTS if c])
_GRAIN = re.compile(r"Grain, ([^.;]*)")


def write_dictionary(db: DuckDBPyConnection, build: str) -> int:
    """Write the table in a file whose other tables are there, with the build attached under its name; returns how many
    rows it has. It describes itself as well.
    """
    Table("reference", "dictionnaire", _COMMENTS, _SCHEMA.empty_table()).write(db)
    entries = [*_tables(db), *_columns(db, build), *_indicators(db, build)]
    db.register("_entrees", pa.Table.from_pylist(entries, schema=_SCHEMA))
    db.execute("insert into reference.dictionnaire from _entrees")
    db.unregister("_entrees")
    return len(entries)


def _tables(db: DuckDBPyConnection) -> list[dict]:
    models = {f"{t['schema']}.{t['name']}": t for t in contracts(db)}
    sources = {s.name: f"{s.label} ({s.cadence})" for s in load_catalogue().sources}
    listed = rows(
        db,
        "select schema_name || '.' || table_name as code, table_name as libelle, comment as definition "
        "from duckdb_tables() where database_name = current_database() order by 1",
    )
    told = []
    for table in listed:
        model = models.get(table["code"], {"key": [], "raw": []})
        grain = _GRAIN.search(table["definition"])
        fed = [label for name, label in sources.items() if any(r.startswith(f"{name}_") for r in model["raw"])]
        told.append(
            {
                "objet_type": "table",
                "objet_code": table["code"],
                "libelle": table["libelle"],
                "definition": table["definition"],
                "grain": grain.group(1).strip() if grain else "une seule ligne",
                "cle": ", ".join(model["key"]) or None,
                "rafraichissement": "À chaque chargement" + (f", d'après {' ; '.join(fed)}." if fed else "."),
                "exemple": f"select * from {table['code']}"  # noqa: S608
                + (f" order by {', '.join(model['key'])}" if model["key"] else "")
                + " limit 20",
            }
        )
    return told


def _columns(db: DuckDBPyConnection, build: str) -> list[dict]:
    allowed = {
        (f"{t['schema']}.{t['name']}", column): ", ".join(values)
        for t in contracts(db)
        for column, values in t["allowed"].items()
    }
    listed = rows(
        db,
        "select c.schema_name || '.' || c.table_name as en_table, c.column_name as libelle, c.comment as definition, "  # noqa: S608
        "c.column_index as rang, c.data_type as type, min(u.unite) as unite from duckdb_columns() as c "
        f"left join {quoted(build)}.seeds.unites_colonnes as u on regexp_matches(c.column_name, u.motif) "
        "and c.data_type not in ('VARCHAR', 'BOOLEAN', 'DATE') "
        "where c.database_name = current_database() and not c.internal group by all order by 1, c.column_index",
    )
    for column in listed:
        table = column.pop("en_table")
        truth = "vrai, faux" if column["type"] == "BOOLEAN" else None
        column |= {
            "objet_type": "colonne",
            "objet_code": f"{table}.{column['libelle']}",
            "valeurs_admises": allowed.get((table, column["libelle"]), truth),
        }
    return listed


def _indicators(db: DuckDBPyConnection, build: str) -> list[dict]:
    return rows(
        db,
        f"""
        with sources as (
            select v.indicateur_code, string_agg(s.libelle, ' ; ' order by s.rang, s.source) as source,
                string_agg(s.libelle || ' : ' || s.regle_statut, ' ; ' order by s.rang, s.source) as regle_statut
            from (select distinct indicateur_code, source from indicateurs.valeurs) as v
            inner join reference.sources as s on s.source = v.source
            group by all
        ),

        regles as (
            select d.indicateur_code, string_agg(s.libelle || ' : ' || d.protection_libelle
                || case when d.seuil > 0 then ' (seuil ' || d.seuil || ')' else '' end || '. ' || d.raison, ' ; '
                order by s.rang, s.source) as regle
            from reference.diffusion as d
            inner join reference.sources as s on s.source = d.source
            group by all
        )

        select 'indicateur' as objet_type, i.indicateur_code as objet_code, i.libelle, i.definition, i.grain, i.unite,
            i.index_4001, i.unites_compte as unite_compte,
            n.nature || ', ' || n.unite || '. ' || n.regle as denominateur,
            coalesce(s.source, p.libelle) as source, i.polarite, i.cumul, i.ruptures,
            coalesce(s.regle_statut, p.libelle || ' : ' || p.regle_statut) as regle_statut,
            coalesce(r.regle, 'Aucune valeur n''en est publiée.') as regle_diffusion, i.note,
            'select periode, valeur, statut from indicateurs.valeurs where indicateur_code = ''' || i.indicateur_code
                || ''' and retenu and ventilation_type = ''total'' order by territoire_code, periode' as exemple
        from reference.indicateurs as i
        left join {quoted(build)}.seeds.denominateurs as n on n.denominateur = i.denominateur
        left join sources as s on s.indicateur_code = i.indicateur_code
        left join reference.sources as p on p.source = i.statistique
        left join regles as r on r.indicateur_code = i.indicateur_code
        order by i.indicateur_code
        """,  # noqa: S608
    )
