-- The line of the latest vintage that has the class.
with dernieres as (
    select indicateur_code, annee, max(edition) as edition from {{ ref('stg_ssmsi__base') }} group by all
)

select d.indicateur_code, d.territoire_code, d.periode, d.source,
    b.livraison_id, b.feuille, b.ligne, b.colonne, 'faits' as mesure,
    'millésime ' || b.edition as objet, b.faits::decimal(18, 2) as compte, 'somme' as operation
from demandees as d
inner join dernieres as e on e.indicateur_code = d.indicateur_code and e.annee::string = d.periode
inner join {{ ref('stg_ssmsi__base') }} as b
    on b.indicateur_code = e.indicateur_code and b.annee = e.annee and b.edition = e.edition
    and 'DEP-' || b.code_departement = d.territoire_code
where d.source = 'ssmsi_base' and d.periode_type = 'annee'
