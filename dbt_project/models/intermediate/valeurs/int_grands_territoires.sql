-- Régions and France from the départements, month by month, when every one is there.
with departements as (
    select o.indicateur_code, o.periode_type, o.periode, o.periode_debut, o.source, o.territoire_code, o.valeur, o.livraisons
    from {{ ref('int_observations') }} as o
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = o.territoire_code and t.niveau = 'departement'
    where o.source = 'baac' and o.ventilation_type = 'total' and o.periode_type = 'mois' and o.valeur is not null
)

select indicateur_code, territoire_code, periode_type, periode, periode_debut, 'total' as ventilation_type,
    'total' as ventilation_code, source, valeur::decimal(18, 2) as valeur, 'A' as statut,
    cast(null as string) as motif_code, cast(null as string) as motif, livraisons
from (
    {{ sommes_completes('departements', ['indicateur_code', 'periode_type', 'periode', 'periode_debut', 'source'], "('region', 'france')") }}
) as sommes
where valeur is not null
