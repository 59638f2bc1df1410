select
    livraison_id,
    feuille,
    ligne,
    colonne,
    annee::integer as annee,
    mois::integer as mois,
    code_departement,
    force,
    service,
    code_index::integer as code_index,
    faits_constates::bigint as faits_constates,
    faits_elucides::bigint as faits_elucides,
    mis_en_cause::bigint as mis_en_cause,
    mis_en_cause_mineurs::bigint as mis_en_cause_mineurs,
    faits_vif::bigint as faits_vif
from {{ retours('service_returns', 'faits') }} as r
