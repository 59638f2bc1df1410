-- What each indicator takes of a service's monthly return: a measure, over a list of indexes or over all of them. The
-- 4001 indicators are counted by month as well, from the facts.
select indicateur_code, mesure, code_index
from (
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
) as toutes
