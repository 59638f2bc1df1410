-- Each value beside the sum of the same period of the years before, when all of them are known and no break lies
-- between: what chance allows is computed from these two numbers by the quality step. In the smallest place that the
-- source knows: a jump of a company is one, not five in all that holds it.
{% set annees = 3 %}
with valeurs as (
    select v.source, v.indicateur_code, v.territoire_code, v.periode_type, v.periode, v.periode_debut, v.periode_fin,
        year(v.periode_debut) as annee, month(v.periode_debut) as mois, v.valeur, v.livraisons
    from {{ ref('int_valeurs') }} as v
    inner join {{ ref('int_territoires_instance') }} as t on t.territoire_code = v.territoire_code
    inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = v.indicateur_code
    where v.ventilation_type = 'total' and v.valeur is not null and i.nature = 'situation' and i.cumul = 'somme'
        and v.unite <> '%' and v.source in ('etat4001_services', 'etat4001_departements', 'retours_services',
        'barometre_odsr', 'baac') and v.periode_type in ('annee', 'mois')
        and t.niveau = case when v.source in ('etat4001_services', 'retours_services') then 'service' else 'departement' end
),

bases as (
    select v.source, v.indicateur_code, v.territoire_code, v.periode_type, v.periode, v.periode_debut, v.periode_fin,
        v.valeur, v.annee, v.livraisons,
        sum(p.valeur) as base, count(*) as n_annees
    from valeurs as v
    inner join valeurs as p
        on p.source = v.source and p.indicateur_code = v.indicateur_code and p.territoire_code = v.territoire_code
        and p.periode_type = v.periode_type and p.mois = v.mois
        and p.annee between v.annee - {{ annees }} and v.annee - 1
    group by all
),

couples as (
    select distinct indicateur_code, source, territoire_code, periode_type, periode_debut,
        make_date(annee - {{ annees }}, month(periode_debut), 1) as debut, periode_fin as fin
    from bases
),

ruptures as (
    select * from ({{ franchissements('couples') }}) as franchies where rupture
)

select 'SAUT' as regle_code, b.source, b.indicateur_code, b.territoire_code, b.periode, cast(null as string) as detail,
    b.valeur as observe, b.base, b.n_annees, b.livraisons
from bases as b
left join ruptures as r
    on r.indicateur_code = b.indicateur_code and r.source = b.source and r.territoire_code = b.territoire_code
    and r.periode_type = b.periode_type and r.periode_debut = b.periode_debut
where b.n_annees = {{ annees }} and r.indicateur_code is null
    and greatest(b.valeur, b.base / nullif({{ annees }}, 0)) >= {{ seuil('SAUT', 'effectif_min') }}
