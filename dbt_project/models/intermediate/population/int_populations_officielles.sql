-- The one figure that stands for a territory at a census: the Insee's own files first, then what the SSMSI base repeats
-- of the Insee, with its dwellings.
with insee as (
    select o.territoire_code, o.recensement as millesime, 'population' as nature, o.population::decimal(18, 2) as valeur,
        'insee' as origine, r.rang as ordre, o.livraison_id, o.feuille, o.ligne, o.colonne
    from {{ ref('stg_insee__populations_officielles') }} as o
    inner join {{ ref('populations_precedences') }} as r on r.origine = o.origine
    where o.population is not null
),

ssmsi as (
    select u.territoire_code, u.millesime, u.nature, u.valeur
    -- Of one edition, the publication that counts first: two that nobody chose between are named by their bytes.
    from (
        select 'DEP-' || code_departement as territoire_code, population_millesime as millesime, 'population' as nature,
            max(population) as valeur, edition, millesime as publication, min(rang) as rang
        from {{ ref('stg_ssmsi__base') }} group by all
        union all
        select 'DEP-' || code_departement, logements_millesime, 'logements', max(logements), edition, millesime, min(rang)
        from {{ ref('stg_ssmsi__base') }} group by all
    ) as u
    where u.valeur is not null
    qualify row_number() over (
        partition by u.territoire_code, u.millesime, u.nature order by u.edition desc, u.rang, u.publication desc
    ) = 1
),

toutes as (
    select * from insee
    union all
    select territoire_code, millesime, nature, valeur, 'ssmsi', 99, cast(null as string), cast(null as string),
        cast(null as integer), cast(null as string)
    from ssmsi
)

select territoire_code, millesime, nature, valeur, origine, livraison_id, feuille, ligne, colonne
from toutes
qualify row_number() over (
    partition by territoire_code, millesime, nature order by ordre, livraison_id, feuille, ligne
) = 1
