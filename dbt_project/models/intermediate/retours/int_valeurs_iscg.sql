-- What a month of the département is made of: every post that is in force. A sum, a count, a maximum over those who
-- answered is not the département's figure when one has not.
with postes as (
    select a.*, a.poste as territoire_code,
        case a.mesure when 'personnes' then 'ISCG_PERSONNES' when 'etp' then 'ISCG_ETP' when 'reunions_cellule' then 'P2.A1.I2' end
            as indicateur_code
    from {{ ref('stg_iscg__activite') }} as a
),

-- The posts of the first day of the month, and whichever opened in it and sent its own.
attendus as (
    select distinct m.annee, m.mois, m.code_departement, p.territoire_code, p.libelle
    from (select distinct annee, mois, code_departement from {{ ref('stg_iscg__activite') }}) as m
    inner join {{ ref('postes_iscg') }} as p on p.code_departement = m.code_departement
    left join (select distinct annee, mois, poste from {{ ref('stg_iscg__activite') }}) as e
        on e.annee = m.annee and e.mois = m.mois and e.poste = p.poste_code
    where e.poste is not null
        or (p.valide_de <= make_date(m.annee, m.mois, 1)
            and (p.valide_a is null or p.valide_a >= make_date(m.annee, m.mois, 1)))
),

-- Each series that a post of the département reports in the month, post by post: who is silent on it has no value.
lignes as (
    select s.indicateur_code, s.annee, s.mois, s.code_departement, s.ventilation, s.modalite, a.libelle, p.valeur, p.livraison_id
    from (
        select distinct indicateur_code, annee, mois, code_departement, ventilation, modalite from postes
    ) as s
    inner join attendus as a on a.annee = s.annee and a.mois = s.mois and a.code_departement = s.code_departement
    left join postes as p
        on p.indicateur_code = s.indicateur_code and p.annee = s.annee and p.mois = s.mois
        and p.code_departement = s.code_departement and p.ventilation = s.ventilation and p.modalite = s.modalite
        and p.territoire_code = a.territoire_code
),

ensembles as (
    select indicateur_code, annee, mois, 'DEP-' || code_departement as territoire_code, ventilation, modalite,
        count(valeur) = count(*) as complet, sum(valeur) as somme, max(valeur) as maximum,
        count(case when valeur > 0 then 1 end) as pourvus, {{ lot_de('livraison_id') }} as livraisons,
        {{ en_liste("case when valeur is null then libelle end", "', '", 'libelle') }} as manquants
    from lignes
    group by all
),

departement as (
    -- The monthly cell meets once for the département, whichever post reports it.
    select indicateur_code, annee, mois, territoire_code, ventilation, modalite,
        case when complet then case indicateur_code when 'P2.A1.I2' then maximum else somme end end as valeur,
        livraisons, manquants
    from ensembles
    union all
    select 'ISCG_POSTES', annee, mois, territoire_code, ventilation, modalite, case when complet then pourvus end, livraisons,
        manquants
    from ensembles
    where indicateur_code = 'ISCG_ETP' and ventilation = 'total'
),

toutes as (
    select indicateur_code, annee, mois, territoire_code, ventilation, modalite, valeur, livraison_id as livraisons,
        cast(null as string) as manquants
    from postes
    where indicateur_code <> 'P2.A1.I2' and valeur is not null
    union all
    select * from departement
)

select indicateur_code, territoire_code, 'mois' as periode_type, {{ mois_de('annee', 'mois') }} as periode,
    make_date(annee, mois, 1) as periode_debut, ventilation as ventilation_type, modalite as ventilation_code,
    'retours_iscg' as source, valeur::decimal(18, 2) as valeur, case when valeur is null then 'M' else 'A' end as statut,
    case when valeur is null then 'composante_manquante' end as motif_code,
    case when valeur is null then 'Sans réponse : ' || manquants end as motif, livraisons
from toutes
