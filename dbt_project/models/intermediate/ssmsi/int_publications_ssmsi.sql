-- What each publication says of each territory: the départements, the régions as published and the communes as they
-- stand in its files, and the sums of départements of one publication in one unit of count.
with departements as (
    select indicateur_code, annee, 'DEP-' || code_departement as territoire_code, livraison_id, edition, millesime, rang,
        indecise, faits as valeur, unite
    from {{ ref('stg_ssmsi__base') }}
),

publiees as (
    select *, case when valeur is null then 'non_renseigne' end as motif_code from departements
    union all
    select indicateur_code, annee, 'REG-' || code_region, livraison_id, edition, millesime, rang, indecise, faits, unite,
        case when faits is null then 'non_renseigne' end
    from {{ ref('stg_ssmsi__regions') }}
    union all
    select indicateur_code, annee, territoire_code, livraison_id, edition, millesime, rang, indecise, valeur, unite, motif_code
    from {{ ref('int_communes_ssmsi') }}
),

attendus as (
    select territoire_code, count(*) as n from {{ ref('int_composition') }} group by all
),

-- A publication that lacks a département says nothing of the sum; one that leaves it empty says that it is missing.
sommes as (
    select d.indicateur_code, d.annee, c.territoire_code, d.livraison_id, d.edition, d.millesime, d.rang, d.indecise,
        case when count(d.valeur) = count(*) then sum(d.valeur) end::bigint as valeur, d.unite, count(*) as n
    from departements as d
    inner join {{ ref('int_composition') }} as c on c.composante_code = d.territoire_code
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = c.territoire_code and t.niveau in ('region', 'france')
    group by d.indicateur_code, d.annee, c.territoire_code, d.livraison_id, d.edition, d.millesime, d.rang, d.indecise, d.unite
),

-- Beside a région as published, the sum of its départements is another source.
regions as (
    select distinct indicateur_code, annee, territoire_code from publiees where territoire_code like 'REG-%'
)

select 'ssmsi_base' as source, * from publiees
union all
select case when r.territoire_code is null then 'ssmsi_base' else 'ssmsi_sommes' end, s.indicateur_code, s.annee,
    s.territoire_code, s.livraison_id, s.edition, s.millesime, s.rang, s.indecise, s.valeur, s.unite,
    case when s.valeur is null then 'composante_manquante' end
from sommes as s
inner join attendus as a on a.territoire_code = s.territoire_code and a.n = s.n
left join regions as r
    on r.indicateur_code = s.indicateur_code and r.annee = s.annee and r.territoire_code = s.territoire_code
