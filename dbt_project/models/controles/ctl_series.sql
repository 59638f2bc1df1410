-- Slips of the hand that a series shows: a zero too many, a column or a month copied, a value that no longer moves.
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

signatures as (
    select source, territoire_code, periode_type, periode, count(case when faits > 0 then 1 end) as n_non_nuls,
        md5({{ en_liste("code_index::string || ':' || faits::string", "','", 'code_index') }}) as signature,
        max(livraisons) as livraisons
    from {{ ref('ctl_cellules') }}
    where code_index is not null
    group by all
),

jumelles as (
    select a.source, a.territoire_code, a.periode, min(b.territoire_code) as autre_territoire_code,
        max(a.n_non_nuls) as n_non_nuls, max(a.livraisons) as livraisons
    from signatures as a
    inner join signatures as b
        on b.source = a.source and b.periode = a.periode and b.signature = a.signature
        and b.territoire_code <> a.territoire_code
    group by all
),

repetees as (
    select a.source, a.territoire_code, a.periode, max(b.periode) as autre_periode, max(a.n_non_nuls) as n_non_nuls,
        max(a.livraisons) as livraisons
    from signatures as a
    inner join signatures as b
        on b.source = a.source and b.territoire_code = a.territoire_code and b.signature = a.signature
        and b.periode_type = a.periode_type and b.periode < a.periode
    group by all
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
select 'COLONNE_COPIEE', s.source, null, s.territoire_code, s.periode, j.autre_territoire_code, s.n_non_nuls, null,
    case when j.territoire_code is not null then s.n_non_nuls else 0 end, s.livraisons
from signatures as s
left join jumelles as j on j.source = s.source and j.territoire_code = s.territoire_code and j.periode = s.periode
union all
select 'MOIS_COPIE', s.source, null, s.territoire_code, s.periode, r.autre_periode, s.n_non_nuls, null,
    case when r.territoire_code is not null then s.n_non_nuls else 0 end, s.livraisons
from signatures as s
left join repetees as r on r.source = s.source and r.territoire_code = s.territoire_code and r.periode = s.periode
union all
select 'SERIE_FIGEE', source, indicateur_code, territoire_code, periode, detail, n, valeur, n, livraisons
from figees
