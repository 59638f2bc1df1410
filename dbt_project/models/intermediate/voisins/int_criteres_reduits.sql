-- Each criterion in each département, transformed as the table of criteria declares, less the mean of all, in standard
-- deviations of all. A département that lacks a criterion is compared with nobody.
with retenus as (
    select * from {{ ref('criteres') }} where poids > 0
),

transformes as (
    select v.code_departement, c.critere, c.poids, v.valeur,
        case
            when c.transformation = 'aucune' then v.valeur::double
            when v.valeur > 0 then ln(v.valeur::double)
        end as x
    from {{ ref('criteres_departements') }} as v
    inner join retenus as c on c.critere = v.critere
    inner join {{ ref('departements') }} as d on d.code_departement = v.code_departement
    inner join {{ ref('voisinage') }} as r on r.perimetre in (d.perimetre, 'tous')
),

entiers as (
    select code_departement
    from transformes
    group by code_departement
    having count(x) = (select count(*) from retenus)
)

-- Six decimals, so that a distance does not depend on the order in which an engine adds.
select
    t.code_departement,
    t.critere,
    t.poids,
    t.valeur,
    ((t.x - avg(t.x) over (partition by t.critere)) / nullif(stddev_pop(t.x) over (partition by t.critere), 0))::decimal(9, 6)
        as ecart_reduit
from transformes as t
inner join entiers as e on e.code_departement = t.code_departement
