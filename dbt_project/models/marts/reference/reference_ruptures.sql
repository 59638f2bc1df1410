-- What a table declares, and what the data themselves show: a unit of count that changes from one year to the next, or from
-- one publication to another for the same years, and two publications side by side that count two things.
with entre_annees as (
    select r.indicateur_code, t.niveau, r.annee, r.source,
        {{ en_liste("r.unite_avant || ' puis ' || r.unite_apres", "', '", "r.unite_avant || ' puis ' || r.unite_apres", distinctes=true) }} as unites
    from {{ ref('int_ruptures_relevees') }} as r
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = r.territoire_code
    where r.source = 'ssmsi_base' and r.unite_avant <> r.unite_apres
    group by all
),

entre_millesimes as (
    select r.indicateur_code, t.niveau, r.annee, r.source, r.millesime_avant, r.millesime_apres
    from {{ ref('int_ruptures_relevees') }} as r
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = r.territoire_code
    where r.source = 'ssmsi_base' and r.unite_avant = r.unite_apres
    group by all
),

entre_publications as (
    select m.source, m.indicateur_code, t.niveau, m.millesime, min(m.annee) as de, max(m.annee) as a,
        {{ en_liste("m.unite || ' puis ' || v.unite", "', '", "m.unite || ' puis ' || v.unite", distinctes=true) }} as unites
    from {{ ref('int_millesimes_ssmsi') }} as m
    inner join {{ ref('int_valeurs_ssmsi') }} as v
        on v.source = m.source and v.indicateur_code = m.indicateur_code and v.territoire_code = m.territoire_code
        and v.annee = m.annee and v.unite <> m.unite
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = m.territoire_code
    where m.source = 'ssmsi_base'
    group by all
)

select rupture_code, source, indicateur_code, niveau, index_de, index_a, force, date_debut, date_fin,
    {{ comparable_depuis('date_debut', 'date_fin') }} as comparable_depuis, libelle, origine, citation
from {{ ref('ruptures') }}
union all
select 'UNITE_' || indicateur_code || '_' || niveau || '_' || annee::string, source, indicateur_code, niveau, null, null,
    null, make_date(annee, 1, 1), make_date(annee, 1, 1), make_date(annee, 1, 1), 'Unité de compte : ' || unites,
    'relevée dans les données', null
from entre_annees
union all
select 'PUBLICATION_' || indicateur_code || '_' || niveau || '_' || millesime, source, indicateur_code, niveau, null, null,
    null, make_date(de, 1, 1), make_date(a, 12, 31), make_date(a, 12, 31) + 1,
    'Unité de compte, du millésime ' || millesime || ' à celui en usage : ' || unites, 'relevée dans les données', null
from entre_publications
union all
select 'DEFINITION_' || indicateur_code || '_' || niveau || '_' || annee::string || '_' || millesime_avant, source,
    indicateur_code, niveau, null, null, null, make_date(annee, 1, 1), make_date(annee, 1, 1), make_date(annee, 1, 1),
    'Les publications ' || millesime_avant || ' et ' || millesime_apres || ' comptent deux choses', 'relevée dans les données',
    null
from entre_millesimes
union all
select distinct 'SERVICES_' || r.territoire_code || '_' || r.jour::string, cast(null as string), cast(null as string), t.niveau,
    null, null, null, r.jour, r.jour, r.jour, t.libelle || ' : un service y arrive ou en part', 'relevée dans la liste des services',
    null
from {{ ref('int_ruptures_services') }} as r
inner join {{ ref('int_territoires') }} as t on t.territoire_code = r.territoire_code
