-- The tree of territories: a code, its level, its official code and its parent.
with communes as (
    select * from {{ ref('int_communes') }}
),

noms_arrondissements as (
    select 'ARR-' || code_arrondissement as arrondissement_code, libelle from {{ ref('stg_insee__arrondissements') }}
    union
    select 'ARR-' || code, libelle from {{ ref('stg_insee__zones_supra_communales') }} where niveau = 'ARR'
),

-- The arrondissements of the instance's communes that no seed names.
arrondissements as (
    select c.arrondissement_code, min(n.libelle) as libelle
    from communes as c
    left join {{ ref('arrondissements') }} as a on 'ARR-' || a.code_arrondissement = c.arrondissement_code
    left join noms_arrondissements as n on n.arrondissement_code = c.arrondissement_code
    where c.arrondissement_code is not null and a.code_arrondissement is null
    group by all
),

-- What is known of the instance's communes: their level, and above it the arrondissements.
niveaux as (
    select count(*) > 0 as communes, count(arrondissement_code) > 0 as arrondissements from communes
),

-- Where what no commune or no arrondissement is known of is counted: levels that are published, and they alone.
non_rattaches as (
    select 'ARR-' || code_departement || '-NR' as territoire_code, 'arrondissement' as niveau,
        'Non rattaché à un arrondissement' as libelle, 'DEP-' || code_departement as parent_code, code_departement
    from (
        select ici.code_departement
        from {{ source('raw', 'instance') }} as ici
        cross join niveaux as n
        where n.arrondissements
        union
        select code_departement from {{ ref('services') }} where code_arrondissement is null
    ) as departements
    union all
    select 'COM-' || ici.code_departement || '-NR', 'commune', 'Non rattaché à une commune',
        case when n.arrondissements then 'ARR-' || ici.code_departement || '-NR' else 'DEP-' || ici.code_departement end,
        ici.code_departement
    from {{ source('raw', 'instance') }} as ici
    cross join niveaux as n
    where n.communes
),

-- Opened by its first line, closed when none of its lines is open, named by the last.
etablis as (
    select territoire_code, 'service' as niveau, libelle, service as code_officiel, zone_code as parent_code,
        code_departement, valide_de, valide_a
    from {{ ref('services') }}
    union all
    select territoire_code, 'poste', libelle, poste_code, 'DEP-' || code_departement, code_departement, valide_de, valide_a
    from {{ ref('postes_iscg') }}
),

services_et_postes as (
    select territoire_code, niveau, max_by(libelle, valide_de) as libelle, max_by(code_officiel, valide_de) as code_officiel,
        max_by(parent_code, valide_de) as parent_code, min(code_departement) as code_departement,
        min(valide_de) as valide_de, case when count(valide_a) = count(*) then max(valide_a) end as valide_a
    from etablis
    group by territoire_code, niveau
),

connus as (
    select 'FRA' as territoire_code, 'france' as niveau, 'France entière (101 départements)' as libelle,
        cast(null as string) as code_officiel, cast(null as string) as parent_code, cast(null as string) as epci_code,
        cast(null as string) as code_departement, cast(null as date) as valide_de, cast(null as date) as valide_a
    union all
    select 'FRM', 'france', 'France métropolitaine (96 départements)', null, 'FRA', null, null, null, null
    union all
    select 'REG-' || code_region, 'region', libelle, code_region, 'FRA', null, null, valide_de, valide_a
    from {{ ref('regions') }}
    union all
    select 'DEP-' || d.code_departement, 'departement', case when i.libelle is not null then i.libelle else d.libelle end,
        d.code_departement, case when d.code_region is not null then 'REG-' || d.code_region end, null, d.code_departement,
        null, null
    from {{ ref('departements') }} as d
    left join {{ ref('stg_insee__departements') }} as i on i.code_departement = d.code_departement
    union all
    select territoire_code, 'zone_' || force, 'Zone ' || force || ', ' || libelle, null,
        'DEP-' || code_departement, null, code_departement, null, null
    from {{ ref('int_zones') }}
    union all
    select 'ARR-' || code_arrondissement, 'arrondissement', 'Arrondissement de ' || libelle, code_arrondissement,
        'DEP-' || code_departement, null, code_departement, valide_de, valide_a
    from {{ ref('arrondissements') }}
    union all
    select a.arrondissement_code, 'arrondissement',
        'Arrondissement' || case when a.libelle is not null then ' de ' || a.libelle else ' ' || substr(a.arrondissement_code, 5) end,
        substr(a.arrondissement_code, 5), 'DEP-' || ici.code_departement, null, ici.code_departement,
        cast(null as date), cast(null as date)
    from arrondissements as a
    cross join {{ source('raw', 'instance') }} as ici
    union all
    select territoire_code, niveau, libelle, cast(null as string), parent_code, cast(null as string), code_departement,
        cast(null as date), cast(null as date)
    from non_rattaches
    union all
    select epci_code, 'epci', min(libelle_epci), substr(epci_code, 6), 'DEP-' || min(ici.code_departement),
        cast(null as string), min(ici.code_departement), cast(null as date), cast(null as date)
    from communes
    cross join {{ source('raw', 'instance') }} as ici
    where epci_code is not null
    group by epci_code
    union all
    select c.territoire_code, 'commune', c.libelle, c.code_commune,
        case
            when c.arrondissement_code is not null then c.arrondissement_code
            when n.arrondissements then 'ARR-' || ici.code_departement || '-NR'
            else 'DEP-' || ici.code_departement
        end,
        c.epci_code, ici.code_departement, cast(null as date), cast(null as date)
    from communes as c
    cross join {{ source('raw', 'instance') }} as ici
    cross join niveaux as n
    union all
    select territoire_code, niveau, libelle, code_officiel, parent_code, cast(null as string), code_departement, valide_de,
        valide_a
    from services_et_postes
    union all
    select distinct groupement_code, 'groupement', 'Groupement de gendarmerie départementale (GGD ' || code_departement || ')',
        cast(null as string), 'DEP-' || code_departement, cast(null as string), code_departement, cast(null as date),
        cast(null as date)
    from {{ ref('int_groupements') }}
    union all
    -- Quarters and security councils; and, of a département whose communes no file received says, those in force that the
    -- project lists.
    select l.territoire_code, l.niveau, l.libelle, l.code_officiel, l.parent_code, l.epci_code, l.code_departement,
        l.valide_de, l.valide_a
    from {{ ref('int_lieux_listes') }} as l
    cross join {{ source('raw', 'instance') }} as ici
    cross join niveaux as n
    where l.niveau not in ('commune', 'epci')
        or (l.code_departement = ici.code_departement and l.valide_a is null and not n.communes)
)

select * from connus
union all
-- A commune that the SSMSI names and that no geography received knows keeps its code.
select 'COM-' || s.code_commune, 'commune', 'Commune ' || s.code_commune, s.code_commune,
    'DEP-' || min(ici.code_departement), cast(null as string), min(ici.code_departement), cast(null as date),
    cast(null as date)
from {{ ref('int_communes_ssmsi') }} as s
cross join {{ source('raw', 'instance') }} as ici
left join connus as c on c.territoire_code = s.territoire_code
where c.territoire_code is null
group by s.code_commune
union all
-- A place that a pilot declares and that no file received knows: as the project lists it, or by its code alone where no
-- list describes its département.
select i.territoire_code, coalesce(min(l.niveau), 'lieu_declare'), coalesce(min(l.libelle), 'Lieu déclaré ' || i.territoire_code),
    min(l.code_officiel), coalesce(min(l.parent_code), 'DEP-' || min(i.code_departement)), min(l.epci_code),
    min(i.code_departement), min(l.valide_de), min(l.valide_a)
from {{ ref('stg_action_followup__indicateurs') }} as i
left join connus as c on c.territoire_code = i.territoire_code
left join {{ ref('int_lieux_listes') }} as l
    on l.territoire_code = i.territoire_code and l.code_departement = i.code_departement
where i.territoire_code is not null and c.territoire_code is null
group by i.territoire_code
