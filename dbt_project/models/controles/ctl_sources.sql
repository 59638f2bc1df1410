-- One figure, two sources: each period that both of them give, in one place. Two sources that cover the same are equal;
-- one that covers all is at least the other; two different parts say nothing of each other.
with valeurs as (
    select v.indicateur_code, v.territoire_code, v.periode_type, v.periode, v.source, v.valeur, v.livraisons, v.perimetre,
        p.complet
    from {{ ref('int_valeurs') }} as v
    inner join {{ ref('perimetres') }} as p on p.perimetre = v.perimetre
    inner join {{ ref('int_territoires_instance') }} as t on t.territoire_code = v.territoire_code
    where v.ventilation_type = 'total' and v.valeur is not null
),

paires as (
    select 'MOIS_ANNEE' as regle_code, 'etat4001_departements' as source, 'etat4001_services' as reference, 'annee' as periode_type
    union all
    select 'RETOURS_ANNEE', 'retours_services', 'etat4001_services', 'annee'
    union all
    select 'BAROMETRE_BAAC', 'barometre_odsr', 'baac', 'annee'
    union all
    select 'SUIVI_ISCG', 'suivi_actions', 'retours_iscg', 'trimestre'
)

select p.regle_code, p.source, a.indicateur_code, a.territoire_code, a.periode, cast(null as string) as detail,
    a.valeur as observe, b.valeur as attendu,
    case
        when greatest(a.valeur, b.valeur) < m.valeur then 0
        when p.regle_code = 'SUIVI_ISCG' then abs(a.valeur - b.valeur)
        when a.perimetre <> b.perimetre then greatest(b.valeur - a.valeur, 0) / nullif(b.valeur, 0)
        else abs(a.valeur - b.valeur) / nullif(greatest(a.valeur, b.valeur), 0)
    end::double as ecart,
    a.livraisons
from paires as p
inner join valeurs as a on a.source = p.source and a.periode_type = p.periode_type
inner join valeurs as b
    on b.source = p.reference and b.indicateur_code = a.indicateur_code and b.territoire_code = a.territoire_code
    and b.periode_type = a.periode_type and b.periode = a.periode
left join {{ source('raw', 'seuils') }} as m on m.regle_code = p.regle_code and m.parametre = 'effectif_min'
where greatest(a.valeur, b.valeur) > 0 and (a.perimetre = b.perimetre or a.complet)
