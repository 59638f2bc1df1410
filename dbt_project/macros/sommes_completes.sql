{# Sums over the composition of territories, of the levels asked: a sum exists only when every part has its value.
   `parties` has territoire_code, the columns of `cles`, then `valeur` and, unless it has none, `livraisons` (a sorted
   list), in this order. `par_annee`: what a territory is made of depends on `annee`, which is a key; it has no sum in the
   year when a service leaves it for another. #}
{% macro sommes_completes(parties, cles, niveaux, valeur='valeur', livraisons=true, par_annee=false) %}
    {%- set composition = 'int_composition_annees' if par_annee else 'int_composition' %}
    select
        c.territoire_code,{% for cle in cles %} p.{{ cle }},{% endfor %}
        case when count(p.{{ valeur }}) = max(n.n_composantes) then sum(p.{{ valeur }}) end as {{ valeur }}
        {%- if livraisons %}, {{ lot_de('p.livraisons') }} as livraisons{% endif %}
    from {{ ref(composition) }} as c
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = c.territoire_code and t.niveau in {{ niveaux }}
    inner join (
        select territoire_code, count(*) as n_composantes
            {%- if par_annee %}, annee, max(case when deplacee then 1 end) as n_deplacees{% endif %}
        from {{ ref(composition) }}
        group by all
    ) as n on n.territoire_code = c.territoire_code {%- if par_annee %} and n.annee = c.annee and n.n_deplacees is null{% endif %}
    inner join {{ parties }} as p on p.territoire_code = c.composante_code {%- if par_annee %} and p.annee = c.annee{% endif %}
    group by all
{% endmacro %}

{# The deliveries behind a sum, as one sorted list. #}
{% macro lot_de(livraisons) -%}
{{ en_liste(livraisons, "','", livraisons, distinctes=true) }}
{%- endmacro %}

{# Twelve months, or three, or four quarters: a period is known when each of its parts is. #}
{% macro cumul_de(regle, valeur, debut) -%}
case {{ regle }}
    when 'somme' then sum({{ valeur }})
    when 'moyenne' then avg({{ valeur }})
    when 'dernier' then max_by({{ valeur }}, {{ debut }})
end
{%- endmacro %}
