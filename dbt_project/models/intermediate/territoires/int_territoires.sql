-- The tree of territories: a code, its level, its official code and its parent.
with communes as (
    select * from {{ ref('int_communes') }}
    qualify row_number() over (partition by code_commune order by case when annee = 9999 then 0 else annee end desc) = 1
),

connus as (
    select 'FRA' as territoire_code, 'france' as niveau, 'France entière (101 départements)' as libelle,
        cast(null as string) as code_officiel, cast(null as string) as parent_code,
        cast(null as string) as code_departement, cast(null as date) as valide_de, cast(null as date) as valide_a
    union all
    select 'FRM', 'france', 'France métropolitaine (96 départements)', null, 'FRA', null, null, null
    union all
    select 'REG-' || code_region, 'region', libelle, code_region, 'FRA', null, valide_de, valide_a
    from {{ ref('regions') }}
    union all
    select 'DEP-' || code_departement, 'departement', libelle, code_departement,
        case when code_region is not null then 'REG-' || code_region end, code_departement, null, null
    from {{ ref('departements') }}
    union all
    select territoire_code, 'zone_' || force, 'Zone ' || force || ', ' || libelle, null,
        'DEP-' || code_departement, code_departement, null, null
    from {{ ref('int_zones') }}
    union all
    select 'ARR-' || code_arrondissement, 'arrondissement', 'Arrondissement de ' || libelle, code_arrondissement,
        'DEP-' || code_departement, code_departement, valide_de, valide_a
    from {{ ref('arrondissements') }}
    union all
    select distinct c.arrondissement_code, 'arrondissement', 'Arrondissement ' || substr(c.arrondissement_code, 5),
        substr(c.arrondissement_code, 5), 'DEP-' || ici.code_departement, ici.code_departement,
        cast(null as date), cast(null as date)
    from communes as c
    cross join {{ source('raw', 'instance') }} as ici
    left join {{ ref('arrondissements') }} as a on 'ARR-' || a.code_arrondissement = c.arrondissement_code
    where c.arrondissement_code is not null and a.code_arrondissement is null
    union all
    select epci_code, 'epci', min(libelle_epci), substr(epci_code, 6), 'DEP-' || min(ici.code_departement),
        min(ici.code_departement), cast(null as date), cast(null as date)
    from communes
    cross join {{ source('raw', 'instance') }} as ici
    where epci_code is not null
    group by epci_code
    union all
    select c.territoire_code, 'commune', c.libelle, c.code_commune, coalesce(c.arrondissement_code, 'DEP-' || ici.code_departement),
        ici.code_departement, cast(null as date), cast(null as date)
    from communes as c
    cross join {{ source('raw', 'instance') }} as ici
    union all
    select territoire_code, 'service', libelle, service, zone_code, code_departement, valide_de, valide_a
    from {{ ref('services') }}
    union all
    select territoire_code, 'poste', libelle, poste_code, 'DEP-' || code_departement, code_departement, valide_de, valide_a
    from {{ ref('postes_iscg') }}
    union all
    select distinct groupement_code, 'groupement', 'Groupement de gendarmerie départementale (GGD ' || code_departement || ')',
        cast(null as string), 'DEP-' || code_departement, code_departement, cast(null as date), cast(null as date)
    from {{ ref('int_groupements') }}
)

select * from connus
union all
-- A commune that the SSMSI names and that no geography received knows keeps its code.
select 'COM-' || s.code_commune, 'commune', 'Commune ' || s.code_commune, s.code_commune,
    'DEP-' || min(ici.code_departement), min(ici.code_departement), cast(null as date), cast(null as date)
from {{ ref('int_communes_ssmsi') }} as s
cross join {{ source('raw', 'instance') }} as ici
left join connus as c on c.territoire_code = s.territoire_code
where c.territoire_code is null
group by s.code_commune
union all
-- A place that a pilot declares and that no list knows keeps its code: its figure is not lost.
select i.territoire_code, 'lieu_declare', 'Lieu déclaré ' || i.territoire_code, cast(null as string),
    'DEP-' || min(i.code_departement), min(i.code_departement), cast(null as date), cast(null as date)
from {{ ref('stg_action_followup__indicateurs') }} as i
left join connus as c on c.territoire_code = i.territoire_code
where i.territoire_code is not null and c.territoire_code is null
group by i.territoire_code
