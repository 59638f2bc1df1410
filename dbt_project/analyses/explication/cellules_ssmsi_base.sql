-- The lines that a value was read in, in the publications that it is said to come from.
with lignes as (
    select indicateur_code, annee, 'DEP-' || code_departement as territoire_code, livraison_id, feuille, ligne, colonne, millesime, faits
    from {{ ref('stg_ssmsi__base') }}
    union all
    select indicateur_code, annee, 'REG-' || code_region, livraison_id, feuille, ligne, colonne, millesime, faits
    from {{ ref('stg_ssmsi__regions') }}
    union all
    select indicateur_code, annee, 'COM-' || commune_actuelle, livraison_id, feuille, ligne, colonne, millesime,
        case when diffusee then faits end
    from {{ ref('int_lignes_communes_ssmsi') }}
)

select d.indicateur_code, d.territoire_code, d.periode, d.source,
    b.livraison_id, b.feuille, b.ligne, b.colonne, 'faits' as mesure,
    'millésime ' || b.millesime as objet, b.faits::decimal(18, 2) as compte, 'somme' as operation
from demandees as d
inner join {{ ref('int_valeurs_ssmsi') }} as v
    on v.source = d.source and v.indicateur_code = d.indicateur_code and v.territoire_code = d.territoire_code
    and v.periode = d.periode
inner join lignes as b
    on b.indicateur_code = d.indicateur_code and b.territoire_code = d.territoire_code and b.annee::string = d.periode
    and b.livraison_id = substr(v.livraisons, 1, 12)
where d.source = 'ssmsi_base' and d.periode_type = 'annee'
