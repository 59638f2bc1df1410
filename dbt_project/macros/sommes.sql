{# A sum of territories answers only when every one of its parts does: coverage of the sums of one level. #}
{% macro couverture_des_sommes(parties, niveaux) %}
select
    c.territoire_code,
    c.annee,
    case
        when max(case when c.deplacee then 1 end) = 1 then 'service_deplace'
        when count(p.motif_code) = 0 then null
        when count(*) = count(p.motif_code) and min(p.motif_code) = max(p.motif_code) then min(p.motif_code)
        else 'composante_manquante'
    end as motif_code,
    case
        when max(case when c.deplacee then 1 end) = 1 then 'Dans l''année, un service a changé d''arrondissement : '
            || min(case when c.deplacee then c.composante_code end) || ' ; ses faits ne peuvent pas être répartis entre les deux'
        when count(p.motif_code) = 0 then null
        when count(p.motif_code) <= 3 then {{ en_liste('p.motif', "' ; '", 'p.territoire_code') }}
        else count(p.motif_code) || ' composantes sur ' || count(*) || ' sans valeur, dont '
            || min(case when p.motif_code is not null then p.territoire_code end) || ' (' || min(p.motif) || ')'
    end as motif
from {{ ref('int_composition_annees') }} as c
inner join {{ ref('int_territoires') }} as t on t.territoire_code = c.territoire_code
inner join {{ parties }} as p on p.territoire_code = c.composante_code and p.annee = c.annee
where t.niveau in {{ niveaux }}
group by c.territoire_code, c.annee
{% endmacro %}

{# The facts of each force in the sums of one level: for shares, so that a force with no number weighs nothing. #}
{% macro faits_par_force(parties, niveaux) %}
select c.territoire_code, p.force, p.annee, p.code_index, sum(p.faits)::bigint as faits
from {{ ref('int_composition_annees') }} as c
inner join {{ ref('int_territoires') }} as t on t.territoire_code = c.territoire_code
inner join {{ parties }} as p on p.territoire_code = c.composante_code and p.annee = c.annee
where t.niveau in {{ niveaux }}
group by all
{% endmacro %}
