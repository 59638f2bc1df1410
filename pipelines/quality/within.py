"""What a delivery contradicts by itself: totals and parts, places and what contains them, rates and counts.

`expectations/reception/valeurs.csv` says which received column is an indicator, a place, a period and a value; the
relations between indicators are those of `dbt_project/seeds`, as in the warehouse. `calculs.csv` holds what is computed
within a row or a group of rows.
"""

# ruff: noqa: S608 -- every name and value of these queries is of a table of this project

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.catalogue.places import inclusions_of_places, register_of_places
from pipelines.quality import computed, consistent
from pipelines.quality.computed import PLACE, condition, expression, listed, number
from pipelines.quality.rules import RECEPTION, parameter
from pipelines.settings.model import EXPECTATIONS, SEEDS
from pipelines.settings.tables import read_rows

if TYPE_CHECKING:
    import pyarrow as pa

# A whole beside its members, in one delivery, one place and one period.
_RELATIONS = """
couples as (
    select r.relation_code, r.nature, r.n_membres as n_attendus, e.*, m.indicateur_code as membre_code,
        m.valeur as membre, m.feuille as membre_feuille, m.ligne as membre_ligne, m.colonne as membre_colonne
    from relations as r
    join valeurs as e on e.indicateur_code = r.ensemble_code
    join valeurs as m on m.indicateur_code = r.membre_code and m.livraison_id = e.livraison_id
        and m.territoire_code = e.territoire_code and m.periode = e.periode
),
ensembles as (
    select nature, livraison_id, feuille, ligne, colonne, indicateur_code, territoire_code, periode, valeur,
        sum(membre) as membres
    from couples where nature in ('somme', 'borne')
    group by relation_code, n_attendus, nature, livraison_id, feuille, ligne, colonne, indicateur_code, territoire_code,
        periode, valeur
    having count(*) = n_attendus
),
-- The place that contains each: its département by its code, and what the lists say of that whole year.
contenants as (
    select p.*, 'DEP-' || case
        when substr(p.territoire_code, 1, 4) in ('ZPN-', 'ZGN-') then substr(p.territoire_code, 5)
        when substr(p.territoire_code, 5, 2) in ('97', '98') then substr(p.territoire_code, 5, 3)
        else substr(p.territoire_code, 5, 2) end as contenant_code
    from valeurs as p join additifs as a on a.indicateur_code = p.indicateur_code
    where substr(p.territoire_code, 1, 4) in ('ZPN-', 'ZGN-', 'ARR-', 'COM-')
    union
    select p.*, i.contenant_code
    from valeurs as p
    join additifs as a on a.indicateur_code = p.indicateur_code
    join inclusions as i on i.territoire_code = p.territoire_code
        and i.valide_de <= substr(p.periode, 1, 4) || '-01-01' and i.valide_a >= substr(p.periode, 1, 4) || '-12-31'
),
inclus as (
    select p.*, e.valeur as contenant, e.feuille as contenant_feuille, e.ligne as contenant_ligne,
        e.colonne as contenant_colonne
    from contenants as p
    join valeurs as e on e.livraison_id = p.livraison_id and e.indicateur_code = p.indicateur_code
        and e.periode = p.periode and e.territoire_code = p.contenant_code
),
zones as (
    select livraison_id, contenant_feuille as feuille, contenant_ligne as ligne, contenant_colonne as colonne,
        indicateur_code, contenant_code as territoire_code, periode, contenant as valeur, sum(valeur) as somme
    from inclus where substr(territoire_code, 1, 1) = 'Z' group by all
),
ecarts as (
    select 'SOMME_PARTIES' as regle_code, livraison_id, feuille, ligne, colonne, indicateur_code, territoire_code,
        periode, '' as detail, membres as observe, valeur as attendu, abs(membres - valeur) as ecart
    from ensembles where nature = 'somme'
    union all
    select 'BORNE', livraison_id, feuille, ligne, colonne, indicateur_code, territoire_code, periode, '', membres,
        valeur, valeur - membres
    from ensembles where nature = 'borne'
    union all
    select 'PARTIE_TOUT', livraison_id, membre_feuille, membre_ligne, membre_colonne, membre_code, territoire_code,
        periode, indicateur_code, membre, valeur, membre - valeur
    from couples where nature = 'partie'
    union all
    select 'TERRITOIRES', livraison_id, feuille, ligne, colonne, indicateur_code, territoire_code, periode,
        contenant_code, valeur, contenant, valeur - contenant
    from inclus
    union all
    select 'SERVICES_GROUPEMENT', livraison_id, feuille, ligne, colonne, indicateur_code, territoire_code, periode, '',
        somme, valeur, somme - valeur
    from zones
)
"""
RELATIONS = ("SOMME_PARTIES", "BORNE", "PARTIE_TOUT", "TERRITOIRES", "SERVICES_GROUPEMENT")


_COMPUTED = {
    "produit": computed.product, "ventilation": computed.breakdown, "total": computed.total, "blocs": computed.blocks,
    "parties": consistent.parts, "constante": consistent.constant, "suivie": consistent.following,
    "dont": consistent.part,
}  # fmt: skip


@dataclass(frozen=True)
class Examined:
    """What one table of a batch gave to compare: how many comparisons each rule made, and those beyond its threshold.

    A row of `off` has the place (livraison_id, feuille, ligne, colonne) and the words of a rule's sentence.
    """

    checked: dict[str, int]
    off: list[dict]


def compared(source: str, table: str) -> list[str]:
    """List the rules that check this table, in the order in which they are judged."""
    related = any(v["source"] == source and v["table_nom"] == table for v in _lines("valeurs"))
    computed = [c["regle_code"] for c in _lines("calculs") if (c["source"], c["table_nom"]) == (source, table)]
    return [*dict.fromkeys(computed), *(RELATIONS if related else ())]


def rules_used() -> set[str]:
    """List every rule that this module judges."""
    return {*RELATIONS, *(c["regle_code"] for c in _lines("calculs"))}


def examine(source: str, table: str, drafts: dict[Path, set[str]], limits: dict[str, float]) -> Examined:
    """Compare the rows of these deliveries, each with those of its own file."""
    import duckdb

    checked: dict[str, int] = {}
    off: list[dict] = []
    with duckdb.connect() as db:
        db.execute("set threads = 1")
        rows = _rows(drafts)
        db.register("lignes", rows)
        db.register("inclusions", _inclusions())
        for query in _queries(source, table, rows.column_names, limits):
            db.execute(f"create or replace temp table trouves as {query}")
            for rule, n in db.execute("select regle_code, count(*) from trouves group by 1").fetchall():
                checked[rule] = checked.get(rule, 0) + n
                found = db.execute(
                    "select * from trouves where regle_code = ? and ecart > ? order by livraison_id, ligne::bigint",
                    [rule, limits[rule]],
                )
                names = [d[0] for d in found.description]
                off += [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return Examined(checked, [_in_words(row) for row in off])


def _rows(drafts: dict[Path, set[str]]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from pipelines.base.coded import PLAIN, recast

    tables = []
    for file, ids in drafts.items():
        rows = recast(pq.ParquetFile(file).read(), PLAIN)
        tables.append(rows.filter(pc.is_in(rows["livraison_id"], value_set=pa.array(sorted(ids)))))
    return pa.concat_tables(tables, promote_options="permissive")


def _queries(source: str, table: str, names: list[str], limits: dict[str, float]) -> Iterable[str]:
    of_table = (source, table)
    values = [_values(v, names) for v in _lines("valeurs") if (v["source"], v["table_nom"]) == of_table]
    if values:
        yield f"with valeurs as ({' union all '.join(values)}), {_tables()}, {_RELATIONS} select * from ecarts"
    for c in (c for c in _lines("calculs") if (c["source"], c["table_nom"]) == of_table):
        if c["genre"] == "repetees":
            yield computed.repeated(c, names, limits[parameter(c["regle_code"], "ailleurs")])
        else:
            yield _COMPUTED[c["genre"]](c, names)


def _values(line: dict[str, str], names: list[str]) -> str:
    """Read the rows of a table as values of indicators; a label that its list lacks is none."""
    code, join = line["indicateur"], ""
    if line["liste"]:
        pairs = [(r[line["indicateur"]], r["indicateur_code"]) for r in _seed(line["liste"])]
        join = f" join (values {listed(pairs)}) as liste(cle, indicateur_code) on liste.cle = lignes.{code}"
    return (
        f"select {PLACE}, {'liste.indicateur_code' if line['liste'] else code} as indicateur_code,"
        f" {expression(line['territoire'], names)} as territoire_code,"
        f" {expression(line['periode'], names)} as periode, {number(line['valeur'])} as valeur from lignes{join}"
        f" where {condition(line['quand'])} and {number(line['valeur'])} is not null"
    )


def _tables() -> str:
    """The relations between indicators, and those of which a place has at most what contains it has."""
    known = [r for r in _seed("relations_indicateurs") if r["nature"] in {"somme", "partie", "borne"}]
    sizes = {code: sum(r["relation_code"] == code for r in known) for code in {r["relation_code"] for r in known}}
    related = [
        (r["relation_code"], r["nature"], r["ensemble_code"], r["membre_code"], sizes[r["relation_code"]])
        for r in known
    ]
    counted = [*_seed("indicateurs"), *_seed("indicateurs_suivi")]
    added = sorted({(r["indicateur_code"],) for r in counted if r["cumul"] != "aucun" and r["unite"] != "%"})
    return (
        f"relations(relation_code, nature, ensemble_code, membre_code, n_membres) as (values {listed(related)}),"
        f" additifs(indicateur_code) as (values {listed(added)})"
    )


def _in_words(row: dict) -> dict:
    labels = _labels()
    return row | {
        "indicateur": labels.get(row["indicateur_code"], row["indicateur_code"]),
        "territoire": labels.get(row["territoire_code"], row["territoire_code"]),
        "detail": labels.get(row["detail"], row["detail"]),
    }


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    found = {r["indicateur_code"]: r["libelle"] for r in _seed("indicateurs")}
    found |= {f"DEP-{r['code_departement']}": r["libelle"] for r in _seed("departements")}
    found |= {f"ARR-{r['code_arrondissement']}": r["libelle"] for r in _seed("arrondissements")}
    return {r["territoire_code"]: r["libelle"] for r in register_of_places(_seed)} | found


@lru_cache(maxsize=1)
def _inclusions() -> pa.Table:
    import pyarrow as pa

    columns = list(zip(*inclusions_of_places(_seed), strict=True))
    names = ("territoire_code", "contenant_code", "valide_de", "valide_a")
    return pa.table(dict(zip(names, map(list, columns), strict=True)))


@lru_cache(maxsize=16)
def _lines(name: str) -> list[dict[str, str]]:
    return read_rows(EXPECTATIONS / RECEPTION / f"{name}.csv")


@lru_cache(maxsize=16)
def _seed(name: str) -> list[dict[str, str]]:
    return next(read_rows(file) for file in sorted(SEEDS.glob(f"*/{name}.csv")))
