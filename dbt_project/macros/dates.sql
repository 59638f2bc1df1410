{# 2020-01-31 → 31/01/2020, as French readers write it. #}
{% macro date_fr(colonne) -%}
substr({{ colonne }}::string, 9, 2) || '/' || substr({{ colonne }}::string, 6, 2) || '/' || substr({{ colonne }}::string, 1, 4)
{%- endmacro %}

{# The last day of the month that starts on this day. #}
{% macro fin_de_mois(premier_jour) -%}
(make_date(
    year({{ premier_jour }}) + case when month({{ premier_jour }}) = 12 then 1 else 0 end,
    case when month({{ premier_jour }}) = 12 then 1 else month({{ premier_jour }}) + 1 end,
    1
) - 1)
{%- endmacro %}

{# How many days from the first day to the second: the engines say it each in its way. #}
{% macro jours_entre(debut, fin) -%}
    {{ return(adapter.dispatch('jours_entre')(debut, fin)) }}
{%- endmacro %}

{% macro duckdb__jours_entre(debut, fin) -%}
({{ fin }} - {{ debut }})::integer
{%- endmacro %}

{% macro spark__jours_entre(debut, fin) -%}
datediff({{ fin }}, {{ debut }})
{%- endmacro %}
