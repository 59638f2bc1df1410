with connues as (
    select
        indicateur_code,
        territoire_code,
        'annee' as periode_type,
        annee::varchar as periode,
        'total' as ventilation_type,
        'total' as ventilation_code,
        source,
        make_date(annee, 1, 1) as periode_debut,
        make_date(annee, 12, 31) as periode_fin,
        valeur::decimal(18, 2) as valeur,
        unite,
        statut,
        'F' as confidentialite,
        motif_code,
        motif,
        true as retenu,
        lot_livraisons
    from {{ ref('int_valeurs_4001') }}
)

select * from connues
union all
select
    a.indicateur_code,
    a.territoire_code,
    a.periode_type,
    a.periode,
    'total',
    'total',
    a.source,
    a.periode_debut,
    a.periode_fin,
    cast(null as decimal(18, 2)),
    a.unite,
    'M',
    'F',
    'non_recu',
    a.motif,
    true,
    cast(null as varchar)
from {{ ref('int_attendus') }} as a
left join connues as c
    on c.indicateur_code = a.indicateur_code
    and c.territoire_code = a.territoire_code
    and c.periode_type = a.periode_type
    and c.periode = a.periode
    and c.source = a.source
    and c.ventilation_type = 'total'
where c.indicateur_code is null
