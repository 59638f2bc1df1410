-- Months make quarters, quarters and months make years, as the catalogue declares for each indicator (sum, last, mean).
-- A part that is missing makes the whole missing, with the reason of the first: never a partial sum; unless totals since
-- January tell the whole without it.
-- The deliveries of a part are a long text, and the least of long texts is kept outside the memory that DuckDB counts
-- (a gibibyte for thirty times the country): they are told apart by a name of twelve characters, which it does count.
with fines as (
    select * from {{ ref('int_observations') }} where periode_type in ('mois', 'trimestre')
    union all
    select * from {{ ref('int_grands_territoires') }}
),

comptees as (
    select f.*, i.cumul, substr(md5(f.livraisons), 1, 12) as lot
    from fines as f
    inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = f.indicateur_code and i.cumul <> 'aucun'
),

vers as {{ relue() }} (
    select *, 'trimestre' as cible_type,
        make_date(year(periode_debut), (3 * quarter(periode_debut) - 2)::integer, 1) as cible_debut, 3 as n_attendues
    from comptees
    where periode_type = 'mois'
    union all
    select *, 'annee', make_date(year(periode_debut), 1, 1), case when periode_type = 'mois' then 12 else 4 end
    from comptees
),

ensembles as (
    select
        indicateur_code,
        territoire_code,
        cible_type,
        cible_debut,
        ventilation_type,
        ventilation_code,
        source,
        count(valeur) as n_connues,
        max(n_attendues) as n_attendues,
        {{ cumul_de('min(cumul)', 'valeur', 'periode_debut') }} as valeur,
        max(case when statut = 'P' then 1 end) as provisoire,
        min(motif_code) as motif_code,
        min(motif_code || ' ' || motif) as raison,
        min(lot) as premier_lot,
        max(lot) as dernier_lot
    from vers
    group by indicateur_code, territoire_code, cible_type, cible_debut, ventilation_type, ventilation_code, source
),

lots as (
    select distinct lot, livraisons from comptees where lot is not null
),

-- Most periods come whole in one delivery: the list is made only for those that do not.
melanges as (
    select e.indicateur_code, e.territoire_code, e.cible_type, e.cible_debut, e.ventilation_type, e.ventilation_code,
        e.source, {{ lot_de('v.livraisons') }} as livraisons
    from ensembles as e
    inner join vers as v
        on v.indicateur_code = e.indicateur_code and v.territoire_code = e.territoire_code and v.cible_type = e.cible_type
        and v.cible_debut = e.cible_debut and v.ventilation_type = e.ventilation_type
        and v.ventilation_code = e.ventilation_code and v.source = e.source
    where e.premier_lot <> e.dernier_lot
    group by all
)

select
    e.indicateur_code,
    e.territoire_code,
    e.cible_type as periode_type,
    case e.cible_type
        when 'annee' then year(e.cible_debut)::string
        else year(e.cible_debut)::string || '-T' || quarter(e.cible_debut)::string
    end as periode,
    e.cible_debut as periode_debut,
    e.ventilation_type,
    e.ventilation_code,
    e.source,
    case when e.n_connues = e.n_attendues then e.valeur else p.valeur end::decimal(18, 2) as valeur,
    case
        when e.n_connues < e.n_attendues and p.valeur is null then 'M'
        when e.provisoire = 1 then 'P'
        else 'A'
    end as statut,
    case
        when e.n_connues = e.n_attendues or p.valeur is not null then null
        when e.motif_code is not null then e.motif_code
        else 'periode_incomplete'
    end as motif_code,
    case
        when e.n_connues = e.n_attendues or p.valeur is not null then null
        when e.raison is not null then substr(e.raison, length(e.motif_code) + 2)
        else e.n_connues::string || ' période(s) reçue(s) sur ' || e.n_attendues::string
    end as motif,
    case when e.premier_lot = e.dernier_lot then l.livraisons else m.livraisons end
        || case when p.livraisons is not null then ',' || p.livraisons else '' end as livraisons
from ensembles as e
left join lots as l on l.lot = e.premier_lot
left join melanges as m
    on m.indicateur_code = e.indicateur_code and m.territoire_code = e.territoire_code and m.cible_type = e.cible_type
    and m.cible_debut = e.cible_debut and m.ventilation_type = e.ventilation_type
    and m.ventilation_code = e.ventilation_code and m.source = e.source
left join {{ ref('int_retours_periodes') }} as p
    on e.source = 'retours_services' and p.indicateur_code = e.indicateur_code and p.territoire_code = e.territoire_code
    and p.periode_type = e.cible_type and p.periode_debut = e.cible_debut and p.ventilation_type = e.ventilation_type
    and p.ventilation_code = e.ventilation_code
