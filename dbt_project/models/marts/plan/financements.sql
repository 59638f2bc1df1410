-- Chapitre III's rules: the FIPD asks for at least 50 % of other funding, the MILDECA pays at most 80 % of the cost.
with regles as (
    select serie_code, valeur from {{ du_plan('chiffres_imprimes') }} as c
    where serie_code in ('FIPDR_COFINANCEMENT', 'MILDECA_TAUX') and retenu
),

parts as (
    select f.*, round(100.0 * f.accorde_eur / nullif(f.cout_total_eur, 0), 2) as part
    from {{ ref('stg_action_followup__financements') }} as f
    inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = f.code_departement
)

select
    p.annee::string || '-T' || p.trimestre::string as periode,
    p.action_code,
    p.fonds,
    p.dossier,
    p.cout_total_eur,
    p.accorde_eur,
    p.paye_eur,
    p.part::decimal(9, 2) as part_accordee_pct,
    case p.fonds when 'FIPDR' then 100 - r.valeur when 'MILDECA' then m.valeur end::decimal(9, 2) as part_maximale_pct,
    case
        when p.part is null then 'non_calculable'
        when p.fonds = 'FIPDR' and p.part > 100 - r.valeur then 'hors_regle'
        when p.fonds = 'MILDECA' and p.part > m.valeur then 'hors_regle'
        when p.paye_eur > p.accorde_eur or p.accorde_eur > p.cout_total_eur then 'hors_regle'
        else 'conforme'
    end as verdict,
    substr(md5(p.livraison_id), 1, 12) as lot_livraisons
from parts as p
left join regles as r on r.serie_code = 'FIPDR_COFINANCEMENT'
left join regles as m on m.serie_code = 'MILDECA_TAUX'
