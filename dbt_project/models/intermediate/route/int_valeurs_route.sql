-- A year's file covers every département that it holds: a month without an accident there is 0, and is not missing. A
-- year without its users' table has accidents, and victims that are missing with the name of the table.
with annees as (
    select * from {{ ref('int_annees_route') }} where table_nom = 'caracteristiques'
),

mois as (
    select row_number() over (order by territoire_code) as mois from {{ ref('int_zones') }} order by mois limit 12
),

territoires as (
    select distinct territoire_code, niveau, annee from {{ ref('int_mesures_route') }} where niveau = 'departement'
    union all
    select t.territoire_code, t.niveau, a.annee
    from {{ ref('int_territoires_instance') }} as t
    -- A file that does not hold the département counts nothing in its communes.
    inner join (
        select distinct territoire_code, annee from {{ ref('int_mesures_route') }} where niveau = 'departement'
    ) as a on a.territoire_code = 'DEP-' || t.code_departement
    cross join (
        select count(arrondissement_code) > 0 as arrondissements from {{ ref('int_communes') }}
    ) as n
    where t.territoire_code in (select arrondissement_code from {{ ref('int_communes') }})
        or t.territoire_code in (select territoire_code from {{ ref('int_communes') }})
        or t.territoire_code like 'COM-%-NR'
        or (t.territoire_code like 'ARR-%-NR' and n.arrondissements)
),

-- A year that a commune was not there whole is a year that its code does not tell.
differences as (
    select c.territoire_code, a.annee,
        max(case when x.cause = 'absente' then 1 end) as absente
    from {{ ref('int_communes_comptables') }} as x
    inner join {{ ref('int_communes') }} as c on c.code_commune = x.code_commune
    inner join annees as a on a.annee between year(x.du) and year(x.au)
    group by all
),

grille as (
    select t.territoire_code, t.niveau, t.annee, m.mois, b.indicateur_code, b.mesure, b.table_nom,
        a.livraisons, u.livraisons as livraisons_table
    from territoires as t
    inner join annees as a on a.annee = t.annee
    cross join mois as m
    cross join {{ ref('baac') }} as b
    left join {{ ref('int_annees_route') }} as u on u.annee = t.annee and u.table_nom = b.table_nom
    where t.niveau <> 'commune'
),

mensuelles as (
    select
        g.indicateur_code, g.territoire_code, g.annee, g.mois, g.table_nom, g.livraisons_table,
        case when g.livraisons_table is not null then
            case
                when r.territoire_code is null then 0
                else case g.mesure
                    when 'accidents' then r.accidents
                    when 'graves' then r.graves
                    when 'tues' then r.tues
                    when 'hospitalises' then r.hospitalises
                    when 'legers' then r.legers
                    when 'professionnels' then r.professionnels
                end
            end
        end as valeur,
        g.livraisons
    from grille as g
    left join {{ ref('int_mesures_route') }} as r
        on r.territoire_code = g.territoire_code and r.annee = g.annee and r.mois = g.mois
),

annuelles as (
    select territoire_code, annee, sum(accidents) as accidents,
        case when count(graves) = count(*) then sum(graves) end as graves,
        case when count(tues) = count(*) then sum(tues) end as tues,
        case when count(hospitalises) = count(*) then sum(hospitalises) end as hospitalises,
        case when count(legers) = count(*) then sum(legers) end as legers,
        case when count(professionnels) = count(*) then sum(professionnels) end as professionnels
    from {{ ref('int_mesures_route') }}
    where niveau = 'commune'
    group by all
),

communes as (
    select b.indicateur_code, t.territoire_code, t.annee, b.table_nom, u.livraisons as livraisons_table,
        case when u.livraisons is not null and d.absente is null then
            case
                when r.territoire_code is null then 0
                else case b.mesure
                    when 'accidents' then r.accidents
                    when 'graves' then r.graves
                    when 'tues' then r.tues
                    when 'hospitalises' then r.hospitalises
                    when 'legers' then r.legers
                    when 'professionnels' then r.professionnels
                end
            end
        end as valeur,
        d.absente is not null as absente,
        d.territoire_code is not null as autres_limites,
        a.livraisons
    from territoires as t
    inner join annees as a on a.annee = t.annee
    cross join {{ ref('baac') }} as b
    left join {{ ref('int_annees_route') }} as u on u.annee = t.annee and u.table_nom = b.table_nom
    left join annuelles as r on r.territoire_code = t.territoire_code and r.annee = t.annee
    left join differences as d on d.territoire_code = t.territoire_code and d.annee = t.annee
    where t.niveau = 'commune'
)

select indicateur_code, territoire_code, 'mois' as periode_type, {{ mois_de('annee', 'mois') }} as periode,
    make_date(annee, mois::integer, 1) as periode_debut, 'total' as ventilation_type, 'total' as ventilation_code,
    'baac' as source, valeur::decimal(18, 2) as valeur, case when valeur is null then 'M' else 'A' end as statut,
    case when valeur is null then 'table_absente' end as motif_code,
    case when valeur is null
        then 'road_safety ' || annee::string || ' : la table ' || table_nom || ' n''est pas reçue' end as motif,
    livraisons
from mensuelles
union all
select indicateur_code, territoire_code, 'annee', annee::string, make_date(annee, 1, 1), 'total', 'total', 'baac',
    valeur::decimal(18, 2), case when valeur is null then 'M' when autres_limites then 'D' else 'A' end,
    case when absente then 'commune_sans_code' when valeur is null then 'table_absente' end,
    case
        when absente then 'road_safety ' || annee::string || ' : la commune n''avait pas encore ce code'
        when valeur is null then 'road_safety ' || annee::string || ' : la table ' || table_nom || ' n''est pas reçue'
    end,
    livraisons
from communes
