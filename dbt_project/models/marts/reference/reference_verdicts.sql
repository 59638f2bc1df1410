select cas_code, verdict_code, mot, cas, avant, apres, exemple from {{ ref('verdicts') }}
