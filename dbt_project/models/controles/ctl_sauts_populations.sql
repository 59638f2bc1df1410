-- A population against the censuses around it: an inhabited place changes by a few percent between two of them. Between
-- two neighbours, a figure that both contradict is off; at an end of the series there is one neighbour, and communes that
-- unite look like a rise. What moves further than the limit of its kind is told, in times this limit.
with reunies as (
    select distinct 'COM-' || commune_parente as territoire_code
    from {{ ref('stg_insee__communes') }}
    where type_commune in ('COMD', 'COMA')
    union
    select distinct 'COM-' || code_apres
    from {{ ref('stg_insee__mouvements') }}
    where type_avant = 'COM' and type_apres = 'COM' and modification <> '10'
),

populations as (
    select 'COM-' || p.code_commune as territoire_code, p.recensement, p.population::double as valeur,
        p.livraison_id as livraisons, 'commune' as genre
    from {{ ref('int_populations_communes') }} as p
    inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = p.code_departement
    where p.population is not null
    union all
    select p.territoire_code, p.millesime, p.valeur::double, o.livraison_id, 'departement'
    from {{ ref('int_populations') }} as p
    left join {{ ref('int_populations_officielles') }} as o
        on o.territoire_code = p.territoire_code and o.millesime = p.millesime and o.nature = p.nature
    where p.nature = 'population' and p.valeur is not null
        and (p.territoire_code like 'DEP-%' or p.territoire_code like 'REG-%' or p.territoire_code like 'FR%')
),

voisines as (
    select *, lag(valeur) over serie as avant, lead(valeur) over serie as apres, count(*) over (
        partition by territoire_code) as n
    from populations
    window serie as (partition by territoire_code order by recensement)
),

rapports as (
    select v.*, r.territoire_code is not null as reunie,
        case when v.avant is not null then greatest(v.valeur, 1) / nullif(greatest(v.avant, 1), 0) end as depuis,
        case when v.apres is not null then greatest(v.valeur, 1) / nullif(greatest(v.apres, 1), 0) end as jusque
    from voisines as v
    left join reunies as r on r.territoire_code = v.territoire_code
    where v.n > 1 and greatest(v.valeur, v.avant, v.apres) >= {{ seuil('POPULATION_SAUT', 'effectif_min') }}
),

mesurees as (
    select *, coalesce(avant, apres) as voisine, case
        when depuis > 1 and jusque > 1 then least(depuis, jusque)
        when depuis < 1 and jusque < 1 then least(1 / nullif(depuis, 0), 1 / nullif(jusque, 0))
        when depuis is not null and jusque is not null then 1
        when depuis is not null and reunie then 1
        when depuis is not null then greatest(depuis, 1 / nullif(depuis, 0))
        -- With two censuses, which one is off is not known: the later is told.
        when n > 2 then greatest(jusque, 1)
        else 1
    end as fois, case
        when genre = 'departement' then 'departement'
        when depuis is null or jusque is null then 'bord'
        else 'commune'
    end as limite
    from rapports
),

-- Two files that speak of one census say the same, but where communes united since.
fichiers as (
    select 'COM-' || p.code_commune as territoire_code, p.recensement, max(p.population)::double as valeur,
        min(p.population)::double as voisine, {{ lot_de('p.livraison_id') }} as livraisons
    from {{ ref('stg_insee__populations') }} as p
    inner join {{ source('raw', 'instance') }} as ici
        on ici.code_departement = {{ departement_du_code('p.code_commune') }}
    left join reunies as r on r.territoire_code = 'COM-' || p.code_commune
    where r.territoire_code is null
    group by all
    having count(p.population) > 1 and max(p.population) >= {{ seuil('POPULATION_SAUT', 'effectif_min') }}
)

select 'POPULATION_SAUT' as regle_code, 'insee_populations' as source, cast(null as string) as indicateur_code,
    m.territoire_code, m.recensement::string as periode,
    case
        when m.avant is null then 'le recensement suivant'
        when m.apres is null then 'le recensement précédent'
        else 'les recensements voisins'
    end as detail,
    m.valeur as observe, m.voisine as attendu, m.fois / nullif(s.valeur, 0) as ecart, m.livraisons
from mesurees as m
inner join {{ source('raw', 'seuils') }} as s on s.regle_code = 'POPULATION_SAUT' and s.parametre = m.limite
union all
select 'POPULATION_SAUT', 'insee_populations', null, f.territoire_code, f.recensement::string, 'un autre fichier', f.valeur,
    f.voisine, f.valeur / nullif(greatest(f.voisine, 1), 0) / nullif(s.valeur, 0), f.livraisons
from fichiers as f
inner join {{ source('raw', 'seuils') }} as s on s.regle_code = 'POPULATION_SAUT' and s.parametre = 'commune'
