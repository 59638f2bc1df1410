-- The places that the project's own tables list, whatever was received: communes and EPCI of the départements described,
-- quarters and the perimeters of local security councils. A place that changed its name or its EPCI has its last line.
with communes as (
    select code_commune, code_departement,
        max_by(libelle, coalesce(valide_de, make_date(1900, 1, 1))) as libelle,
        max_by(code_arrondissement, coalesce(valide_de, make_date(1900, 1, 1))) as code_arrondissement,
        max_by(code_epci, coalesce(valide_de, make_date(1900, 1, 1))) as code_epci,
        case when count(valide_de) = count(*) then min(valide_de) end as valide_de,
        case when count(valide_a) = count(*) then max(valide_a) end as valide_a
    from {{ ref('communes') }}
    group by code_commune, code_departement
),

contenants as (
    select territoire_code, min(contenant_code) as contenant_code
    from {{ ref('lieux_inclusions') }}
    group by territoire_code
)

select 'COM-' || code_commune as territoire_code, 'commune' as niveau, libelle, code_commune as code_officiel,
    'ARR-' || code_arrondissement as parent_code, 'EPCI-' || code_epci as epci_code, code_departement, valide_de, valide_a
from communes
union all
select 'EPCI-' || c.code_epci, 'epci', e.libelle, c.code_epci, 'DEP-' || c.code_departement, cast(null as string),
    c.code_departement,
    case when count(c.valide_de) = count(*) then min(c.valide_de) end,
    case when count(c.valide_a) = count(*) then max(c.valide_a) end
from {{ ref('communes') }} as c
inner join {{ ref('epci') }} as e on e.code_epci = c.code_epci
group by c.code_epci, e.libelle, c.code_departement
union all
select l.territoire_code, l.niveau, l.libelle, cast(null as string),
    case when l.niveau = 'quartier' and c.contenant_code is not null then c.contenant_code else 'DEP-' || l.code_departement end,
    cast(null as string), l.code_departement, l.valide_de, l.valide_a
from {{ ref('lieux') }} as l
left join contenants as c on c.territoire_code = l.territoire_code
