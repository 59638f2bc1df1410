-- The claims that set side by side two periods that a break separates: nothing bears them out, nor contradicts them.
with series as (
    select affirmation_code, serie_code, territoire_lu as territoire_code, perimetre, periode, periode_reference
    from {{ ref('int_affirmations_lues') }}
    where periode_reference is not null
    union all
    select affirmation_code, autre_serie_lue, autre_territoire_lu, perimetre, autre_periode_lue, autre_periode_reference_lue
    from {{ ref('int_affirmations_lues') }}
    where a_deux_termes and autre_periode_reference_lue is not null
),

lignes as (
    select distinct a.affirmation_code, r.indicateur_code, c.source, a.territoire_code,
        make_date(cast(a.periode_reference as integer), 1, 1) as debut, make_date(cast(a.periode as integer), 12, 31) as fin
    from series as a
    inner join {{ ref('reponses') }} as r
        on r.serie_code = a.serie_code and r.candidat = 1 and r.perimetre = a.perimetre
    inner join {{ ref('int_series_calculees') }} as c
        on c.serie_code = a.serie_code and c.territoire_code = a.territoire_code and c.periode = a.periode
        and c.candidat = 1 and c.suite = 'en_usage' and c.periode_type = 'annee'
)

select distinct affirmation_code
from ({{ franchissements('lignes', ['affirmation_code', 'indicateur_code', 'source', 'territoire_code']) }}) as franchies
where rupture
