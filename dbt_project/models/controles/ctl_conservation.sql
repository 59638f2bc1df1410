-- Nothing is lost from one level to the next: what a place is made of, with what is attached to nothing, makes the place.
-- A source that says what it attaches to nothing adds up even where a part is missing; another does when all its parts
-- are known, and a part that is missing may hold what is left.
with valeurs as {{ relue() }} (
    select v.indicateur_code, v.territoire_code, v.periode_type, v.periode, v.source, v.valeur, v.livraisons
    from {{ ref('int_valeurs') }} as v
    inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = v.indicateur_code
    where v.ventilation_type = 'total' and i.cumul = 'somme' and i.nature = 'situation' and v.unite <> '%'
        -- The total that a pilot declares is no sum of what he told apart.
        and v.source <> 'suivi_actions' and v.valeur is not null
),

liens as (
    select c.territoire_code, t.niveau, c.composante_code
    from {{ ref('int_composition') }} as c
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = c.composante_code
    union
    select parent_code, niveau, territoire_code
    from {{ ref('int_territoires') }}
    where niveau in ('commune', 'arrondissement') and parent_code is not null
    union
    select 'DEP-' || code_departement, niveau, territoire_code
    from {{ ref('int_territoires') }}
    where niveau in ('commune', 'arrondissement')
),

-- Zones are one partition of a département, whatever their force.
familles as (
    select territoire_code, composante_code, case when niveau like 'zone_%' then 'zone' else niveau end as famille
    from liens
),

tailles as (
    select territoire_code, famille, count(case when composante_code not like '%-NR' then 1 end) as n
    from familles
    group by all
),

qui_rattachent as (
    select distinct source, substr(territoire_code, 1, 3) as prefixe
    from valeurs
    where territoire_code like '%-NR'
),

sommes as (
    select e.source, e.indicateur_code, e.territoire_code, e.periode_type, e.periode, e.valeur, e.livraisons, f.famille,
        sum(m.valeur) as somme, count(case when m.territoire_code not like '%-NR' then 1 end) as n_connues,
        max(substr(m.territoire_code, 1, 3)) as prefixe
    from valeurs as e
    inner join familles as f on f.territoire_code = e.territoire_code
    inner join valeurs as m
        on m.territoire_code = f.composante_code and m.indicateur_code = e.indicateur_code and m.source = e.source
        and m.periode_type = e.periode_type and m.periode = e.periode
    -- The SSMSI publishes its régions apart: SOMME_REGION compares them with their sum.
    where not (e.source = 'ssmsi_base' and e.territoire_code like 'REG-%')
    group by all
)

select 'CONSERVATION' as regle_code, s.source, s.indicateur_code, s.territoire_code, s.periode, s.famille as detail,
    s.somme as observe, s.valeur as attendu,
    case
        when s.n_connues = t.n or q.source is not null then abs(s.somme - s.valeur)
        else greatest(s.somme - s.valeur, 0)
    end::double as ecart, s.livraisons
from sommes as s
inner join tailles as t on t.territoire_code = s.territoire_code and t.famille = s.famille
left join qui_rattachent as q on q.source = s.source and q.prefixe = s.prefixe
