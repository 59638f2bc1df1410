-- How many things each rule looked at in each source, how many of them it could not judge, and the worst of those that
-- are within its threshold: absent when none is.
select regle_code, source, count(*) as n_verifies, count(*) - count(ecart) as n_sans_ecart,
    max(case when ecart <= seuil then ecart end) as pire_dans_le_seuil
from {{ ref('ecarts') }}
group by all
