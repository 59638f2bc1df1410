-- The lines of the pilots' returns: the place's own, or those that the département's sum is made of. An indicator that
-- continues the one of the plan before has the lines of that one, in the quarters of which nothing is told under its own code.
with dits as (
    select distinct indicateur_code, annee::string || '-T' || trimestre::string as periode
    from {{ ref('stg_action_followup__indicateurs') }}
),

codes as (
    select d.*, d.indicateur_code as declare_code
    from demandees as d
    where d.source = 'suivi_actions' and d.periode_type = 'trimestre'
    union all
    select d.*, c.indicateur_avant as declare_code
    from demandees as d
    inner join {{ du_plan('correspondances_indicateurs') }} as c
        on c.indicateur_apres = d.indicateur_code and c.nature = 'identique'
    left join dits as n on n.indicateur_code = d.indicateur_code and n.periode = d.periode
    where d.source = 'suivi_actions' and d.periode_type = 'trimestre' and n.indicateur_code is null
)

select d.indicateur_code, d.territoire_code, d.periode, d.source,
    i.livraison_id, i.feuille, i.ligne, i.colonne, 'valeur' as mesure, coalesce(i.territoire_code, 'département') as objet,
    case when i.statut <> 'non_communique' then i.valeur end::decimal(18, 2) as compte, 'somme' as operation
from codes as d
inner join {{ ref('stg_action_followup__indicateurs') }} as i
    on i.indicateur_code = d.declare_code and i.annee::string || '-T' || i.trimestre::string = d.periode
inner join {{ ref('int_lieux_suivis') }} as l
    on l.indicateur_code = i.indicateur_code and l.annee = i.annee and l.trimestre = i.trimestre
    and l.territoire_code = coalesce(i.territoire_code, 'DEP-' || i.code_departement)
    and l.code_departement = i.code_departement
where l.territoire_code = d.territoire_code or (l.compte and 'DEP-' || l.code_departement = d.territoire_code)
