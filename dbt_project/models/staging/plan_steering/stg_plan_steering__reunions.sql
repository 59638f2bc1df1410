select livraison_id, annee::integer as annee, trimestre::integer as trimestre, code_departement, instance_code,
    reunions::integer as reunions, derniere_date::date as derniere_date, compte_rendu
from {{ retours('plan_steering', 'reunions') }} as r
