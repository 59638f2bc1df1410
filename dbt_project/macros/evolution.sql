{# Change against a reference, in percent: none when the reference is 0 or either count is below 10. #}
{% macro evolution_pct(valeur, reference) -%}
case
    when {{ reference }} >= 10 and {{ valeur }} >= 10
        then round(100.0 * ({{ valeur }} - {{ reference }}) / nullif({{ reference }}, 0), 2)::decimal(9, 2)
end
{%- endmacro %}

{# Why there is no percentage, as a code of motifs.csv. #}
{% macro evolution_motif(valeur, reference, rupture, autre_source, autre_perimetre) -%}
case
    when {{ valeur }} is null then null
    when {{ autre_perimetre }} then 'autre_perimetre'
    when {{ autre_source }} then 'autre_source'
    when {{ reference }} is null then 'periode_precedente_manquante'
    when {{ rupture }} then 'rupture_de_serie'
    when {{ reference }} = 0 then 'reference_nulle'
    when {{ reference }} < 10 or {{ valeur }} < 10 then 'petit_effectif'
end
{%- endmacro %}
