-- Chapitre III's rules, file by file.
with parts as (
    select periode, action_code || ' ' || dossier as detail, cout_total_eur, accorde_eur, paye_eur, demande_eur, lot_livraisons,
        cout_total_eur * part_maximale_pct * 0.01 as plafond_eur,
        fonds = 'FIPDR' and nature_beneficiaire = 'service_etat' and objet = 'equipement' as equipe_etat
    from {{ ref('financements') }}
)

select 'FINANCEMENT_PAYE' as regle_code, 'suivi_actions' as source, {{ sans_objet() }}, periode, detail,
    paye_eur as observe, accorde_eur as attendu, greatest(paye_eur - accorde_eur, 0)::double as ecart,
    lot_livraisons as livraisons
from parts
where paye_eur is not null
union all
select 'FINANCEMENT_COUT', 'suivi_actions', {{ sans_objet() }}, periode, detail, accorde_eur, cout_total_eur,
    greatest(accorde_eur - cout_total_eur, 0), lot_livraisons
from parts
union all
select 'FINANCEMENT_PART', 'suivi_actions', {{ sans_objet() }}, periode, detail, accorde_eur, plafond_eur,
    greatest(accorde_eur - plafond_eur, 0), lot_livraisons
from parts
where plafond_eur is not null
union all
select 'FINANCEMENT_DEMANDE', 'suivi_actions', {{ sans_objet() }}, periode, detail, accorde_eur, demande_eur,
    greatest(accorde_eur - demande_eur, 0), lot_livraisons
from parts
where demande_eur is not null
union all
-- What the fund may grant for it is nothing: a request that it refuses is as it should be.
select 'FINANCEMENT_EQUIPEMENT', 'suivi_actions', {{ sans_objet() }}, periode, detail, accorde_eur, 0, accorde_eur, lot_livraisons
from parts
where equipe_etat
