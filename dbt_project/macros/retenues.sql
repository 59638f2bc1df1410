{# The raw rows of the slices in use of one table. Values were judged at reception: a cast that fails on them is a
   defect of Vigie, so it must stop the build. #}
{% macro retenues(nom, table) -%}
(
    select lignes.*, {{ edition_ou_annee('tranches') }} as edition_tranche
    from {{ source('raw', nom ~ '_' ~ table) }} as lignes
    inner join {{ source('raw', 'manifeste_' ~ nom) }} as tranches
        on tranches.livraison_id = lignes.livraison_id
        and tranches.tranche = lignes.tranche
        and tranches.source = '{{ nom }}'
        and tranches.table_nom = '{{ table }}'
        and tranches.retenue
)
{%- endmacro %}

{# A raw row that a correction replaces. #}
{% macro ligne_corrigee(table) -%}
corrigees.table_nom = '{{ table }}' and corrigees.livraison_id = lignes.livraison_id
        and corrigees.tranche = lignes.tranche and corrigees.feuille = lignes.feuille and corrigees.ligne = lignes.ligne
{%- endmacro %}

{# The rows in use of a return: a line that another file corrects gives way to it, the others of its file stay. #}
{% macro retours(nom, table) -%}
(
    select lignes.*
    from {{ retenues(nom, table) }} as lignes
    left join {{ source('raw', 'corrigees_' ~ nom) }} as corrigees
        on {{ ligne_corrigee(table) }}
    where corrigees.livraison_id is null
)
{%- endmacro %}

{# What was in use of a return until its last correction, for the slices that have one. #}
{% macro retours_d_avant(nom, table) -%}
(
    select lignes.*
    from {{ source('raw', nom ~ '_' ~ table) }} as lignes
    inner join {{ source('raw', 'manifeste_' ~ nom) }} as tranches
        on tranches.livraison_id = lignes.livraison_id
        and tranches.tranche = lignes.tranche
        and tranches.table_nom = '{{ table }}'
        and tranches.precedente
    left join {{ source('raw', 'corrigees_' ~ nom) }} as corrigees
        on {{ ligne_corrigee(table) }}
        and not corrigees.derniere
    where corrigees.livraison_id is null
)
{%- endmacro %}

{# The same of every accepted delivery: vintages stay side by side, each once whatever the bytes that brought it. #}
{% macro acceptees(nom, table) -%}
(
    select lignes.*, {{ edition_ou_annee('tranches') }} as edition_tranche, tranches.millesime, tranches.rang, tranches.retenue,
        tranches.indecise
    from {{ source('raw', nom ~ '_' ~ table) }} as lignes
    inner join {{ source('raw', 'manifeste_' ~ nom) }} as tranches
        on tranches.livraison_id = lignes.livraison_id
        and tranches.tranche = lignes.tranche
        and tranches.source = '{{ nom }}'
        and tranches.table_nom = '{{ table }}'
        and not tranches.redite
)
{%- endmacro %}

{# The edition; where the content has none, the year that the file's name says. #}
{% macro edition_ou_annee(tranches) -%}
case when {{ tranches }}.edition <> '' then {{ tranches }}.edition else {{ tranches }}.geographie end
{%- endmacro %}

{# 2019, 3 → 2019-03; 2019, 1 → 2019-T1. #}
{% macro mois_de(annee, mois) -%}
{{ annee }}::string || '-' || lpad({{ mois }}::string, 2, '0')
{%- endmacro %}
