select livraison_id, annee::integer as annee, trimestre::integer as trimestre, code_departement, dispositif_code,
    territoire_code, etat, debut::date as debut, fin::date as fin, nombre::decimal(18, 2) as nombre, evalue
from {{ retours('plan_steering', 'dispositifs') }} as r
