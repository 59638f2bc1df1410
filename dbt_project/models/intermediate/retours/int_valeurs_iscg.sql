with postes as (
    select a.*, a.poste as territoire_code,
        case a.mesure when 'personnes' then 'ISCG_PERSONNES' when 'etp' then 'ISCG_ETP' when 'reunions_cellule' then 'P2.A1.I2' end
            as indicateur_code
    from {{ ref('stg_iscg__activite') }} as a
),

-- The posts of the first day of the month, and whichever opened in it and sent its own.
attendus as (
    select m.annee, m.mois, m.code_departement, count(distinct p.poste_code) as n_postes
    from (select distinct annee, mois, code_departement from {{ ref('stg_iscg__activite') }}) as m
    inner join {{ ref('postes_iscg') }} as p on p.code_departement = m.code_departement
    left join (select distinct annee, mois, poste from {{ ref('stg_iscg__activite') }}) as e
        on e.annee = m.annee and e.mois = m.mois and e.poste = p.poste_code
    where e.poste is not null
        or (p.valide_de <= make_date(m.annee, m.mois, 1)
            and (p.valide_a is null or p.valide_a >= make_date(m.annee, m.mois, 1)))
    group by m.annee, m.mois, m.code_departement
),

sommes as (
    select p.indicateur_code, p.annee, p.mois, 'DEP-' || p.code_departement as territoire_code, p.ventilation, p.modalite,
        case when count(p.valeur) = max(a.n_postes) then sum(p.valeur) end as valeur,
        {{ lot_de('p.livraison_id') }} as livraisons
    from postes as p
    inner join attendus as a on a.annee = p.annee and a.mois = p.mois and a.code_departement = p.code_departement
    where p.indicateur_code <> 'P2.A1.I2'
    group by all
),

-- The monthly cell meets once for the département, whichever post reports it.
reunions as (
    select indicateur_code, annee, mois, 'DEP-' || code_departement as territoire_code, 'total' as ventilation,
        'total' as modalite, max(valeur) as valeur, {{ lot_de('livraison_id') }} as livraisons
    from postes
    where indicateur_code = 'P2.A1.I2'
    group by all
),

pourvus as (
    select 'ISCG_POSTES' as indicateur_code, p.annee, p.mois, 'DEP-' || p.code_departement as territoire_code,
        'total' as ventilation, 'total' as modalite,
        case when count(p.valeur) = max(a.n_postes) then count(case when p.valeur > 0 then 1 end) end as valeur,
        {{ lot_de('p.livraison_id') }} as livraisons
    from postes as p
    inner join attendus as a on a.annee = p.annee and a.mois = p.mois and a.code_departement = p.code_departement
    where p.indicateur_code = 'ISCG_ETP' and p.ventilation = 'total'
    group by p.annee, p.mois, p.code_departement
),

toutes as (
    select indicateur_code, annee, mois, territoire_code, ventilation, modalite, valeur, livraison_id as livraisons
    from postes
    where indicateur_code <> 'P2.A1.I2'
    union all
    select * from sommes
    union all
    select * from reunions
    union all
    select * from pourvus
)

select indicateur_code, territoire_code, 'mois' as periode_type, {{ mois_de('annee', 'mois') }} as periode,
    make_date(annee, mois, 1) as periode_debut, ventilation as ventilation_type, modalite as ventilation_code,
    'retours_iscg' as source, valeur::decimal(18, 2) as valeur, 'A' as statut,
    cast(null as string) as motif_code, cast(null as string) as motif, livraisons
from toutes
where valeur is not null
