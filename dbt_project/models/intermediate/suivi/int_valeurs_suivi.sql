-- What the pilots declare. When they write places only, the département is the sum of those that lie in no other; when one
-- of these is not known, or overlaps another, it is not.
with lieux as (
    select * from {{ ref('int_lieux_suivis') }}
),

sommes as (
    select indicateur_code, annee, trimestre, 'DEP-' || code_departement as territoire_code,
        case when count(valeur) = count(*) and count(recoupe_code) = 0 then sum(valeur) end as valeur,
        case when count(valeur) < count(*) then 'non_communique'
            when max(case when statut = 'provisoire' then 1 end) = 1 then 'provisoire' else 'realise' end as statut,
        min(case when recoupe_code is not null then territoire_code || ' et ' || recoupe_code end) as recoupes,
        {{ lot_de('livraison_id') }} as livraisons
    from lieux
    where compte
    group by indicateur_code, annee, trimestre, code_departement
),

toutes as (
    select indicateur_code, annee, trimestre, territoire_code, valeur, statut, cast(null as string) as recoupes,
        livraison_id as livraisons
    from lieux
    union all
    select * from sommes
),

-- An indicator that continues the one of the plan before it has its past, where it says nothing itself.
continues as (
    select c.indicateur_apres as indicateur_code, t.annee, t.trimestre, t.territoire_code, t.valeur, t.statut, t.recoupes,
        t.livraisons
    from toutes as t
    inner join {{ du_plan('correspondances_indicateurs') }} as c
        on c.indicateur_avant = t.indicateur_code and c.nature = 'identique'
    left join toutes as n
        on n.indicateur_code = c.indicateur_apres and n.annee = t.annee and n.trimestre = t.trimestre
        and n.territoire_code = t.territoire_code
    where n.indicateur_code is null
)

select indicateur_code, territoire_code, 'trimestre' as periode_type, annee::string || '-T' || trimestre::string as periode,
    make_date(annee, 3 * trimestre - 2, 1) as periode_debut, 'total' as ventilation_type, 'total' as ventilation_code,
    'suivi_actions' as source, valeur::decimal(18, 2) as valeur,
    case when valeur is null then 'M' when statut = 'provisoire' then 'P' else 'A' end as statut,
    case when valeur is null and recoupes is not null then 'lieux_recoupes' when valeur is null then 'non_communique' end
        as motif_code,
    case
        when valeur is null and recoupes is not null then 'Le pilote ne donne pas le total du département, et deux des lieux '
            || 'qu''il donne peuvent se recouper : ' || recoupes || '. Écrire le total, lieu vide.'
        when valeur is null then 'Le pilote ne communique pas cette valeur'
    end as motif,
    livraisons
from (select * from toutes union all select * from continues) as dites
