-- The same period of the year before, and whether the two compare: a value in use with one in use, one that covers a part
-- of a territory with that part alone.
with ici as (
    select v.*, year(v.periode_debut) as annee
    from {{ ref('int_valeurs') }} as v
    inner join {{ ref('int_territoires_instance') }} as t on t.territoire_code = v.territoire_code
),

comparees as ({{ suites('ici') }}),

ruptures as (
    select distinct indicateur_code, territoire_code, annee from {{ ref('int_ruptures_relevees') }}
    union
    select distinct v.indicateur_code, v.territoire_code, v.annee
    from (select distinct indicateur_code, territoire_code, annee from comparees) as v
    inner join {{ ref('int_forces_territoire') }} as f on f.territoire_code = v.territoire_code
    inner join {{ ref('int_ruptures') }} as r
        on r.indicateur_code = v.indicateur_code
        and (r.force is null or r.force = f.force)
        and r.annee_debut <= v.annee
        and r.annee_fin >= case when r.annee_melee then v.annee - 1 else v.annee end
),

cote_a_cote as (
    select
        v.*,
        case when p.source = v.source and p.perimetre = v.perimetre then p.valeur end as valeur_precedente,
        p.valeur is not null and p.source <> v.source as autre_source,
        p.valeur is not null and p.perimetre <> v.perimetre as autre_perimetre,
        r.annee is not null as rupture
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
        on r.indicateur_code = v.indicateur_code and r.territoire_code = v.territoire_code and r.annee = v.annee
)

select
    *,
    case when not rupture then valeur - valeur_precedente end as evolution_abs,
    case when not rupture then {{ evolution_pct('valeur', 'valeur_precedente') }} end as evolution_pct,
    {{ evolution_motif('valeur', 'valeur_precedente', 'rupture', 'autre_source', 'autre_perimetre') }} as evolution_motif_code
from cote_a_cote
