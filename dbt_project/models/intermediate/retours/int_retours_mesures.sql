-- What each indicator takes of a service's return: a measure, over a list of indexes or over all of them. The 4001
-- indicators are counted by month as well, from the facts. A group of indexes counts where all of them do, for as many.
with un_a_un as (
    select r.indicateur_code, r.mesure, i.code_index
    from {{ ref('retours') }} as r
    inner join {{ ref('indicateurs_index') }} as i on i.indicateur_code = r.liste_indicateur
    union all
    select r.indicateur_code, r.mesure, x.code_index
    from {{ ref('retours') }} as r
    cross join {{ ref('index_4001') }} as x
    where r.liste_indicateur is null
    union all
    select indicateur_code, 'faits_constates', code_index from {{ ref('indicateurs_index') }}
)

select indicateur_code, mesure, code_index, code_index::string as index_declare, 1 as n_index
from un_a_un
union all
select u.indicateur_code, u.mesure, cast(null as integer), g.groupe, max(n.n_index)::integer
from un_a_un as u
inner join {{ ref('index_groupes') }} as g on g.code_index = u.code_index
inner join (select groupe, count(*) as n_index from {{ ref('index_groupes') }} group by groupe) as n on n.groupe = g.groupe
group by u.indicateur_code, u.mesure, g.groupe
having count(*) = max(n.n_index)
