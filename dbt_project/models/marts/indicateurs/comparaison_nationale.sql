-- One perimeter for an indicator and a year: that which covers the whole territory where the département, its région and
-- France all have it, else the one that they share.
with annuelles as (
    select c.*, t.niveau, t.libelle as territoire
    from {{ ref('int_comparaisons') }} as c
    inner join {{ ref('int_territoires_instance') }} as t on t.territoire_code = c.territoire_code
    where c.source in ('etat4001_services', 'etat4001_departements')
        and c.suite = case when c.perimetre = 'complet' then 'en_usage' else c.source end
        and c.periode_type = 'annee'
        and c.ventilation_type = 'total'
        and t.niveau in ('france', 'region', 'departement')
),

communs as (
    select indicateur_code, periode, source
    from annuelles
    group by indicateur_code, periode, source, perimetre
    qualify row_number() over (
        partition by indicateur_code, periode
        order by count(distinct case when valeur is not null then niveau end) desc, count(distinct niveau) desc,
            case when perimetre = 'complet' then 0 else 1 end, source
    ) = 1
)

select
    c.indicateur_code,
    i.libelle as indicateur,
    c.niveau,
    c.territoire_code,
    c.territoire,
    c.periode,
    c.valeur,
    c.valeur_precedente,
    c.evolution_pct,
    c.evolution_motif_code,
    c.rupture_part_pct,
    c.unite,
    c.perimetre,
    c.source,
    p.libelle as source_libelle,
    c.statut,
    c.motif_code,
    c.motif,
    c.lot_livraisons
from annuelles as c
inner join communs as k
    on k.indicateur_code = c.indicateur_code and k.periode = c.periode and k.source = c.source
inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = c.indicateur_code
inner join {{ ref('precedences') }} as p on p.source = c.source
