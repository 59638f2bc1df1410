with sommes as (
    select
        i.indicateur_code,
        f.territoire_code,
        f.annee,
        case when count(f.faits) = count(*) then sum(f.faits)::bigint end as valeur
    from {{ ref('int_faits_territoire') }} as f
    inner join {{ ref('indicateurs_index') }} as i on i.code_index = f.code_index
    group by all
),

lots as (
    select territoire_code, annee, livraisons from {{ ref('int_lots_territoire') }}
)

select
    i.indicateur_code,
    i.statistique as source,
    i.unite,
    c.territoire_code,
    c.annee,
    s.valeur,
    case when s.valeur is null then 'M' else 'A' end as statut,
    case when s.valeur is null then coalesce(c.motif_code, 'cellule_vide') end as motif_code,
    case
        when s.valeur is null then coalesce(c.motif, 'Une cellule au moins est vide dans la livraison')
    end as motif,
    l.livraisons
from {{ ref('indicateurs') }} as i
inner join {{ ref('int_couverture') }} as c on i.statistique = 'etat4001_services'
left join sommes as s
    on s.indicateur_code = i.indicateur_code and s.territoire_code = c.territoire_code and s.annee = c.annee
left join lots as l on l.territoire_code = c.territoire_code and l.annee = c.annee
