-- Slips of the hand that a series shows: a zero too many, a value that no longer moves.
with cellules as (
    select *, median(faits) over (partition by source, territoire_code, detail, indicateur_code, periode_type) as mediane
    from {{ ref('ctl_cellules') }}
),

facteurs as (
    select *, case
        when faits between 8 * mediane and 12 * mediane or faits >= 500 * mediane then 1
        when mediane >= 8 * {{ seuil('FACTEUR_DIX', 'mediane_min') }} and mediane between 8 * faits and 12 * faits then 1
        else 0
    end as suspect
    from cellules
    where mediane >= {{ seuil('FACTEUR_DIX', 'mediane_min') }}
),

changements as (
    select *, case
        when faits = lag(faits) over serie and rang = lag(rang) over serie + pas then 0 else 1
    end as change
    from {{ ref('ctl_cellules') }}
    where source <> 'retours_iscg'
    window serie as (partition by source, territoire_code, detail, indicateur_code, periode_type order by rang)
),

plateaux as (
    select *, sum(change) over (
        partition by source, territoire_code, detail, indicateur_code, periode_type order by rang
    ) as plateau
    from changements
),

figees as (
    select source, indicateur_code, territoire_code, detail, max(periode) as periode, max(faits) as valeur,
        count(*) as n, max(livraisons) as livraisons
    from plateaux
    where faits >= {{ seuil('SERIE_FIGEE', 'valeur_min') }}
    group by source, indicateur_code, territoire_code, detail, periode_type, plateau
)

select 'FACTEUR_DIX' as regle_code, source, indicateur_code, territoire_code, periode, detail, faits as observe,
    mediane as attendu, suspect::double as ecart, livraisons
from facteurs
union all
select 'SERIE_FIGEE', source, indicateur_code, territoire_code, periode, detail, n, valeur, n, livraisons
from figees
