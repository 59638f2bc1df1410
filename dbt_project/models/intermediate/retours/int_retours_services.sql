-- By month, what a service of the list returned, or what all those of a force did in a département that no list
-- describes (territoire_code is then NULL). Facts are first added by index, then taken by the indicators: an index is in
-- half a dozen of them, so what is added there goes by the numbers of the return and of the indicator, not by their names.
-- A sum with an empty cell in it is not a sum; where what lacks is not a cell but a difference, or an index that a group
-- hides, the reason goes with it.
with indicateurs as (
    select indicateur_code, count(code_index) as n_index, row_number() over (order by indicateur_code) as indicateur
    from {{ ref('int_retours_mesures') }}
    group by indicateur_code
),

mesures as (
    select m.code_index, m.index_declare, m.n_index, m.mesure, i.indicateur
    from {{ ref('int_retours_mesures') }} as m
    inner join indicateurs as i on i.indicateur_code = m.indicateur_code
),

envois as (
    select table_nom, annee, mois, code_departement, force, territoire_code,
        count(case when not appui then 1 end) as n_services,
        {{ lot_de('livraison_id') }} as livraisons
    from {{ ref('int_retours_envois') }}
    group by all
),

numerotes as (
    select *, row_number() over (order by table_nom, annee, mois, code_departement, force, territoire_code) as envoi
    from envois
),

par_index as (
    select f.annee, f.mois, f.code_departement, f.force, v.territoire_code, f.index_declare, f.code_index,
        count(f.faits_constates) as n_faits_constates, sum(f.faits_constates) as faits_constates,
        count(f.faits_elucides) as n_faits_elucides, sum(f.faits_elucides) as faits_elucides,
        count(f.faits_vif) as n_faits_vif, sum(f.faits_vif) as faits_vif,
        count(f.mis_en_cause) as n_mis_en_cause, sum(f.mis_en_cause) as mis_en_cause,
        count(f.mis_en_cause_mineurs) as n_mis_en_cause_mineurs, sum(f.mis_en_cause_mineurs) as mis_en_cause_mineurs
    from {{ ref('int_retours_faits') }} as f
    left join {{ ref('int_services_en_vigueur') }} as v
        on v.nommee and v.periode_type = 'mois' and v.periode = {{ mois_de('f.annee', 'f.mois') }}
        and v.code_departement = f.code_departement and v.force = f.force and v.service = f.service
    group by all
),

-- A nature answers for itself; the whole answers when each does.
natures as (
    select t.annee, t.mois, t.code_departement, t.force, v.territoire_code, t.nature,
        count(t.faits) as n_connues, sum(t.faits) as valeur
    from {{ ref('stg_service_returns__tranquillite') }} as t
    left join {{ ref('int_services_en_vigueur') }} as v
        on v.nommee and v.periode_type = 'mois' and v.periode = {{ mois_de('t.annee', 't.mois') }}
        and v.code_departement = t.code_departement and v.force = t.force and v.service = t.service
    group by all
),

tranquillite as (
    select annee, mois, code_departement, force, territoire_code, 'total' as ventilation_type, 'total' as ventilation_code,
        n.n_natures, sum(n_connues) as n_connues, sum(valeur) as valeur
    from natures
    cross join (
        select count(*) as n_natures from {{ ref('ventilations') }} where source = 'retours_services' and ventilation_type = 'nature'
    ) as n
    group by all
    union all
    select annee, mois, code_departement, force, territoire_code, 'nature', nature, 1, n_connues, valeur from natures
),

parties as (
    select
        e.envoi,
        m.indicateur,
        m.n_index * case m.mesure
            when 'faits_constates' then f.n_faits_constates
            when 'faits_elucides' then f.n_faits_elucides
            when 'faits_vif' then f.n_faits_vif
            when 'mis_en_cause' then f.n_mis_en_cause
            when 'mis_en_cause_mineurs' then f.n_mis_en_cause_mineurs
        end as n_connues,
        case m.mesure
            when 'faits_constates' then f.faits_constates
            when 'faits_elucides' then f.faits_elucides
            when 'faits_vif' then f.faits_vif
            when 'mis_en_cause' then f.mis_en_cause
            when 'mis_en_cause_mineurs' then f.mis_en_cause_mineurs
        end as valeur
    from par_index as f
    inner join numerotes as e
        on e.table_nom = 'faits' and e.annee = f.annee and e.mois = f.mois
        and e.code_departement = f.code_departement and e.force = f.force
        and coalesce(e.territoire_code, '') = coalesce(f.territoire_code, '')
    inner join mesures as m on m.index_declare = f.index_declare
),

sommes as (
    select envoi, indicateur, sum(n_connues) as n_connues, sum(valeur) as valeur
    from parties
    group by envoi, indicateur
),

-- The indexes that a return gives in a group alone.
groupes as (
    select distinct e.envoi, f.index_declare, g.code_index
    from par_index as f
    inner join {{ ref('index_groupes') }} as g on g.groupe = f.index_declare
    inner join numerotes as e
        on e.table_nom = 'faits' and e.annee = f.annee and e.mois = f.mois
        and e.code_departement = f.code_departement and e.force = f.force
        and coalesce(e.territoire_code, '') = coalesce(f.territoire_code, '')
    where f.code_index is null
),

deductions as (
    select e.envoi, c.index_declare, c.mesure, c.motif_code, c.motif
    from {{ ref('int_retours_cumuls') }} as c
    left join {{ ref('int_services_en_vigueur') }} as v
        on v.nommee and v.periode_type = 'mois' and v.periode = {{ mois_de('c.annee', 'c.mois') }}
        and v.code_departement = c.code_departement and v.force = c.force and v.service = c.service
    inner join numerotes as e
        on e.table_nom = 'faits' and e.annee = c.annee and e.mois = c.mois
        and e.code_departement = c.code_departement and e.force = c.force
        and coalesce(e.territoire_code, '') = coalesce(v.territoire_code, '')
    where c.motif_code is not null and not c.deduite
),

dites as (
    select d.envoi, m.indicateur, d.motif_code, d.motif
    from deductions as d
    inner join mesures as m on m.index_declare = d.index_declare and m.mesure = d.mesure
    union all
    select g.envoi, m.indicateur, 'index_groupe', {{ index_groupe('g.index_declare') }}
    from groupes as g
    inner join mesures as m on m.code_index = g.code_index
    left join mesures as ensemble
        on ensemble.index_declare = g.index_declare and ensemble.indicateur = m.indicateur and ensemble.mesure = m.mesure
    where ensemble.indicateur is null
),

raisons as (
    -- A group hides an index whatever comes; the other reasons may end.
    select envoi, indicateur, max(motif_code) as motif_code, min(case when motif_code = premier then motif end) as motif
    from (
        select *, max(motif_code) over (partition by envoi, indicateur) as premier from dites
    ) as ordonnees
    group by envoi, indicateur
)

select i.indicateur_code, e.annee, e.mois, e.code_departement, e.force, e.territoire_code,
    'total' as ventilation_type, 'total' as ventilation_code,
    case when s.n_connues = i.n_index * e.n_services then s.valeur end as valeur,
    case when s.n_connues < i.n_index * e.n_services then r.motif_code end as motif_code,
    case when s.n_connues < i.n_index * e.n_services then r.motif end as motif,
    e.livraisons
from (
    select envoi, indicateur, n_connues, valeur from sommes
    union all
    -- An indicator none of whose indexes is told apart.
    select n.envoi, n.indicateur, 0, null
    from raisons as n
    left join sommes as t on t.envoi = n.envoi and t.indicateur = n.indicateur
    where t.envoi is null
) as s
inner join indicateurs as i on i.indicateur = s.indicateur
inner join numerotes as e on e.envoi = s.envoi
left join raisons as r on r.envoi = s.envoi and r.indicateur = s.indicateur
union all
select 'TRANQUILLITE', e.annee, e.mois, e.code_departement, e.force, e.territoire_code, t.ventilation_type, t.ventilation_code,
    case when t.n_connues = t.n_natures * e.n_services then t.valeur end, null, null,
    e.livraisons
from tranquillite as t
inner join numerotes as e
    on e.table_nom = 'tranquillite' and e.annee = t.annee and e.mois = t.mois
    and e.code_departement = t.code_departement and e.force = t.force
    and coalesce(e.territoire_code, '') = coalesce(t.territoire_code, '')
union all
-- Index by index, for the instance alone (int_faits_index).
select 'FAITS_INDEX', e.annee, e.mois, e.code_departement, e.force, e.territoire_code, 'index', f.code_index::string,
    case when f.n_faits_constates = e.n_services then f.faits_constates end,
    case when f.n_faits_constates < e.n_services then d.motif_code end,
    case when f.n_faits_constates < e.n_services then d.motif end,
    e.livraisons
from par_index as f
inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = f.code_departement
inner join numerotes as e
    on e.table_nom = 'faits' and e.annee = f.annee and e.mois = f.mois
    and e.code_departement = f.code_departement and e.force = f.force
    and coalesce(e.territoire_code, '') = coalesce(f.territoire_code, '')
left join (
    select envoi, index_declare, min(motif_code) as motif_code, min(motif) as motif
    from deductions
    where mesure = 'faits_constates'
    group by envoi, index_declare
) as d
    on d.envoi = e.envoi and d.index_declare = f.index_declare
where f.code_index is not null
union all
select 'FAITS_INDEX', e.annee, e.mois, e.code_departement, e.force, e.territoire_code, 'index', g.code_index::string, null,
    'index_groupe', min({{ index_groupe('g.index_declare') }}), e.livraisons
from groupes as g
inner join numerotes as e on e.envoi = g.envoi
inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = e.code_departement
left join par_index as f
    on f.code_index = g.code_index and f.annee = e.annee and f.mois = e.mois and f.code_departement = e.code_departement
    and f.force = e.force and coalesce(f.territoire_code, '') = coalesce(e.territoire_code, '')
where f.code_index is null
group by e.annee, e.mois, e.code_departement, e.force, e.territoire_code, g.code_index, e.livraisons
