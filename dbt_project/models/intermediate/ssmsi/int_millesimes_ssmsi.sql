with departements as (
    select indicateur_code, annee, edition, 'DEP-' || code_departement as territoire_code, faits as valeur, livraison_id as livraisons
    from {{ ref('stg_ssmsi__base') }}
),

toutes as (
    select * from departements
    union all
    {{ sommes_completes('departements', ['indicateur_code', 'annee', 'edition'], "('region', 'france')") }}
)

select t.*
from toutes as t
inner join {{ ref('int_territoires_instance') }} as i on i.territoire_code = t.territoire_code
where t.valeur is not null
