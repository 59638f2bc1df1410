-- A period sent again under another name, a place copied on its neighbour. Whatever its rate, a count of x facts comes
-- back by chance at most once in √(2πx): no Poisson count is more likely to be x than that of mean x. Cells that are
-- counted apart multiply; a part that its whole and the others give is not counted. What is left is the evidence against
-- chance, once divided by the number of pairs in which the same could have been found: −log10.
with mesures as (
    select b.mesure
    from {{ ref('barometre') }} as b
    left join {{ ref('relations_indicateurs') }} as r on r.membre_code = b.indicateur_code and r.nature = 'partie'
    where r.membre_code is null
),

-- Of the parts of a whole, the largest is what the others leave.
iscg as (
    select *, row_number() over (
        partition by poste, annee, mois, mesure, ventilation order by valeur desc, modalite
    ) as du_plus_grand
    from {{ ref('stg_iscg__activite') }}
    where mesure = 'personnes'
),

cellules as (
    select source, 'faits' as profil, territoire_code, periode_type, periode, rang, pas, code_index::string as cellule,
        faits::double as valeur, livraisons
    from {{ ref('ctl_cellules') }}
    where code_index is not null
    union all
    select 'retours_services', 'tranquillite', s.territoire_code, 'mois', {{ mois_de('t.annee', 't.mois') }},
        t.annee * 12 + t.mois, 1, t.nature, t.faits, t.livraison_id
    from {{ ref('stg_service_returns__tranquillite') }} as t
    inner join {{ ref('int_services_en_vigueur') }} as s
        on s.nommee and s.periode_type = 'mois' and s.periode = {{ mois_de('t.annee', 't.mois') }}
        and s.code_departement = t.code_departement and s.force = t.force and s.service = t.service
    union all
    -- Four counts of a service seldom say it; those of all of them do.
    select 'retours_services', 'tranquillite', 'DEP-' || t.code_departement, 'mois', {{ mois_de('t.annee', 't.mois') }},
        t.annee * 12 + t.mois, 1, t.service || ' ' || t.nature, t.faits, t.livraison_id
    from {{ ref('stg_service_returns__tranquillite') }} as t
    union all
    select 'retours_iscg', 'activite', poste, 'mois', {{ mois_de('annee', 'mois') }}, annee * 12 + mois, 1,
        ventilation || ' ' || modalite, valeur::double, livraison_id
    from iscg
    where du_plus_grand > 1 or ventilation = 'total'
    union all
    select 'barometre_odsr', 'mesures', 'DEP-' || b.code_departement, 'mois', {{ mois_de('b.annee', 'b.mois') }},
        b.annee * 12 + b.mois, 1, b.mesure || ' ' || b.force, b.valeur::double, b.livraison_id
    from {{ ref('stg_road_barometer__mesures') }} as b
    inner join mesures as m on m.mesure = b.mesure
    union all
    select 'suivi_actions', 'indicateurs', 'DEP-' || f.code_departement, 'trimestre',
        f.annee::string || '-T' || f.trimestre::string, f.annee * 12 + f.trimestre * 3, 3,
        f.indicateur_code || ' ' || coalesce(f.territoire_code, ''), f.valeur::double, f.livraison_id
    from {{ ref('stg_action_followup__indicateurs') }} as f
    inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = f.indicateur_code and i.cumul = 'somme'
    where f.statut <> 'non_communique'
    union all
    select v.source, 'classes', v.territoire_code, 'annee', v.periode, v.periode::integer * 12, 12, v.indicateur_code,
        v.valeur::double, v.livraisons
    from {{ ref('int_valeurs') }} as v
    inner join {{ source('raw', 'instance') }} as ici on v.territoire_code = 'DEP-' || ici.code_departement
    where v.source = 'ssmsi_base' and v.periode_type = 'annee' and v.ventilation_type = 'total'
),

signatures as (
    select source, profil, territoire_code, periode_type, periode, max(rang) as rang, max(pas) as pas,
        count(case when valeur > 0 then 1 end) as n_non_nuls,
        sum(case when valeur >= 1 then 0.5 * log10(2 * pi() * valeur) else 0 end) as rarete,
        md5({{ en_liste("cellule || ':' || valeur::string", "','", 'cellule') }}) as signature, max(livraisons) as livraisons
    from cellules
    where valeur is not null
    group by source, profil, territoire_code, periode_type, periode
),

tailles as (
    select source, profil, territoire_code, count(*) as n from signatures group by source, profil, territoire_code
),

voisins as (
    select source, profil, count(distinct territoire_code) as n_lieux, count(*) as n_signatures
    from signatures
    where not (profil = 'tranquillite' and territoire_code like 'DEP-%')
    group by source, profil
),

-- The period just before is one pair a period; any other, every two.
repetees as (
    select a.source, a.profil, a.territoire_code, a.periode, max_by(b.periode, b.rang) as autre_periode,
        max(a.rarete - log10(case when b.rang = a.rang - a.pas then t.n else 0.5 * t.n * t.n end)) as rarete
    from signatures as a
    inner join signatures as b
        on b.source = a.source and b.profil = a.profil and b.territoire_code = a.territoire_code
        and b.signature = a.signature and b.periode_type = a.periode_type and b.rang < a.rang
    inner join tailles as t on t.source = a.source and t.profil = a.profil and t.territoire_code = a.territoire_code
    group by a.source, a.profil, a.territoire_code, a.periode
),

jumelles as (
    select a.source, a.profil, a.territoire_code, a.periode, min(b.territoire_code) as autre_territoire_code,
        max(a.rarete - log10(0.5 * v.n_signatures * v.n_lieux)) as rarete
    from signatures as a
    inner join signatures as b
        on b.source = a.source and b.profil = a.profil and b.periode = a.periode and b.signature = a.signature
        and b.territoire_code <> a.territoire_code
    inner join voisins as v on v.source = a.source and v.profil = a.profil
    group by a.source, a.profil, a.territoire_code, a.periode
)

select 'MOIS_COPIE' as regle_code, s.source, cast(null as string) as indicateur_code, s.territoire_code, s.periode,
    r.autre_periode as detail, s.n_non_nuls as observe, cast(null as double) as attendu,
    case when r.rarete > 0 then r.rarete else 0 end::double as ecart, s.livraisons
from signatures as s
left join repetees as r
    on r.source = s.source and r.profil = s.profil and r.territoire_code = s.territoire_code and r.periode = s.periode
union all
select 'COLONNE_COPIEE', s.source, null, s.territoire_code, s.periode, j.autre_territoire_code, s.n_non_nuls, null,
    case when j.rarete > 0 then j.rarete else 0 end, s.livraisons
from signatures as s
left join jumelles as j
    on j.source = s.source and j.profil = s.profil and j.territoire_code = s.territoire_code and j.periode = s.periode
