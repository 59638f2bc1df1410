{# What a service returns of each index: the columns of its monthly form, and with `_cumul` those of its running total. #}
{% macro mesures_retours() -%}
    {{ return(['faits_constates', 'faits_elucides', 'mis_en_cause', 'mis_en_cause_mineurs', 'faits_vif']) }}
{%- endmacro %}

{# The measure that a row names, among its columns. #}
{% macro valeur_mesuree(lignes, mesure, suffixe='') -%}
case {{ mesure }}
    {%- for m in mesures_retours() %} when '{{ m }}' then {{ lignes }}.{{ m }}{{ suffixe }}{% endfor %} end
{%- endmacro %}

{# A measure, as French readers name it. #}
{% macro libelle_mesure(mesure) -%}
case {{ mesure }} when 'faits_constates' then 'faits constatés' when 'faits_elucides' then 'faits élucidés'
    when 'mis_en_cause' then 'mis en cause' when 'mis_en_cause_mineurs' then 'mineurs mis en cause' else 'cadre familial' end
{%- endmacro %}

{# Where a line stands in its file. #}
{% macro place_de_ligne(feuille, ligne) -%}
case when {{ feuille }} <> '' then 'feuille « ' || {{ feuille }} || ' », ' else '' end || 'ligne ' || {{ ligne }}::string
{%- endmacro %}
