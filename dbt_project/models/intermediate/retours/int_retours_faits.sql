-- The facts of each month, whether the return counts the month or since January.
{% set mesures = mesures_retours() %}
with cumules as (
    select * from {{ ref('int_retours_cumuls') }} where not deduite
),

mois_cumules as (
    select distinct code_departement, force, service, annee, mois from cumules where cumul is not null
)

select f.livraison_id, f.feuille, f.ligne, f.colonne, f.annee, f.mois, f.code_departement, f.force, f.service, f.index_declare,
    f.code_index{% for m in mesures %}, f.{{ m }}{% endfor %}
from {{ ref('stg_service_returns__faits') }} as f
left join mois_cumules as m
    on m.code_departement = f.code_departement and m.force = f.force and m.service = f.service and m.annee = f.annee
    and m.mois = f.mois
where m.service is null
union all
select c.livraison_id, c.feuille, c.ligne, c.colonne, c.annee, c.mois, c.code_departement, c.force, c.service, c.index_declare,
    c.code_index{% for m in mesures %}, max(case when c.mesure = '{{ m }}' then c.valeur end) as {{ m }}{% endfor %}
from cumules as c
inner join mois_cumules as m
    on m.code_departement = c.code_departement and m.force = c.force and m.service = c.service and m.annee = c.annee
    and m.mois = c.mois
group by c.livraison_id, c.feuille, c.ligne, c.colonne, c.annee, c.mois, c.code_departement, c.force, c.service,
    c.index_declare, c.code_index
