"""Communes, what they make up and where they lie, in tables of their own: described, never tested.

They are apart from `series` and `taux`, so that no verdict and no family of tests ever depends on them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa

from pipelines.maps.contours import Contours, own_contours
from pipelines.settings.model import SEEDS
from pipelines.settings.tables import read_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SERIES, RATES = "series_lieux", "taux_lieux"
_COMMUNES = """
create or replace temp table _communes_epci as
select i.territoire_code, i.contenant_code as epci_code, count(*) over (partition by i.contenant_code) as n_communes
from reference.inclusions as i
inner join reference.territoires as c on c.territoire_code = i.territoire_code
inner join reference.territoires as e on e.territoire_code = i.contenant_code
where c.niveau = 'commune' and e.niveau = 'epci'
"""
# An EPCI counts what all its communes of the département count: one that is missing makes the sum missing.
_QUERIES = {
    "lieux": """
        select t.territoire_code, t.niveau, t.libelle, t.code_officiel, t.parent_code, t.epci_code,
            p.valeur as population, p.millesime as population_millesime
        from reference.territoires as t
        inner join reference.publication as ici
            on ici.code_departement = t.code_departement or t.niveau in ('france', 'region')
        left join (
            select territoire_code, valeur, millesime from reference.populations
            where nature = 'population' and valeur is not null
            qualify row_number() over (partition by territoire_code order by millesime desc) = 1
        ) as p on p.territoire_code = t.territoire_code
        order by territoire_code""",
    "inclusions": """
        select * from reference.inclusions
        order by territoire_code, contenant_code, valide_de""",
    SERIES: """
        select * from (
            select s.* from indicateurs.series as s
            where s.niveau in ('commune', 'clspd', 'quartier') and s.ventilation_type = 'total'
                and s.periode_fin <= $fin
            union all by name
            select s.indicateur_code, 'epci' as niveau, e.epci_code as territoire_code, s.periode_type, s.periode,
                'total' as ventilation_type, 'total' as ventilation_code, min(s.periode_debut) as periode_debut,
                min(s.periode_fin) as periode_fin,
                case when count(s.valeur) = e.n_communes then sum(s.valeur) end as valeur, min(s.unite) as unite,
                min(s.perimetre) as perimetre, bool_or(s.rupture) as rupture,
                case when count(s.valeur) < e.n_communes then 'M' else max(s.statut) end as statut,
                case when count(s.valeur) < e.n_communes then 'composante_manquante' end as motif_code,
                s.source,
                case when count(distinct s.lot_livraisons) = 1 then min(s.lot_livraisons) end as lot_livraisons
            from indicateurs.series as s
            inner join _communes_epci as e on e.territoire_code = s.territoire_code
            where s.ventilation_type = 'total' and s.periode_type = 'annee' and s.periode_fin <= $fin
            group by s.indicateur_code, e.epci_code, e.n_communes, s.periode_type, s.periode, s.source
            having count(*) = e.n_communes and min(s.unite) = max(s.unite)
        ) as x
        order by indicateur_code, territoire_code, periode_type, periode""",
    RATES: """
        select * from (
            select x.* exclude (retenu) from indicateurs.taux as x
            inner join reference.territoires as t on t.territoire_code = x.territoire_code
            where x.retenu and x.periode <= $annee and t.niveau = 'commune'
            union all by name
            select x.indicateur_code, e.epci_code as territoire_code, x.periode, x.source,
                case when count(x.taux) = e.n_communes
                    then round(1000 * sum(x.numerateur) / sum(x.denominateur_valeur), 4) end::decimal(18, 4) as taux,
                x.unite, sum(x.numerateur) filter (x.taux is not null) as numerateur, x.denominateur,
                case when count(x.taux) = e.n_communes then sum(x.denominateur_valeur) end as denominateur_valeur,
                min(x.denominateur_millesime) as denominateur_millesime, 'insee_communes' as denominateur_origine,
                min(x.perimetre) as perimetre,
                case when count(x.taux) < e.n_communes then 'M' else max(x.statut) end as statut,
                case when count(x.taux) < e.n_communes then 'composante_manquante' end as motif_code
            from indicateurs.taux as x
            inner join _communes_epci as e on e.territoire_code = x.territoire_code
            where x.retenu and x.periode <= $annee and x.unite like 'pour 1 000 %'
            group by x.indicateur_code, e.epci_code, e.n_communes, x.periode, x.source, x.unite, x.denominateur
            having count(*) = e.n_communes and min(x.denominateur_millesime) = max(x.denominateur_millesime)
        ) as y
        order by indicateur_code, territoire_code, periode, source""",
}


def read_places(db: DuckDBPyConnection, values: dict[str, object]) -> dict[str, pa.Table]:
    """Name → rows, of a connection to a published warehouse; `values` are the bounds of the period."""
    db.execute(_COMMUNES)
    found = {
        name: db.execute(query, {k: v for k, v in values.items() if f"${k}" in query}).to_arrow_table()
        for name, query in _QUERIES.items()
    }
    [department] = db.execute("select code_departement from reference.publication").fetchone() or ("",)
    known = {code for code, level in _pairs(found["lieux"]) if level == "commune"}
    return found | {"contours": contour_rows(_drawn(db, department, known))}


def _drawn(db: DuckDBPyConnection, department: str, known: set[str]) -> Contours | None:
    """Choose the contours that were delivered, else those that the project carries."""
    delivered = _delivered(db)
    if delivered is not None:
        return _of_today(delivered, known).simplified()
    own = own_contours(department)
    return None if own is None else _of_today(own, known)


def _delivered(db: DuckDBPyConnection) -> Contours | None:
    """Read the contours that were delivered; None without any."""
    rows = db.execute("select territoire_code, contour, origine from reference.contours order by all").fetchall()
    features = [
        {"properties": {"code": code.removeprefix("COM-")}, "geometry": json.loads(contour)}
        for code, contour, _ in rows
    ]
    return Contours.of({"features": features, "attribution": rows[0][2]}) if rows else None


def _pairs(places: pa.Table) -> zip[tuple[str, str]]:
    return zip(places["territoire_code"].to_pylist(), places["niveau"].to_pylist(), strict=True)


def _of_today(contours: Contours, known: set[str]) -> Contours:
    """Give a contour whose commune has merged to the commune that took it in, as the project's list says."""
    became = {r["code_commune"]: r["suite"] for r in read_rows(SEEDS / "reference" / "communes.csv") if r["suite"]}
    today = {}
    for code in contours.shapes:
        now = code
        while f"COM-{now}" not in known and now in became:
            now = became[now]
        today[code] = now
    return contours.gathered(today)


def contour_rows(contours: Contours | None) -> pa.Table:
    """Write contours as rows: a place, its GeoJSON geometry, whom it comes from."""
    shapes = contours.shapes if contours else {}
    return pa.table(
        {
            "territoire_code": pa.array([f"COM-{code}" for code in shapes], pa.string()),
            "contour": pa.array(
                [json.dumps(contours.geometry(code), separators=(",", ":")) for code in shapes] if contours else [],
                pa.string(),
            ),
            "origine": pa.array([contours.attribution if contours else ""] * len(shapes), pa.string()),
        }
    )
