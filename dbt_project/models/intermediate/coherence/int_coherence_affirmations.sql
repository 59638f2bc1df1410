-- A claim, and what the plan itself prints of it: two numbers (of its own section first), else a printed change. The
-- change is an interval, as wide as the roundings leave it.
with dites as (
    select a.*, r.libelle as relation_libelle, r.sens, r.seuil_pct::double as seuil_pct,
        s.libelle as serie, coalesce(t.libelle, a.territoire_code) as territoire
    from {{ du_plan('affirmations') }} as a
    inner join {{ ref('relations') }} as r on r.relation = a.relation
    inner join {{ ref('series') }} as s on s.serie_code = a.serie_code
    left join {{ ref('int_territoires') }} as t on t.territoire_code = a.territoire_code
),

chiffres as (
    select * from {{ ref('int_coherence_chiffres') }} where borne is null and periode_type = 'annee'
),

nombres as (
    select d.affirmation_code,
        c0.chiffre_code || ', ' || c1.chiffre_code as codes,
        c0.nomme || ' en ' || c0.periode || ' puis ' || c1.nomme || ' en ' || c1.periode as nommes,
        c0.endroit || case when c1.endroit = c0.endroit then '' else ' ; ' || c1.endroit end as endroits,
        c0.imprime || ' puis ' || c1.imprime as imprime,
        100 * (c1.valeur - c0.valeur)::double / nullif(c0.valeur, 0) as evolution,
        100 * (c1.bas - c0.haut) / nullif(c0.haut, 0) as evolution_bas,
        100 * (c1.haut - c0.bas) / nullif(c0.bas, 0) as evolution_haut
    from dites as d
    inner join chiffres as c1
        on c1.grandeur = 'nombre' and c1.serie_code = d.serie_code and c1.territoire_code = d.territoire_code
        and c1.periode = d.periode
    inner join chiffres as c0
        on c0.grandeur = 'nombre' and c0.serie_code = d.serie_code and c0.territoire_code = d.territoire_code
        and c0.periode = d.periode_reference
    where c0.bas > 0
    qualify row_number() over (
        partition by d.affirmation_code
        order by case when c1.section = d.section then 0 else 1 end + case when c0.section = d.section then 0 else 1 end,
            case when c1.retenu then 0 else 1 end + case when c0.retenu then 0 else 1 end, c1.chiffre_code, c0.chiffre_code
    ) = 1
),

evolutions as (
    select d.affirmation_code, e.chiffre_code as codes, e.nomme as nommes, e.endroit as endroits, e.imprime,
        e.valeur::double as evolution, e.bas as evolution_bas, e.haut as evolution_haut
    from dites as d
    inner join chiffres as e
        on e.grandeur = 'evolution' and e.serie_code = d.serie_code and e.territoire_code = d.territoire_code
        and e.periode = d.periode and e.periode_reference = d.periode_reference
    left join nombres as n on n.affirmation_code = d.affirmation_code
    where n.affirmation_code is null
    qualify row_number() over (
        partition by d.affirmation_code
        order by case when e.section = d.section then 0 else 1 end, case when e.retenu then 0 else 1 end, e.chiffre_code
    ) = 1
)

select d.*, m.codes, m.nommes, m.endroits, m.imprime, m.evolution, m.evolution_bas, m.evolution_haut,
    'affirmation|' || d.serie_code || '|' || d.territoire_code || '|' || d.periode || '|' || coalesce(d.periode_reference, '')
        || '|' || coalesce(d.autre_serie_code, '') || '|' || coalesce(d.autre_territoire_code, '')
        || '|' || coalesce(d.autre_periode, '') as cle_affirmation
from dites as d
left join (select * from nombres union all select * from evolutions) as m on m.affirmation_code = d.affirmation_code
