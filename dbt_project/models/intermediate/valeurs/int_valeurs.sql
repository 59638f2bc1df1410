-- One row of a key is in use: of those that have a value, the one that covers the whole territory, then the source of the
-- best rank. The others stay, and are seen to differ.
with perimetres as (
    select q.source, t.territoire_code, q.perimetre, p.complet
    from {{ ref('perimetres_sources') }} as q
    inner join {{ ref('int_territoires') }} as t on t.niveau = q.niveau
    inner join {{ ref('perimetres') }} as p on p.perimetre = q.perimetre
),

dues as (
    select
        a.indicateur_code, a.territoire_code, a.periode_type, a.periode, a.periode_debut, 'total' as ventilation_type,
        'total' as ventilation_code, a.source, cast(null as decimal(18, 2)) as valeur, 'M' as statut, a.motif_code, a.motif,
        cast(null as string) as livraisons
    from {{ ref('int_attendus') }} as a
    left join {{ ref('int_connues') }} as c
        on c.indicateur_code = a.indicateur_code
        and c.territoire_code = a.territoire_code
        and c.periode_type = a.periode_type
        and c.periode = a.periode
        and c.source = a.source
        and c.ventilation_type = 'total'
    where c.indicateur_code is null
),

toutes as {{ relue() }} (
    select v.*, coalesce(q.perimetre, 'complet') as perimetre, coalesce(q.complet, true) as complet
    from (
        select * from {{ ref('int_connues') }}
        union all
        select * from dues
    ) as v
    left join perimetres as q on q.source = v.source and q.territoire_code = v.territoire_code
),

-- What each kind of value begins and ends with, breakdowns apart: a break touches them all.
periodes as (
    select distinct indicateur_code, source, territoire_code, periode_type, periode_debut, periode_debut as debut,
        {{ fin_de_periode('periode_type', 'periode_debut') }} as fin
    from {{ ref('int_connues') }}
    where valeur is not null
),

franchies as ({{ franchissements('periodes') }}),

-- A period in which the way of counting changed mixes two of them, unless what changed is a small part of the value.
melanges as (
    select * from franchies where rupture
),

-- Where several sources speak of one indicator in one territory, and only there, the rows have to be ranked.
disputes as (
    select indicateur_code, territoire_code
    from toutes
    group by indicateur_code, territoire_code
    having min(source) <> max(source)
),

classees as (
    select v.*, true as retenu
    from toutes as v
    left join disputes as d on d.indicateur_code = v.indicateur_code and d.territoire_code = v.territoire_code
    where d.indicateur_code is null
    union all
    select v.*,
        row_number() over (
            partition by v.indicateur_code, v.territoire_code, v.periode_type, v.periode, v.ventilation_type, v.ventilation_code
            order by case when v.valeur is null then 1 else 0 end, case when v.complet then 0 else 1 end, p.rang, v.source
        ) = 1 as retenu
    from toutes as v
    inner join disputes as d on d.indicateur_code = v.indicateur_code and d.territoire_code = v.territoire_code
    inner join {{ ref('precedences') }} as p on p.source = v.source
)

select
    v.indicateur_code,
    v.territoire_code,
    v.periode_type,
    v.periode,
    v.ventilation_type,
    v.ventilation_code,
    v.source,
    v.periode_debut,
    {{ fin_de_periode('v.periode_type', 'v.periode_debut') }} as periode_fin,
    v.valeur,
    -- A mean is not a count: its unit says so.
    coalesce(u.unite, i.unite)
        || case when i.cumul = 'moyenne' and v.periode_type <> i.grain then ' en moyenne par ' || i.grain else '' end as unite,
    v.perimetre,
    case
        when v.statut = 'A' and m.periode_debut is not null then 'B'
        when v.statut = 'A' and not v.complet then 'D'
        else v.statut
    end as statut,
    case when v.motif_code = 'non_diffuse' then 'C' else 'F' end as confidentialite,
    v.motif_code,
    v.motif,
    v.retenu,
    case when v.livraisons is not null then substr(md5(v.livraisons), 1, 12) end as lot_livraisons,
    v.livraisons
from classees as v
inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = v.indicateur_code
inner join {{ ref('precedences') }} as p on p.source = v.source
-- The unit of count of these is what their files say.
left join {{ ref('int_valeurs_ssmsi') }} as u
    on u.source = v.source and u.indicateur_code = v.indicateur_code and u.territoire_code = v.territoire_code
    and u.periode = v.periode and u.periode_type = v.periode_type and u.ventilation_type = v.ventilation_type
    and u.ventilation_code = v.ventilation_code
left join melanges as m
    on m.indicateur_code = v.indicateur_code and m.territoire_code = v.territoire_code and m.source = v.source
    and m.periode_type = v.periode_type and m.periode_debut = v.periode_debut
