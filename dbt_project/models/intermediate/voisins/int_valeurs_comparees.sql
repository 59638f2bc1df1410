-- What the sources that are public give of a year: the département, its neighbours, its région and France, in one source,
-- one perimeter and one unit of count. A rate over several years counts them all.
with groupe as (
    select 'DEP-' || code_departement as territoire_code, 'departement' as role
    from {{ source('raw', 'instance') }}
    union all
    select territoire_code, 'voisin' from {{ ref('int_voisins') }} where rang > 0
    union all
    select 'REG-' || d.code_region, 'region_hors'
    from {{ source('raw', 'instance') }} as ici
    inner join {{ ref('departements') }} as d on d.code_departement = ici.code_departement and d.code_region is not null
    union all
    -- Of a département of the métropole, the métropole: overseas, censuses have other years.
    select case when d.perimetre = 'metropole' then 'FRM' else 'FRA' end, 'france_hors'
    from {{ source('raw', 'instance') }} as ici
    inner join {{ ref('departements') }} as d on d.code_departement = ici.code_departement
),

annuelles as (
    select v.indicateur_code, v.source, v.perimetre, v.unite as unite_compte, year(v.periode_debut) as annee,
        v.territoire_code, g.role, v.valeur, v.statut, i.denominateur, d.nature, d.decalage_annees, d.facteur,
        d.annees_moyennes, d.unite
    from {{ ref('int_valeurs') }} as v
    inner join groupe as g on g.territoire_code = v.territoire_code
    inner join {{ ref('regles_diffusion') }} as r
        on r.source = v.source and r.indicateur_code is null and r.protection = 'deja_publique'
    inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = v.indicateur_code
    inner join {{ ref('denominateurs') }} as d on d.denominateur = i.denominateur
    where v.periode_type = 'annee' and v.ventilation_type = 'total' and v.valeur is not null
),

-- What does not cover what the département's own value covers, or counts something else, is not beside it.
semblables as (
    select a.*
    from annuelles as a
    inner join annuelles as ici
        on ici.role = 'departement' and ici.indicateur_code = a.indicateur_code and ici.source = a.source
        and ici.annee = a.annee and ici.perimetre = a.perimetre and ici.unite_compte = a.unite_compte
),

comptees as (
    select a.indicateur_code, a.source, a.perimetre, a.unite_compte, a.annee, a.territoire_code, a.role, a.denominateur,
        a.nature, a.decalage_annees, a.facteur, a.annees_moyennes, a.unite, max(a.valeur) as valeur, sum(b.valeur) as faits,
        case max(case b.statut when 'P' then 3 when 'D' then 2 when 'B' then 1 else 0 end)
            when 3 then 'P' when 2 then 'D' when 1 then 'B' else 'A'
        end as statut
    from semblables as a
    inner join annuelles as b
        on b.indicateur_code = a.indicateur_code and b.source = a.source and b.territoire_code = a.territoire_code
        and b.perimetre = a.perimetre and b.unite_compte = a.unite_compte
        and b.annee between a.annee - a.annees_moyennes + 1 and a.annee
    group by all
    having count(*) = max(a.annees_moyennes)
),

-- One census for all of them: that of the département's own rate.
recensements as (
    select c.indicateur_code, c.source, c.annee, max(p.millesime) as millesime
    from comptees as c
    inner join {{ ref('int_denominateurs') }} as p
        on p.territoire_code = c.territoire_code and p.nature = c.nature and p.valeur is not null
        and p.millesime <= c.annee - c.decalage_annees
    where c.role = 'departement'
    group by all
)

select c.*, r.millesime, p.valeur as habitants
from comptees as c
left join recensements as r
    on r.indicateur_code = c.indicateur_code and r.source = c.source and r.annee = c.annee
left join {{ ref('int_denominateurs') }} as p
    on p.territoire_code = c.territoire_code and p.nature = c.nature and p.millesime = r.millesime and p.valeur > 0
