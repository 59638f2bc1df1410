-- The periods, what they cover, the reason of what is missing and the deliveries are those of the indicators that these facts
-- make: they come from the same cells.
with perimetres as (
    select p.perimetre, p.complet from {{ ref('perimetres') }} as p
),

periodes as (
    select
        v.source,
        v.territoire_code,
        v.periode_type,
        v.periode,
        min(v.periode_debut) as periode_debut,
        min(v.periode_fin) as periode_fin,
        min(v.perimetre) as perimetre,
        max(case when v.statut = 'P' then 1 end) as provisoire,
        -- What a group hides of one index says nothing of another.
        min(case when v.motif_code <> 'index_groupe' then v.motif_code end) as motif_code,
        min(case when v.motif_code <> 'index_groupe' then v.motif end) as motif,
        max(v.lot_livraisons) as lot_livraisons
    from {{ ref('int_valeurs') }} as v
    inner join {{ ref('int_territoires_instance') }} as t on t.territoire_code = v.territoire_code
    inner join (select distinct indicateur_code from {{ ref('indicateurs_index') }}) as i
        on i.indicateur_code = v.indicateur_code
    where v.source in ('etat4001_services', 'etat4001_departements', 'retours_services')
        and v.periode_type in ('mois', 'annee') and v.ventilation_type = 'total'
    group by v.source, v.territoire_code, v.periode_type, v.periode
),

-- A year in which the way of counting an index changed mixes two of them.
melanges as (
    select distinct x.code_index, f.territoire_code, p.periode
    from {{ ref('ruptures') }} as r
    inner join {{ ref('index_4001') }} as x on x.code_index between r.index_de and r.index_a
    inner join {{ ref('int_forces_territoire') }} as f on r.force is null or f.force = r.force
    inner join periodes as p
        on p.periode_type = 'annee' and p.territoire_code = f.territoire_code
        and r.date_debut <= p.periode_fin and {{ comparable_depuis('r.date_debut', 'r.date_fin') }} > p.periode_debut
)

select
    x.code_index,
    p.territoire_code,
    p.periode_type,
    p.periode,
    p.source,
    x.libelle,
    x.unite_compte,
    p.periode_debut,
    p.periode_fin,
    f.faits,
    p.perimetre,
    case
        when f.faits is null then 'M'
        when p.provisoire = 1 then 'P'
        when m.code_index is not null then 'B'
        when not q.complet then 'D'
        else 'A'
    end as statut,
    case when f.faits is null then coalesce(f.motif_code, p.motif_code, 'cellule_vide') end as motif_code,
    case when f.faits is null then coalesce(f.motif, p.motif, 'Une cellule au moins est vide dans la livraison') end as motif,
    row_number() over (
        partition by x.code_index, p.territoire_code, p.periode_type, p.periode
        order by case when f.faits is null then 1 else 0 end, case when q.complet then 0 else 1 end, s.rang, p.source
    ) = 1 as retenu,
    p.lot_livraisons
from periodes as p
inner join {{ ref('index_4001') }} as x on x.utilise
inner join perimetres as q on q.perimetre = p.perimetre
inner join {{ ref('precedences') }} as s on s.source = p.source
left join {{ ref('int_faits_index') }} as f
    on f.source = p.source and f.territoire_code = p.territoire_code and f.periode_type = p.periode_type
    and f.periode = p.periode and f.code_index = x.code_index
left join melanges as m
    on m.code_index = x.code_index and m.territoire_code = p.territoire_code and m.periode = p.periode
    and p.periode_type = 'annee'
