-- A unit of count that changes from one year to the next is a break, whichever publications the two years come from; and so
-- is the passage from one publication to another when they do not agree on the years that both give.
with couples as (
    select v.source, v.indicateur_code, v.territoire_code, v.annee, p.unite as unite_avant, v.unite as unite_apres,
        p.millesime as millesime_avant, v.millesime as millesime_apres
    from {{ ref('int_valeurs_ssmsi') }} as v
    inner join {{ ref('int_valeurs_ssmsi') }} as p
        on p.source = v.source and p.indicateur_code = v.indicateur_code and p.territoire_code = v.territoire_code
        and p.annee = v.annee - 1
    where p.unite <> v.unite or p.millesime <> v.millesime
),

-- Beyond what a publication revises, it is what they count that has changed.
contraires as (
    select distinct c.source, c.indicateur_code, c.territoire_code, c.annee
    from couples as c
    inner join {{ ref('int_millesimes_ssmsi') }} as a
        on a.source = c.source and a.indicateur_code = c.indicateur_code and a.territoire_code = c.territoire_code
        and a.millesime = c.millesime_avant
    inner join {{ ref('int_millesimes_ssmsi') }} as b
        on b.source = c.source and b.indicateur_code = c.indicateur_code and b.territoire_code = c.territoire_code
        and b.millesime = c.millesime_apres and b.annee = a.annee and b.unite = a.unite
    inner join {{ ref('revisions') }} as r on r.statistique = 'ssmsi_base'
    where c.unite_avant = c.unite_apres and greatest(a.valeur, b.valeur) >= r.effectif_min
        and abs(a.valeur - b.valeur) > r.revision_abs
        and 100 * abs(a.valeur - b.valeur) > r.revision_pct * greatest(a.valeur, b.valeur)
)

select * from couples where unite_avant <> unite_apres
union all
select c.*
from couples as c
inner join contraires as d
    on d.source = c.source and d.indicateur_code = c.indicateur_code and d.territoire_code = c.territoire_code
    and d.annee = c.annee
