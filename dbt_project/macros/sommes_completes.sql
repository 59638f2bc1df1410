{# Sums over the composition of territories, of the levels asked: a sum exists only when every part has its value.
   `parties` has the columns of `cles`, then territoire_code, valeur, livraisons (a sorted list), in this order. #}
{% macro sommes_completes(parties, cles, niveaux) %}
    select
        {% for c in cles %}p.{{ c }}, {% endfor %}c.territoire_code,
        case when count(p.valeur) = max(n.n_composantes) then sum(p.valeur) end as valeur,
        {{ lot_de('p.livraisons') }} as livraisons
    from {{ ref('int_composition') }} as c
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = c.territoire_code and t.niveau in {{ niveaux }}
    inner join (
        select territoire_code, count(*) as n_composantes from {{ ref('int_composition') }} group by all
    ) as n on n.territoire_code = c.territoire_code
    inner join {{ parties }} as p on p.territoire_code = c.composante_code
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
