-- The lines of the pilots' returns: the place's own, or every place where the département is their sum.
select d.indicateur_code, d.territoire_code, d.periode, d.source,
    i.livraison_id, i.feuille, i.ligne, i.colonne, 'valeur' as mesure, coalesce(i.territoire_code, 'département') as objet,
    case when i.statut <> 'non_communique' then i.valeur end::decimal(18, 2) as compte, 'somme' as operation
from demandees as d
inner join {{ ref('stg_action_followup__indicateurs') }} as i
    on i.indicateur_code = d.indicateur_code and i.annee::string || '-T' || i.trimestre::string = d.periode
left join {{ ref('stg_action_followup__indicateurs') }} as e
    on e.indicateur_code = i.indicateur_code and e.annee = i.annee and e.trimestre = i.trimestre
    and coalesce(e.territoire_code, 'DEP-' || e.code_departement) = d.territoire_code
where d.source = 'suivi_actions' and d.periode_type = 'trimestre'
    and (
        coalesce(i.territoire_code, 'DEP-' || i.code_departement) = d.territoire_code
        or (e.indicateur_code is null and 'DEP-' || i.code_departement = d.territoire_code)
    )
