with unites as (
    select
        i.indicateur_code,
        count(*) as n_index,
        string_agg(i.code_index::varchar, ', ' order by i.code_index) as index_4001,
        string_agg(distinct x.unite_compte, ' + ' order by x.unite_compte) as unites_compte
    from {{ ref('indicateurs_index') }} as i
    inner join {{ ref('index_4001') }} as x on x.code_index = i.code_index
    group by all
)

select
    s.indicateur_code,
    s.libelle,
    s.nature,
    s.statistique,
    s.unite,
    u.n_index,
    u.index_4001,
    u.unites_compte,
    s.polarite,
    s.grain,
    s.niveau_min,
    s.note
from {{ ref('indicateurs') }} as s
left join unites as u on u.indicateur_code = s.indicateur_code
