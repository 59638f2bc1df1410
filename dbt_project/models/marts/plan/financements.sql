-- Chapitre III's rules: the FIPD asks for at least 50 % of other funding and buys no equipment for a service of the State,
-- the MILDECA pays at most 80 % of the cost. A rule that is not kept is told, never refused: the préfecture decides.
with plafonds as (
    select serie_code, valeur from {{ du_plan('chiffres_imprimes') }} as c
    where serie_code in ('FIPDR_COFINANCEMENT', 'MILDECA_TAUX') and retenu
),

parts as (
    select
        f.*,
        round(100.0 * f.accorde_eur / nullif(f.cout_total_eur, 0), 2) as part,
        case f.fonds when 'FIPDR' then 100 - r.valeur when 'MILDECA' then m.valeur end as part_maximale
    from {{ ref('stg_action_followup__financements') }} as f
    inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = f.code_departement
    left join plafonds as r on r.serie_code = 'FIPDR_COFINANCEMENT'
    left join plafonds as m on m.serie_code = 'MILDECA_TAUX'
),

jugees as (
    select
        *,
        case when part > part_maximale then case when fonds = 'FIPDR' then ', cofinancement' else ', plafond' end else '' end
            || case when fonds = 'FIPDR' and nature_beneficiaire = 'service_etat' and objet = 'equipement' and accorde_eur > 0
                then ', equipement_etat' else '' end
            || case when paye_eur > accorde_eur then ', paye' else '' end
            || case when accorde_eur > cout_total_eur then ', cout' else '' end
            || case when accorde_eur > demande_eur then ', demande' else '' end as regles
    from parts
)

select
    p.annee::string || '-T' || p.trimestre::string as periode,
    p.action_code,
    p.fonds,
    p.dossier,
    p.appel,
    p.volet,
    v.libelle as volet_libelle,
    p.beneficiaire,
    p.nature_beneficiaire,
    p.objet,
    p.reconduction,
    p.cout_total_eur,
    p.demande_eur,
    p.decision,
    p.decision_date,
    p.accorde_eur,
    p.paye_eur,
    p.part::decimal(9, 2) as part_accordee_pct,
    p.part_maximale::decimal(9, 2) as part_maximale_pct,
    p.evaluation,
    case when p.part is null then 'non_calculable' when p.regles <> '' then 'hors_regle' else 'conforme' end as verdict,
    case when p.regles <> '' then substr(p.regles, 3) end as regles,
    substr(md5(p.livraison_id), 1, 12) as lot_livraisons
from jugees as p
left join {{ ref('volets_fonds') }} as v on v.volet_code = p.volet
