-- The plan's table D counts the whole departmental group, its road-safety squadron included. The ministry's workbook
-- lists companies only: the squadron, and so the group, has the value that the returns of its units give, or none.
with unites as (
    select t.territoire_code, t.libelle, 1 + row_number() over (order by s.attendu_etat4001 desc, t.territoire_code) as rang
    from {{ ref('int_territoires_instance') }} as t
    inner join (
        select territoire_code, max_by(attendu_etat4001, valide_de) as attendu_etat4001
        from {{ ref('services') }}
        where force = 'gendarmerie'
        group by territoire_code
    ) as s on s.territoire_code = t.territoire_code
    union all
    select territoire_code, libelle, 1 from {{ ref('int_territoires_instance') }} where niveau = 'groupement'
)

select
    v.periode,
    u.rang::integer as rang,
    v.territoire_code,
    u.libelle as unite_gendarmerie,
    v.valeur,
    v.unite,
    v.perimetre,
    v.source,
    v.statut,
    v.motif_code,
    v.motif,
    v.lot_livraisons
from {{ ref('int_valeurs') }} as v
inner join unites as u on u.territoire_code = v.territoire_code
where v.indicateur_code = 'STUPEFIANTS_4001' and v.periode_type = 'annee' and v.ventilation_type = 'total' and v.retenu
