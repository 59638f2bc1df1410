{# What every table of the SSMSI says, typed, of all its publications: `place` is the column of the territory's code. #}
{% macro lignes_ssmsi(table, place) -%}
select
    b.livraison_id,
    b.feuille,
    b.ligne,
    b.colonne,
    b.edition_tranche as edition,
    b.millesime,
    b.rang,
    b.retenue,
    b.indecise,
    b.annee::integer as annee,
    b.{{ place }},
    c.indicateur_code,
    b.unite_compte,
    u.unite,
    b.faits::bigint as faits,
    b.taux::double as taux,
    b.population::decimal(18, 2) as population,
    b.population_millesime::integer as population_millesime,
    b.logements::decimal(18, 2) as logements,
    b.logements_millesime::integer as logements_millesime
{%- endmacro %}

{% macro nomenclature_ssmsi(table) -%}
from {{ acceptees('ssmsi', table) }} as b
inner join {{ ref('ssmsi_classes') }} as c on c.classe = b.classe
inner join {{ ref('ssmsi_unites') }} as u on u.unite_compte = b.unite_compte
{%- endmacro %}
