-- What a territory is the sum of in a year. The year of a service that changed arrondissement within it is of neither.
select distinct c.territoire_code, c.composante_code, a.annee, d.territoire_code is not null as deplacee
from {{ ref('int_composition') }} as c
inner join (select distinct annee from {{ ref('int_annees') }}) as a
    on (c.valide_de is null or year(c.valide_de) <= a.annee) and (c.valide_a is null or year(c.valide_a) >= a.annee)
left join (
    select distinct territoire_code, periode
    from {{ ref('int_services_en_vigueur') }}
    where periode_type = 'annee' and deplace
) as d
    on d.territoire_code = c.composante_code and d.periode = a.annee::string and c.territoire_code like 'ARR-%'
