-- Until 2018 the département is written × 10 (baac_departements.csv) and the commune on three characters; from 2019 both
-- stand whole.
with lus as (
    select
        r.livraison_id,
        r.feuille,
        r.ligne,
        r.colonne,
        r.num_acc,
        substr(r.num_acc, 1, 4)::integer as annee,
        r.mois::integer as mois,
        r.jour::integer as jour,
        case when d.code_departement is not null then d.code_departement else r.code_departement end as code_departement,
        coalesce(r.code_commune, lpad(r.commune_3, 3, '0')) as commune_ecrite
    from {{ retenues('road_safety', 'caracteristiques') }} as r
    left join {{ ref('baac_departements') }} as d on d.code_baac = case when r.code_departement is null then r.departement_x10 end
)

select
    livraison_id,
    feuille,
    ligne,
    colonne,
    num_acc,
    annee,
    mois,
    make_date(annee, mois, jour) as date_accident,
    code_departement,
    case
        when length(commune_ecrite) = 5 then commune_ecrite
        else {{ code_de_commune('code_departement', 'commune_ecrite') }}
    end as code_commune
from lus
