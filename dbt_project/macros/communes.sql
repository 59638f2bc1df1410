{# The official code of a commune from its département and its number of three digits. Overseas the number is written with
   the last digit of the département (101) or without it (001): both are 97101. #}
{% macro code_de_commune(departement, numero) -%}
case
    when length({{ departement }}) = 3 and substr({{ numero }}, 1, 1) = '0' then {{ departement }} || substr({{ numero }}, 2, 2)
    when length({{ departement }}) = 3 then substr({{ departement }}, 1, 2) || {{ numero }}
    else {{ departement }} || {{ numero }}
end
{%- endmacro %}

{# The département that a commune's code belongs to. #}
{% macro departement_du_code(code) -%}
case when substr({{ code }}, 1, 2) in ('97', '98') then substr({{ code }}, 1, 3) else substr({{ code }}, 1, 2) end
{%- endmacro %}

{# The rows of a table of one census a file, of the best delivery of each census; those whose census is not known are not
   there. #}
{% macro par_recensement(table) -%}
(
    select *, try_cast(edition_tranche as integer) as recensement
    from {{ acceptees('insee', table) }} as toutes
    where edition_tranche <> ''
    qualify rang = min(rang) over (partition by edition_tranche)
)
{%- endmacro %}
