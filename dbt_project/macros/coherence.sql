{# 1234567 → 1 234 567, as French readers write it. #}
{% macro entier_fr(v) -%}
case
    when {{ v }} >= 1000000
        then floor(0.000001 * {{ v }})::bigint::string || ' '
            || lpad((floor(0.001 * {{ v }})::bigint - 1000 * floor(0.000001 * {{ v }})::bigint)::string, 3, '0') || ' '
            || lpad(({{ v }}::bigint - 1000 * floor(0.001 * {{ v }})::bigint)::string, 3, '0')
    when {{ v }} >= 1000
        then floor(0.001 * {{ v }})::bigint::string || ' '
            || lpad(({{ v }}::bigint - 1000 * floor(0.001 * {{ v }})::bigint)::string, 3, '0')
    else {{ v }}::bigint::string
end
{%- endmacro %}

{# A count or a large number whole, a small one with two decimals: 3 235, 20,06. #}
{% macro nombre_fr(v) -%}
case
    when {{ v }} >= 100 or abs({{ v }} - round({{ v }})) < 0.005 then {{ entier_fr('round(' ~ v ~ ')') }}
    else replace({{ v }}::decimal(18, 2)::string, '.', ',')
end
{%- endmacro %}

{# +7,4 % or -7,4 %. #}
{% macro evolution_fr(v) -%}
case when {{ v }} > 0 then '+' else '' end || replace({{ v }}::decimal(18, 1)::string, '.', ',') || ' %'
{%- endmacro %}

{# Where a figure is printed, in few words. #}
{% macro endroit(c) -%}
case
    when {{ c }}.tableau is not null
        then 'tableau ' || {{ c }}.tableau || coalesce(', ligne « ' || {{ c }}.ligne || ' »', '') || ', colonne « '
            || {{ c }}.colonne || ' »'
    else 'section ' || {{ c }}.section
end
{%- endmacro %}

{# What every rule gives of what it finds. `cle` names what a finding is about, when others may follow from it;
   `cause_cle` names what it would follow from. #}
{% macro colonnes_constat() -%}
regle_code, serie_code, territoire_code, periode, chiffres_1, lieu_1, imprime_1, valeur_1, chiffres_2, lieu_2, imprime_2,
    valeur_2, phrase, cle, cause_cle
{%- endmacro %}

{# What several readings of one number, at this place and period, are called as a cause. #}
{% macro cle_redite(c, grandeur="'nombre'") -%}
'redite|' || {{ c }}.serie_code || '|' || {{ c }}.territoire_code || '|' || {{ c }}.periode || '|' || {{ grandeur }}
{%- endmacro %}
