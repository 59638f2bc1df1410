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
