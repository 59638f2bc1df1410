-- One row of a key is in use: the source of the best rank that has a value. The others stay, and are seen to differ.
with dues as (
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
    select * from {{ ref('int_connues') }}
    union all
    select * from dues
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
            order by case when v.valeur is null then 1 else 0 end, p.rang, v.source
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
    case v.periode_type
        when 'annee' then make_date(year(v.periode_debut), 12, 31)
        when 'trimestre' then {{ fin_de_mois('make_date(year(v.periode_debut), month(v.periode_debut) + 2, 1)') }}
        else {{ fin_de_mois('v.periode_debut') }}
    end as periode_fin,
    v.valeur,
    coalesce(u.unite, i.unite) as unite,
    v.statut,
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
