with mesures as (
    select m.*, b.indicateur_code,
        case when m.livraison_otee <> m.livraison_id then m.livraison_id || ',' || m.livraison_otee else m.livraison_id end
            as livraisons
    from {{ ref('stg_road_barometer__mesures') }} as m
    inner join {{ ref('barometre') }} as b on b.mesure = m.mesure
),

par_territoire as (
    select indicateur_code, annee, mois, 'DEP-' || code_departement as territoire_code,
        -- The whole is written as such, or it is the sum of the two forces.
        coalesce(
            max(case when force = 'ensemble' then valeur end),
            case when count(case when force <> 'ensemble' then valeur end) = 2
                then sum(case when force <> 'ensemble' then valeur end) end
        ) as valeur,
        {{ lot_de('livraisons') }} as livraisons
    from mesures
    group by all
    union all
    select indicateur_code, annee, mois, case force when 'police' then 'ZPN-' else 'ZGN-' end || code_departement,
        valeur, livraisons
    from mesures
    where force <> 'ensemble'
)

select indicateur_code, territoire_code, 'mois' as periode_type, {{ mois_de('annee', 'mois') }} as periode,
    make_date(annee, mois, 1) as periode_debut, 'total' as ventilation_type, 'total' as ventilation_code,
    'barometre_odsr' as source, valeur::decimal(18, 2) as valeur, 'P' as statut,
    cast(null as string) as motif_code, cast(null as string) as motif, livraisons
from par_territoire
where valeur is not null
