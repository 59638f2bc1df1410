-- Nothing is lost from one level to the next: what a place is made of, with what is attached to nothing, makes the place.
-- A source that says what it attaches to nothing adds up even where a part is missing; another does when all its parts
-- are known, and a part that is missing may hold what is left. The SSMSI cannot place every fact in a commune: its
-- communes make at most their département; nor can the arrondissements make theirs while some of its services are not
-- listed, which is for whoever lists them to end and holds no workbook back.
with valeurs as {{ relue() }} (
    select v.indicateur_code, v.territoire_code, v.periode_type, v.periode, v.periode_debut, v.periode_fin, v.source,
        v.valeur, v.livraisons,
        coalesce(s.millesime, '') as millesime
    from {{ ref('int_valeurs') }} as v
    left join {{ ref('int_valeurs_ssmsi') }} as s
        on s.source = v.source and s.indicateur_code = v.indicateur_code and s.territoire_code = v.territoire_code
        and s.periode = v.periode and s.periode_type = v.periode_type
    inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = v.indicateur_code
    where v.ventilation_type = 'total' and i.cumul = 'somme' and i.nature = 'situation' and v.unite <> '%'
        -- The total that a pilot declares is no sum of what he told apart.
        and v.source <> 'suivi_actions' and v.valeur is not null
),

liens as (
    select c.territoire_code, t.niveau, c.composante_code, c.valide_de, c.valide_a
    from {{ ref('int_composition') }} as c
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = c.composante_code
    union
    select parent_code, niveau, territoire_code, null, null
    from {{ ref('int_territoires') }}
    where niveau in ('commune', 'arrondissement') and parent_code is not null
    union
    select 'DEP-' || code_departement, niveau, territoire_code, null, null
    from {{ ref('int_territoires') }}
    where niveau in ('commune', 'arrondissement')
),

-- Zones are one partition of a département, whatever their force.
familles as (
    select territoire_code, composante_code, case when niveau like 'zone_%' then 'zone' else niveau end as famille,
        valide_de, valide_a
    from liens
),

-- How many parts a place has in a period: those that were there a day of it at least.
tailles as (
    select f.territoire_code, f.famille, p.periode_type, p.periode,
        count(distinct case when f.composante_code not like '%-NR' then f.composante_code end) as n
    from familles as f
    cross join (select distinct periode_type, periode, periode_debut, periode_fin from valeurs) as p
    where {{ au_moins_un_jour('f', 'p') }}
    group by f.territoire_code, f.famille, p.periode_type, p.periode
),

qui_rattachent as (
    select distinct source, substr(territoire_code, 1, 3) as prefixe
    from valeurs
    where territoire_code like '%-NR'
),

services_a_lister as (
    select distinct 'DEP-' || f.code_departement as territoire_code, f.annee::string as periode
    from {{ ref('int_faits_4001') }} as f
    inner join (select distinct code_departement from {{ ref('services') }}) as d
        on d.code_departement = f.code_departement
    left join {{ ref('int_services_en_vigueur') }} as s
        on s.nommee and s.periode_type = 'annee' and s.periode = f.annee::string
        and s.code_departement = f.code_departement and s.force = f.force and s.service = f.service
        and (s.perimetre = f.perimetre or (s.perimetre is null and f.perimetre is null))
    where s.territoire_code is null
),

-- Where all the parts that are known need not make the whole.
partiels as (
    select territoire_code, periode, 'etat4001_services' as source, 'arrondissement' as famille from services_a_lister
    union all
    select distinct territoire_code, periode, 'ssmsi_base', 'commune' from valeurs where source = 'ssmsi_base'
),

-- Added before they are set beside the whole: a part is in two or three wholes, and a whole has hundreds of parts.
parties as (
    select f.territoire_code, f.famille, m.source, m.indicateur_code, m.periode_type, m.periode, m.millesime,
        sum(m.valeur) as somme, count(case when m.territoire_code not like '%-NR' then 1 end) as n_connues,
        max(substr(m.territoire_code, 1, 3)) as prefixe
    from valeurs as m
    inner join familles as f on f.composante_code = m.territoire_code and {{ tout_du_long('f', 'm') }}
    group by all
),

sommes as (
    select e.source, e.indicateur_code, e.territoire_code, e.periode_type, e.periode, e.millesime, e.valeur, p.famille,
        p.somme, p.n_connues, p.prefixe
    from valeurs as e
    inner join parties as p
        on p.territoire_code = e.territoire_code and p.indicateur_code = e.indicateur_code and p.source = e.source
        and p.periode_type = e.periode_type and p.periode = e.periode
        -- Two publications of the SSMSI revise each other: what a later one says is not lost by the one before.
        and p.millesime = e.millesime
    -- The SSMSI publishes its régions apart: SOMME_REGION compares them with their sum.
    where not (e.source = 'ssmsi_base' and e.territoire_code like 'REG-%')
),

jugees as (
    select s.source, s.indicateur_code, s.territoire_code, s.periode_type, s.periode, s.millesime, s.famille, s.somme,
        s.valeur,
        case
            when p.source is null and (s.n_connues = t.n or q.source is not null) then abs(s.somme - s.valeur)
            else greatest(s.somme - s.valeur, 0)
        end::double as ecart
    from sommes as s
    inner join tailles as t
        on t.territoire_code = s.territoire_code and t.famille = s.famille and t.periode_type = s.periode_type
        and t.periode = s.periode
    left join qui_rattachent as q on q.source = s.source and q.prefixe = s.prefixe
    left join partiels as p
        on p.source = s.source and p.territoire_code = s.territoire_code and p.periode = s.periode
        and p.famille = s.famille
),

-- Where the whole and its parts came from, of those that do not agree alone: of the whole country, the lists of what
-- every sum is made of would not hold in memory.
venues as (
    select j.source, j.indicateur_code, j.territoire_code, j.periode_type, j.periode, j.millesime, j.famille,
        {{ lot_de('m.livraisons') }} as livraisons
    from jugees as j
    inner join familles as f on f.territoire_code = j.territoire_code and f.famille = j.famille
    inner join valeurs as m
        on m.indicateur_code = j.indicateur_code and m.source = j.source and m.periode_type = j.periode_type
        and m.periode = j.periode and m.millesime = j.millesime
        and (m.territoire_code = j.territoire_code or m.territoire_code = f.composante_code)
    where j.ecart > 0
    group by all
),

-- The last total that a service sent of each index, and the months that are made of it or with it, when all are known.
totaux as (
    select code_departement, force, service, annee, index_declare, livraison_id, mois, faits_constates_cumul as total,
        row_number() over (partition by code_departement, force, service, annee, index_declare order by mois desc) = 1 as dernier
    from {{ ref('stg_service_returns__faits') }}
    where faits_constates_cumul is not null
),

mois_des_totaux as (
    select t.code_departement, t.force, t.service, t.annee, t.mois, t.index_declare, t.total, t.livraison_id,
        sum(f.faits_constates) as somme
    from totaux as t
    inner join {{ ref('int_retours_faits') }} as f
        on f.code_departement = t.code_departement and f.force = t.force and f.service = t.service and f.annee = t.annee
        and f.index_declare = t.index_declare and f.mois <= t.mois
    where t.dernier
    group by t.code_departement, t.force, t.service, t.annee, t.mois, t.index_declare, t.total, t.livraison_id
    having count(f.faits_constates) = t.mois
)

select 'CONSERVATION' as regle_code, j.source, j.indicateur_code, j.territoire_code, j.periode, j.famille as detail,
    j.somme as observe, j.valeur as attendu, j.ecart, v.livraisons
from jugees as j
left join venues as v
    on v.source = j.source and v.indicateur_code = j.indicateur_code and v.territoire_code = j.territoire_code
    and v.periode_type = j.periode_type and v.periode = j.periode and v.millesime = j.millesime and v.famille = j.famille
union all
select 'CONSERVATION', 'retours_services', {{ sans_objet('v.territoire_code') }}, m.annee::string, 'mois', sum(m.somme),
    sum(m.total), abs(sum(m.somme) - sum(m.total))::double, {{ lot_de('m.livraison_id') }}
from mois_des_totaux as m
inner join {{ ref('int_services_en_vigueur') }} as v
    on v.nommee and v.periode_type = 'mois' and v.periode = {{ mois_de('m.annee', 'm.mois') }}
    and v.code_departement = m.code_departement and v.force = m.force and v.service = m.service
group by v.territoire_code, m.annee
