-- The same period of the year before, and whether the two compare: a value in use with one in use, one that covers a part
-- of a territory with that part alone.
with ici as (
    select v.*, year(v.periode_debut) as annee
    from {{ ref('int_valeurs') }} as v
    inner join {{ ref('int_territoires_instance') }} as t on t.territoire_code = v.territoire_code
),

comparees as ({{ suites('ici') }}),

couples as (
    select distinct indicateur_code, source, territoire_code, periode_type, periode_debut,
        make_date(annee - 1, month(periode_debut), 1) as debut, periode_fin as fin
    from comparees
),

-- A break that touches a small part of the value is said, and the two periods compare.
ruptures as ({{ franchissements('couples') }}),

cote_a_cote as (
    select
        v.*,
        case when p.source = v.source and p.perimetre = v.perimetre then p.valeur end as valeur_precedente,
        p.valeur is not null and p.source <> v.source as autre_source,
        p.valeur is not null and p.perimetre <> v.perimetre as autre_perimetre,
        coalesce(r.rupture, false) as rupture,
        nullif(round(100 * r.part, 1)::decimal(9, 2), 0) as rupture_part_pct,
        max(r.comparable_depuis) over (
            partition by v.indicateur_code, v.territoire_code, v.periode_type, v.ventilation_type, v.ventilation_code, v.suite
            order by v.periode_debut
        ) as comparable_depuis
    from comparees as v
    left join comparees as p
        on p.indicateur_code = v.indicateur_code
        and p.territoire_code = v.territoire_code
        and p.periode_type = v.periode_type
        and p.periode_debut = make_date(v.annee - 1, month(v.periode_debut), 1)
        and p.ventilation_type = v.ventilation_type
        and p.ventilation_code = v.ventilation_code
        and p.suite = v.suite
    left join ruptures as r
        on r.indicateur_code = v.indicateur_code and r.territoire_code = v.territoire_code and r.source = v.source
        and r.periode_type = v.periode_type and r.periode_debut = v.periode_debut
)

select
    *,
    case when not rupture then valeur - valeur_precedente end as evolution_abs,
    case when not rupture then {{ evolution_pct('valeur', 'valeur_precedente') }} end as evolution_pct,
    {{ evolution_motif('valeur', 'valeur_precedente', 'rupture', 'autre_source', 'autre_perimetre') }} as evolution_motif_code
from cote_a_cote
