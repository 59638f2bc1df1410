-- The lines of the barometer: in the département the whole as it is written, else the two forces. What is left of a line once
-- another is taken away is both of them.
with lues as (
    select livraison_id, feuille, ligne, colonne, annee, mois, code_departement, mesure, force, valeur, colonne_recue,
        mesure_recue as objet, valeur_recue as compte, 'somme' as operation
    from {{ ref('stg_road_barometer__mesures') }}
    union all
    select livraison_otee, feuille_otee, ligne_otee, colonne_otee, annee, mois, code_departement, mesure, force, valeur, colonne_recue,
        mesure_otee, -valeur_otee, 'retranchement'
    from {{ ref('stg_road_barometer__mesures') }}
    where valeur_otee is not null
)

select d.indicateur_code, d.territoire_code, d.periode, d.source,
    m.livraison_id, m.feuille, m.ligne, m.colonne, m.colonne_recue as mesure, m.objet || ', ' || m.force as objet,
    m.compte::decimal(18, 2) as compte, m.operation
from demandees as d
inner join {{ ref('barometre') }} as b on b.indicateur_code = d.indicateur_code
inner join lues as m
    on m.mesure = b.mesure and {{ mois_de('m.annee', 'm.mois') }} = d.periode
left join {{ ref('stg_road_barometer__mesures') }} as e
    on e.mesure = m.mesure and e.annee = m.annee and e.mois = m.mois and e.code_departement = m.code_departement
    and e.force = 'ensemble' and e.valeur is not null
where d.source = 'barometre_odsr' and d.periode_type = 'mois'
    and (
        case m.force when 'police' then 'ZPN-' when 'gendarmerie' then 'ZGN-' end || m.code_departement = d.territoire_code
        or ('DEP-' || m.code_departement = d.territoire_code
            and (m.force = 'ensemble' and e.valeur is not null or m.force <> 'ensemble' and e.mesure is null))
    )
