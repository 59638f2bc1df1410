-- The follow-up indicators of every priority and the situation that lights them, in the département, the région and
-- France. Each priority is published as a table of its own as well (plan.priorites.nom_table).
with actions as (
    select *, row_number() over (partition by action_code order by valide_de desc) as du_plus_recent
    from {{ du_plan('actions') }} as a
),

suivis as (
    select action_code, count(*) as n from {{ du_plan('indicateurs_suivi') }} as s group by all
),

-- A target that the plan words as a rule: every commune over so many inhabitants, at the last census in force.
regles as (
    select r.regle, count(*)::decimal(18, 2) as n_communes
    from {{ ref('regles_cibles') }} as r
    inner join {{ ref('int_populations') }} as p
        on p.territoire_code like 'COM-%' and p.valeur > r.habitants_plus_de
    where p.millesime = (select max(millesime) from {{ ref('int_populations') }} where territoire_code like 'COM-%')
    group by r.regle
),

-- What a row is joined by is a column here: a condition on the left side of a left join alone is a loop to DuckDB.
cibles as (
    select c.*, 'total' as ventilation_type,
        case when c.regle is null then c.valeur else k.n_communes end::decimal(18, 2) as seuil
    from {{ du_plan('cibles') }} as c
    left join regles as k on k.regle = c.regle
    where c.objet_type = 'indicateur'
)

select
    l.priorite_code,
    l.rattachement_code,
    l.action_code,
    a.libelle as action,
    case
        when l.action_code is null then null
        when s.n is null then 'Le plan ne nomme aucun indicateur de suivi pour cette action.'
        else 'Le plan nomme ' || s.n::string || case when s.n > 1 then ' indicateurs' else ' indicateur' end || ' de suivi.'
    end as suivi_du_plan,
    v.indicateur_code,
    i.libelle as indicateur,
    i.nature,
    t.niveau,
    v.territoire_code,
    t.libelle as territoire,
    v.periode_type,
    v.periode,
    v.periode_debut,
    v.periode_fin,
    v.ventilation_type,
    v.ventilation_code,
    v.valeur,
    v.unite,
    v.perimetre,
    x.taux,
    x.unite as taux_unite,
    x.denominateur_valeur,
    x.denominateur_millesime,
    v.valeur_precedente,
    v.evolution_abs,
    v.evolution_pct,
    v.evolution_motif_code,
    v.rupture_part_pct,
    v.statut,
    v.motif_code,
    v.motif,
    case when v.statut = 'M' then case when i.nature = 'suivi' then p.pilotes else q.producteurs end end as doit,
    c.operateur as cible_operateur,
    c.seuil as cible,
    c.date_cible as cible_echeance,
    c.texte as cible_texte,
    case
        when c.objet_code is null then null
        when v.valeur is null or c.seuil is null then 'non_mesurable'
        when c.operateur = '>=' and v.valeur >= c.seuil then 'atteinte'
        when c.operateur = '=' and v.valeur = c.seuil then 'atteinte'
        when c.operateur = '<=' and v.valeur <= c.seuil then 'atteinte'
        when c.date_cible > v.periode_fin then 'non_echue'
        else 'non_atteinte'
    end as atteinte,
    r.valeur as reference_valeur,
    r.date_cible as reference_date,
    v.source,
    v.confidentialite,
    v.lot_livraisons
from {{ ref('int_comparaisons') }} as v
inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = v.indicateur_code
inner join {{ ref('int_territoires_instance') }} as t on t.territoire_code = v.territoire_code
{# A link holds for the periods of its validity; what happened before the plan is its point of comparison. #}
inner join {{ ref('int_liens') }} as l
    on l.indicateur_code = v.indicateur_code
    and (l.valide_a is null or l.valide_a >= v.periode_debut or i.nature = 'situation')
left join actions as a on a.action_code = l.action_code and a.du_plus_recent = 1
left join suivis as s on s.action_code = l.action_code
left join {{ ref('int_taux') }} as x
    on x.indicateur_code = v.indicateur_code and x.territoire_code = v.territoire_code and x.periode = v.periode
    and x.source = v.source and x.periode_type = v.periode_type and x.ventilation_type = v.ventilation_type
left join {{ ref('int_pilotes') }} as p on p.action_code = l.action_code
left join {{ ref('int_producteurs') }} as q on q.statistique = v.source
{# A target stands on the rows that it speaks of: its territory, its kind of period, the whole and not a breakdown. #}
left join cibles as c
    on c.type = 'cible'
    and c.objet_code = v.indicateur_code
    and c.territoire_code = v.territoire_code
    and c.periode_type = v.periode_type
    and c.ventilation_type = v.ventilation_type
    and c.valide_de <= v.periode_fin
    and (c.valide_a is null or c.valide_a >= v.periode_fin)
left join cibles as r
    on r.type = 'reference'
    and r.objet_code = v.indicateur_code
    and r.territoire_code = v.territoire_code
    and r.ventilation_type = v.ventilation_type
    and r.valide_de <= v.periode_fin
    and (r.valide_a is null or r.valide_a >= v.periode_fin)
where v.suite = 'en_usage'
