-- One claim, the figures that it stands on, and whether they bear it out. A claim whose words name several territories
-- holds, or not, when it does in each that has its values.
with jugees as (
    select
        *,
        case relation
            when 'hausse' then evolution > seuil_pct
            when 'forte_hausse' then evolution >= seuil_pct
            when 'legere_hausse' then evolution > 0 and evolution < seuil_pct
            when 'baisse' then evolution < seuil_pct
            when 'legere_baisse' then evolution < 0 and evolution > -seuil_pct
            when 'pas_de_hausse' then evolution <= seuil_pct
            when 'stabilite' then abs(evolution) <= seuil_pct
            when 'doublement' then evolution >= seuil_pct
            when 'hausse_continue'
                then case when n_connus = n_pas and n_pas = cast(periode as integer) - cast(periode_reference as integer)
                    then n_hausses = n_pas end
            when 'majorite_de' then part > seuil_pct
            when 'devient_superieur_a'
                then valeur > autre_valeur and valeur_reference <= autre_valeur_reference
            when 'taux_inferieur_a' then taux < autre_taux
            when 'part_en_baisse' then part < part_reference
            when 'parmi_les_plus_fortes_baisses' then evolution < 0 and rang_pct <= seuil_pct
            when 'rythme_superieur_a' then evolution > autre_evolution
            when 'se_rapproche_de'
                then abs(valeur - valeur_reference) < abs(autre_valeur - autre_valeur_reference)
        end as tenue
    from {{ ref('int_affirmations_mesurees') }}
),

-- The readings that can be judged, together; the first of them gives the values.
ensemble as (
    select
        *,
        max(case when tenue then 1 when not tenue then 0 end) over (partition by affirmation_code) as une_tenue,
        min(case when tenue then 1 when not tenue then 0 end) over (partition by affirmation_code) as toutes_tenues
    from jugees
    qualify row_number() over (
        partition by affirmation_code order by case when tenue is null then 1 else 0 end, lecture
    ) = 1
)

select
    j.affirmation_code,
    j.section,
    j.texte,
    j.serie_code,
    s.libelle as serie,
    j.territoire_code,
    j.relation,
    j.relation_libelle,
    j.compare,
    j.periode,
    j.periode_reference,
    j.autre_periode,
    j.autre_periode_reference,
    j.autre_serie_code,
    j.autre_territoire_code,
    case
        when j.tenue is null or b.affirmation_code is not null or j.une_tenue <> j.toutes_tenues then 'non_calculable'
        when j.tenue then 'verifiee'
        else 'contredite'
    end as verdict,
    case
        when j.tenue is not null and b.affirmation_code is null and j.une_tenue = j.toutes_tenues then j.perimetre_calcule
    end as perimetre,
    j.valeur,
    j.valeur_reference,
    j.autre_valeur,
    j.autre_valeur_reference,
    case when b.affirmation_code is null then j.evolution end::decimal(18, 2) as evolution_pct,
    case when b.affirmation_code is null then j.autre_evolution end::decimal(18, 2) as autre_evolution_pct,
    j.part::decimal(18, 2) as part_pct,
    j.part_reference::decimal(18, 2) as part_reference_pct,
    j.taux,
    j.autre_taux,
    j.taux_unite,
    case when b.affirmation_code is null then j.rang_pct end::decimal(9, 2) as rang_pct,
    case
        when j.tenue is not null and b.affirmation_code is not null then m.libelle
        when j.une_tenue <> j.toutes_tenues
            then 'La phrase est vérifiée en France entière et non en métropole, ou l''inverse, et ne précise pas le territoire'
        when j.tenue is not null then null
        when j.compare = 'taux' then 'Un des deux taux manque'
        when j.motif_valeur is not null then j.motif_valeur
        else 'Il manque une des valeurs que la phrase compare, pour ce territoire et ces périodes'
    end as motif,
    j.note
from ensemble as j
inner join {{ ref('series') }} as s on s.serie_code = j.serie_code
left join {{ ref('int_affirmations_rompues') }} as b on b.affirmation_code = j.affirmation_code
inner join {{ ref('motifs') }} as m on m.motif_code = 'rupture_de_serie'
