select
    livraison_id,
    feuille,
    ligne,
    colonne,
    edition_tranche as dernier_mois,
    code_departement,
    force,
    annee_mois,
    code_index::integer as code_index,
    faits_constates::bigint as faits
from {{ retenues('etat4001_monthly', 'forces') }} as r
