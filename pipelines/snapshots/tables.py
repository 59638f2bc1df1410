"""What a snapshot keeps of the published warehouse, table by table, in the order of each key.

Nothing here depends on when it is read: the same deliveries and the same period give the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from pipelines.base.periods import Period
from pipelines.snapshots.places import read_places

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Communes and EPCI are in tables of their own (places.py).
_TERRITORIES = """
create or replace temp table _territoires as
select t.* from reference.territoires as t
where t.niveau not in ('commune', 'epci')
    and t.territoire_code in (select distinct territoire_code from indicateurs.series)
"""
_QUERIES = {
    "series": """
        select s.* from indicateurs.series as s
        where s.periode_fin <= $fin and s.territoire_code in (select territoire_code from _territoires)
        order by indicateur_code, territoire_code, periode_type, periode, ventilation_type, ventilation_code""",
    "taux": """
        select x.* exclude (retenu) from indicateurs.taux as x
        where x.retenu and x.periode <= $annee and x.territoire_code in (select territoire_code from _territoires)
        order by indicateur_code, territoire_code, periode, source""",
    "voisins": """
        select * from indicateurs.voisins where periode <= $annee
        order by indicateur_code, periode, ressemblance nulls last, territoire_code""",
    "rangs": "select * from indicateurs.rangs where periode <= $annee order by indicateur_code, periode",
    "criteres_voisins": "select * from reference.voisins order by ressemblance, critere",
    "territoires": "select * from _territoires order by territoire_code",
    "indicateurs": "select * from reference.indicateurs order by indicateur_code",
    "diffusion": "select * from reference.diffusion order by source, indicateur_code",
    # What each column is, so that whoever has the folder has the words.
    "descriptions": """
        select schema_name || '.' || table_name as table_nom, column_name as colonne, comment as description
        from duckdb_columns()
        where schema_name in ('indicateurs', 'reference', 'plan', 'qualite') and comment is not null order by all""",
    "motifs": "select * from reference.motifs order by motif_code",
    "verdicts": "select * from reference.verdicts order by cas_code",
    "indicateurs_tete": "select * from reference.indicateurs_tete order by indicateur_code",
    "lignes_de_base": "select * from reference.lignes_de_base order by all",
    "ventilations": "select * from reference.ventilations order by source, ventilation_type, ventilation_code",
    "perimetres": "select * from reference.perimetres order by perimetre",
    "ruptures": "select * from reference.ruptures order by rupture_code",
    "sources": "select * from reference.sources order by source",
    "correspondances": "select * from reference.correspondances order by indicateur_code, cadre, autre_code",
    "relations": "select * from reference.relations order by relation_code, membre_code",
    "priorites": """
        select * exclude (nom_table) from plan.priorites
        where valide_de <= $fin or valide_de = (select min(valide_de) from plan.priorites) order by rang, valide_de""",
    "actions": "select * from plan.actions order by rang, action_code, valide_de",
    "rattachements": "select * from plan.indicateurs_actions order by rattachement_code, indicateur_code, valide_de",
    "cibles": "select * from plan.cibles order by cible_code, valide_de",
    "actions_a_mener": """
        select * from indicateurs.actions_a_mener where periode_fin <= $fin
        order by priorite_code, action_code, action_a_mener_code, periode""",
    "financements": "select * from plan.financements where periode <= $trimestre order by all",
    # Of the steering, what was known at the end of the period: a later return changes nothing of it.
    "instances": """
        select i.instance_code, i.rattachee_a, i.nature, i.libelle, i.territoire_code, i.action_code, i.reunions_par_an,
            count(r.reunions)::integer as n_trimestres, sum(r.reunions)::integer as reunions,
            case when count(r.periode) filter (where r.periode >= $annee)
                = count(r.reunions) filter (where r.periode >= $annee)
                then sum(r.reunions) filter (where r.periode >= $annee) end::integer as reunions_annee,
            max(r.derniere_date) as derniere_reunion
        from plan.instances as i
        left join plan.reunions as r on r.instance_code = i.instance_code and r.periode_fin <= $fin
        where i.valide_de <= $fin and (i.valide_a is null or i.valide_a >= $fin)
        group by all order by i.instance_code""",
    "dispositifs": """
        select d.dispositif_code, d.nature, d.libelle, d.territoire_code, t.libelle as territoire, d.action_code,
            d.instance_code, d.periode, d.etat, d.debut, d.fin, d.echeance_imprimee, d.nombre, d.unite, d.evalue
        from plan.dispositifs as d
        left join reference.territoires as t on t.territoire_code = d.territoire_code
        where $fin >= (select min(valide_de) from plan.versions)
            and (d.periode = 'plan' or d.periode <= $trimestre)
        qualify row_number() over (
            partition by d.dispositif_code, d.territoire_code order by nullif(d.periode, 'plan') desc nulls last
        ) = 1 and (d.periode <> 'plan' or count(nullif(d.periode, 'plan')) over (partition by d.dispositif_code) = 0)
        order by d.nature, d.dispositif_code, d.territoire_code""",
    "dgo": """
        select g.engagement_code, g.enjeu_code, g.enjeu, g.classes_imprimees, g.engagement,
            count(p.reference)::integer as n_actions, count(*) filter (where p.etat = 'fait')::integer as n_faites,
            count(*) filter (where p.etat = 'abandonne')::integer as n_abandonnees,
            sum(p.participants)::integer as participants
        from plan.dgo as g
        left join (
            select * from plan.pdasr where periode <= $trimestre
            qualify row_number() over (partition by engagement_code, reference order by periode desc) = 1
        ) as p on p.engagement_code = g.engagement_code
        where g.valide_de <= $fin and (g.valide_a is null or g.valide_a >= $fin)
        group by all order by g.engagement_code""",
    "lieux_nommes": """
        select l.territoire_code, l.rang, l.raison, l.section, l.action_code from plan.lieux as l
        where l.valide_de <= $fin and (l.valide_a is null or l.valide_a >= $fin) order by l.rang, l.territoire_code""",
    "coherence": "select * from plan.coherence order by coherence_code",
    "reconciliation": "select * from plan.reconciliation order by chiffre_code, candidat",
    "chiffres_imprimes": "select * from plan.chiffres_imprimes order by chiffre_code",
    # How late an absence is depends on the day; what is missing does not.
    "manquants": """
        select s.* exclude (jour_reference, jours_retard), a.libelle as absence_libelle, a.retient_cloture
        from qualite.series_manquantes as s
        inner join reference.absences as a on a.absence = s.absence
        where s.periode_debut <= $fin order by absence_id""",
    "livraisons": """
        select d.livraison_id, d.nom, d.sha256, d.taille_octets, d.recu_le, d.nature, d.statut, d.motif
        from qualite.livraisons as d
        where d.statut = 'acceptee' order by d.livraison_id""",
    "lots_livraisons": "select * from qualite.lots_livraisons order by lot, livraison_id",
    "controles": """
        select c.* exclude (chargement, execute_le) from qualite.controles as c
        inner join reference.publication as p on p.chargement = c.chargement
        where c.porte = 'entrepot' order by regle_code, objet""",
    "constats": "select * exclude (rang) from qualite.constats order by all",
}


def read_tables(db: DuckDBPyConnection, period: Period) -> dict[str, pa.Table]:
    """Name → rows, of a connection to a published warehouse."""
    db.execute(_TERRITORIES)
    quarter = Period(period.end.year * 12 + (period.end.month - 1) // 3 * 3, 3)
    values: dict[str, object] = {"fin": period.end, "trimestre": str(quarter), "annee": str(period)[:4]}
    return {
        name: db.execute(query, {k: v for k, v in values.items() if f"${k}" in query}).to_arrow_table()
        for name, query in _QUERIES.items()
    } | read_places(db, values)
