with lieux as (
    select
        i.indicateur_code,
        i.annee,
        i.trimestre,
        coalesce(i.territoire_code, 'DEP-' || i.code_departement) as territoire_code,
        i.code_departement,
        case when i.statut <> 'non_communique' then i.valeur end as valeur,
        i.statut,
        i.livraison_id as livraisons
    from {{ ref('stg_action_followup__indicateurs') }} as i
),

-- When a pilot writes places only, the département is their sum; when one of them is not known, it is not.
sommes as (
    select l.indicateur_code, l.annee, l.trimestre, 'DEP-' || l.code_departement as territoire_code, l.code_departement,
        case when count(l.valeur) = count(*) then sum(l.valeur) end as valeur,
        case when count(l.valeur) < count(*) then 'non_communique'
            when max(case when l.statut = 'provisoire' then 1 end) = 1 then 'provisoire' else 'realise' end as statut,
        {{ lot_de('l.livraisons') }} as livraisons
    from lieux as l
    left join lieux as d
        on d.indicateur_code = l.indicateur_code and d.annee = l.annee and d.trimestre = l.trimestre
        and d.territoire_code = 'DEP-' || l.code_departement
    where d.territoire_code is null
    group by all
),

toutes as (
    select * from lieux
    union all
    select * from sommes
)

select indicateur_code, territoire_code, 'trimestre' as periode_type, annee::string || '-T' || trimestre::string as periode,
    make_date(annee, 3 * trimestre - 2, 1) as periode_debut, 'total' as ventilation_type, 'total' as ventilation_code,
    'suivi_actions' as source, valeur::decimal(18, 2) as valeur,
    case when valeur is null then 'M' when statut = 'provisoire' then 'P' else 'A' end as statut,
    case when valeur is null then 'non_communique' end as motif_code,
    case when valeur is null then 'Le pilote ne communique pas cette valeur' end as motif,
    livraisons
from toutes
