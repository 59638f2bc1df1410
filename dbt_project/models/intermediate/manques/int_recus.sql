-- What is in use, piece by piece, read from the rows themselves: a delivery that lacks the département, or a service,
-- has not brought it.
with ici as (
    select i.code_departement, 'DEP-' || i.code_departement as territoire_code from {{ source('raw', 'instance') }} as i
)

select f.force as source, 'services' as table_nom, ici.territoire_code as element_code, f.annee::string as periode
from {{ ref('int_faits_departement') }} as f
inner join ici on ici.code_departement = f.code_departement
union
select force, 'services', territoire_code, annee::string
from {{ ref('int_faits_service') }}
union
select 'etat4001_monthly', 'departements', ici.territoire_code, f.annee_mois
from {{ ref('stg_etat4001_monthly__faits') }} as f
inner join ici on ici.code_departement = f.code_departement
union
select 'ssmsi', 'base', ici.territoire_code, b.annee::string
from {{ ref('stg_ssmsi__base') }} as b
inner join ici on ici.code_departement = b.code_departement
union
-- A BAAC file is the country's: a département without an accident in it is not missing.
select m.source, m.table_nom, ici.territoire_code, m.periode
from {{ source('raw', 'manifeste') }} as m
cross join ici
where m.retenue and m.source = 'road_safety'
union
select 'road_barometer', 'mesures', ici.territoire_code, {{ mois_de('b.annee', 'b.mois') }}
from {{ ref('stg_road_barometer__mesures') }} as b
inner join ici on ici.code_departement = b.code_departement
union
select 'service_returns', e.table_nom, e.territoire_code, {{ mois_de('e.annee', 'e.mois') }}
from {{ ref('int_retours_envois') }} as e
where e.territoire_code is not null
union
select 'service_returns', e.table_nom, ici.territoire_code, {{ mois_de('e.annee', 'e.mois') }}
from {{ ref('int_retours_envois') }} as e
inner join ici on ici.code_departement = e.code_departement
union
select 'iscg', 'activite', a.poste, {{ mois_de('a.annee', 'a.mois') }}
from {{ ref('stg_iscg__activite') }} as a
union
select 'iscg', 'activite', ici.territoire_code, {{ mois_de('a.annee', 'a.mois') }}
from {{ ref('stg_iscg__activite') }} as a
inner join ici on ici.code_departement = a.code_departement
union
select 'action_followup', 'indicateurs', i.indicateur_code, i.annee::string || '-T' || i.trimestre::string
from {{ ref('stg_action_followup__indicateurs') }} as i
inner join ici on ici.code_departement = i.code_departement
union
select 'action_followup', 'actions', i.action_a_mener_code, i.annee::string || '-T' || i.trimestre::string
from {{ ref('stg_action_followup__actions') }} as i
inner join ici on ici.code_departement = i.code_departement
union
-- Whichever of the Insee's files gives the census of the communes: a total of the département is not them.
select 'insee', 'populations', ici.territoire_code, p.recensement::string
from {{ ref('int_populations_communes') }} as p
inner join ici on ici.code_departement = p.code_departement
where p.population is not null
union
select 'insee', 'geographie', ici.territoire_code, a.edition
from {{ ref('stg_insee__appartenance') }} as a
inner join ici on ici.code_departement = a.code_departement
where a.edition <> ''
union
select 'insee', 'geographie', ici.territoire_code, g.annee::string
from {{ ref('stg_insee__geographie') }} as g
inner join ici on ici.code_departement = g.code_departement
union
-- The list of communes has no year: it answers for all of them.
select 'insee', 'communes', ici.territoire_code, d.periode
from (
    select distinct ici.territoire_code
    from {{ ref('stg_insee__communes') }} as c
    inner join ici on ici.code_departement = c.code_departement
    where c.type_commune = 'COM'
) as ici
inner join {{ source('raw', 'calendrier') }} as d on d.source = 'insee'
