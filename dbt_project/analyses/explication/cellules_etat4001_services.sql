-- The cells of the workbook: a service's own, and in a force zone those of every service of the département.
with lieux as (
    select distinct s.territoire_code, s.code_departement, s.force, s.service, s.perimetre, s.periode, true as precis
    from {{ ref('int_services_en_vigueur') }} as s
    where s.periode_type = 'annee' and s.nommee
    union all
    select z.territoire_code, z.code_departement, z.force, null, null, null, false from {{ ref('int_zones') }} as z
)

select d.indicateur_code, d.territoire_code, d.periode, d.source,
    f.livraison_id, f.feuille, f.ligne, f.colonne, 'faits_constates' as mesure,
    coalesce(f.service, '') || ', index ' || f.code_index::string as objet,
    f.faits::decimal(18, 2) as compte, 'somme' as operation
from demandees as d
inner join lieux as l on l.territoire_code = d.territoire_code and (not l.precis or l.periode = d.periode)
inner join {{ ref('indicateurs_index') }} as i on i.indicateur_code = d.indicateur_code
inner join {{ ref('int_faits_4001') }} as f
    on f.annee::string = d.periode and f.code_departement = l.code_departement and f.force = l.force
    and f.code_index = i.code_index
    and (not l.precis or (f.service = l.service
        and (f.perimetre = l.perimetre or (f.perimetre is null and l.perimetre is null))))
where d.source = 'etat4001_services' and d.periode_type = 'annee'
