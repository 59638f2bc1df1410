-- A rate and what it is made of, side by side; the rule of the denominator stands in denominateurs.csv. The plan's France is
-- the métropole: it has its rates beside those of France.
with lieux as (
    select territoire_code from {{ ref('int_territoires_instance') }}
    union
    select 'FRM'
),

annuelles as (
    select v.indicateur_code, v.territoire_code, v.periode, v.source, year(v.periode_debut) as annee, v.valeur, v.retenu,
        v.perimetre, v.statut,
        i.denominateur, d.nature, d.decalage_annees, d.facteur, d.annees_moyennes, d.unite
    from {{ ref('int_valeurs') }} as v
    inner join lieux as t on t.territoire_code = v.territoire_code
    inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = v.indicateur_code
    inner join {{ ref('denominateurs') }} as d on d.denominateur = i.denominateur
    where v.periode_type = 'annee' and v.ventilation_type = 'total'
),

-- The mean of the last years, this one included; a year missing makes the mean missing.
moyennes as (
    select a.indicateur_code, a.territoire_code, a.periode, a.source, a.annee, a.retenu, a.denominateur, a.nature,
        a.decalage_annees, a.facteur, a.unite, a.perimetre,
        -- Of several years, what one is weakens the mean: provisional first.
        case max(case b.statut when 'P' then 3 when 'D' then 2 when 'B' then 1 else 0 end)
            when 3 then 'P' when 2 then 'D' when 1 then 'B' else 'A'
        end as statut,
        case when count(b.valeur) = max(a.annees_moyennes) then avg(b.valeur) end as valeur
    from annuelles as a
    left join annuelles as b
        on b.indicateur_code = a.indicateur_code and b.territoire_code = a.territoire_code and b.retenu
        and b.perimetre = a.perimetre
        and b.annee between a.annee - a.annees_moyennes + 1 and a.annee
    where a.annees_moyennes > 1
    group by all
),

numerateurs as (
    select * from moyennes
    union all
    select indicateur_code, territoire_code, periode, source, annee, retenu, denominateur, nature, decalage_annees, facteur,
        unite, perimetre, statut, valeur::double
    from annuelles
    where annees_moyennes = 1
),

rapportees as (
    select n.*, p.valeur as habitants, p.millesime, p.origine
    from numerateurs as n
    left join {{ ref('int_denominateurs') }} as p
        on p.territoire_code = n.territoire_code
        and p.nature = n.nature
        and p.valeur is not null
        and p.millesime <= n.annee - n.decalage_annees
    qualify row_number() over (
        partition by n.indicateur_code, n.territoire_code, n.periode, n.source order by p.millesime desc nulls last
    ) = 1
)

select
    r.indicateur_code,
    r.territoire_code,
    'annee' as periode_type,
    r.periode,
    'total' as ventilation_type,
    r.source,
    r.retenu,
    r.valeur::decimal(18, 2) as numerateur,
    r.denominateur,
    r.habitants::decimal(18, 2) as denominateur_valeur,
    r.millesime as denominateur_millesime,
    r.origine as denominateur_origine,
    r.unite,
    r.perimetre,
    case when r.valeur is null or r.habitants is null or r.habitants = 0 then 'M' else r.statut end as statut,
    (r.facteur * r.valeur / nullif(r.habitants, 0))::decimal(18, 4) as taux,
    case
        when r.valeur is null then 'numerateur_manquant'
        when r.habitants is null and i.territoire_code is not null then 'population_incomplete'
        when r.habitants is null then 'denominateur_manquant'
    end as motif_code
from rapportees as r
left join (
    select distinct territoire_code, nature from {{ ref('int_denominateurs') }} where motif_code = 'population_incomplete'
) as i on i.territoire_code = r.territoire_code and i.nature = r.nature
