-- Until 2018 the département is written × 10 (460, Corsica 201 and 202, overseas as it is) and the commune on three
-- characters; from 2019 both stand whole.
with lus as (
    select
        livraison_id,
        feuille,
        ligne,
        colonne,
        num_acc,
        substr(num_acc, 1, 4)::integer as annee,
        mois::integer as mois,
        jour::integer as jour,
        case
            when length(code_departement) = 1 then '0' || code_departement
            when code_departement is not null then code_departement
            when departement_x10 = '201' then '2A'
            when departement_x10 = '202' then '2B'
            when length(departement_x10) = 3 and substr(departement_x10, 1, 2) in ('97', '98') then departement_x10
            else lpad(substr(departement_x10, 1, length(departement_x10) - 1), 2, '0')
        end as code_departement,
        code_commune,
        lpad(commune_3, 3, '0') as commune_3
    from {{ retenues('road_safety', 'caracteristiques') }} as r
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
    coalesce(lpad(code_commune, 5, '0'), substr(code_departement, 1, 2) || commune_3) as code_commune
from lus
