select
    b.livraison_id,
    b.feuille,
    b.ligne,
    b.colonne,
    b.edition_tranche as edition,
    coalesce(b.annee::integer, 2000 + b.annee_2::integer) as annee,
    coalesce(b.code_departement, case when length(b.code_departement_nu) = 1 then '0' else '' end || b.code_departement_nu) as code_departement,
    c.indicateur_code,
    b.faits::bigint as faits,
    b.population::decimal(18, 2) as population,
    coalesce(b.population_millesime::integer, 2000 + b.population_millesime_2::integer) as population_millesime,
    b.logements::decimal(18, 2) as logements,
    b.taux::double as taux,
    coalesce(b.logements_millesime::integer, 2000 + b.logements_millesime_2::integer) as logements_millesime
from {{ acceptees('ssmsi', 'base') }} as b
inner join {{ ref('ssmsi_classes') }} as c on c.classe = b.classe
