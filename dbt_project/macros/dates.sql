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

{# The last day of a month, a quarter or a year, from its first. #}
{% macro fin_de_periode(periode_type, debut) -%}
case {{ periode_type }}
    when 'annee' then make_date(year({{ debut }}), 12, 31)
    when 'trimestre' then {{ fin_de_mois('make_date(year(' ~ debut ~ '), month(' ~ debut ~ ') + 2, 1)') }}
    else {{ fin_de_mois(debut) }}
end
{%- endmacro %}

{# A link holds from the first day of a period to its last; without dates it always does. #}
{% macro tout_du_long(lien, periode) -%}
({{ lien }}.valide_de is null or {{ lien }}.valide_de <= {{ periode }}.periode_debut)
    and ({{ lien }}.valide_a is null or {{ lien }}.valide_a >= {{ periode }}.periode_fin)
{%- endmacro %}

{# A link holds on a day of a period at least. #}
{% macro au_moins_un_jour(lien, periode) -%}
({{ lien }}.valide_de is null or {{ lien }}.valide_de <= {{ periode }}.periode_fin)
    and ({{ lien }}.valide_a is null or {{ lien }}.valide_a >= {{ periode }}.periode_debut)
{%- endmacro %}
