-- A series that stood in the deliveries of its service or département and no longer does, as runs over the periods that
-- those deliveries bring. A declared break where it stops says why: it is not missing.
with livres as (
    select * from {{ ref('int_elements_livres') }}
),

-- The deliveries that came: a period that is missing whole is another absence.
periodes as (
    select
        r.source, r.table_nom, r.element_code as territoire_code, c.periode_type, c.periode, c.periode_debut, c.periode_fin,
        c.echeance, c.due, c.statistique, c.producteur,
        row_number() over (
            partition by r.source, r.table_nom, r.element_code order by c.periode_debut desc
        ) as n_depuis,
        lag(c.periode_debut) over (
            partition by r.source, r.table_nom, r.element_code order by c.periode_debut
        ) as debut_precedent
    from {{ ref('int_recus') }} as r
    inner join {{ source('raw', 'calendrier') }} as c on c.source = r.source and c.periode = r.periode
),

elements as (
    select source, table_nom, territoire_code, element_type, element_code, mesure, min(periode) as premiere,
        count(*) as n_remplies
    from livres
    group by all
),

-- Nearly every series is whole: the others alone are looked at period by period.
incomplets as (
    select e.*
    from elements as e
    inner join periodes as p
        on p.source = e.source and p.table_nom = e.table_nom and p.territoire_code = e.territoire_code
        and p.periode = e.premiere
    where e.n_remplies < p.n_depuis
),

etats as (
    select
        p.source, p.table_nom, p.territoire_code, e.element_type, e.element_code, e.mesure, p.periode_type, p.periode,
        p.periode_debut, p.periode_fin, p.echeance, p.statistique, p.producteur, p.debut_precedent, p.n_depuis,
        l.periode is null and p.due as manque
    from incomplets as e
    inner join periodes as p
        on p.source = e.source and p.table_nom = e.table_nom and p.territoire_code = e.territoire_code
        and p.periode >= e.premiere
    left join livres as l
        on l.source = p.source and l.table_nom = p.table_nom and l.territoire_code = p.territoire_code
        and l.element_type = e.element_type and l.element_code = e.element_code and l.mesure = e.mesure
        and l.periode = p.periode
),

rangs as (
    select
        *,
        row_number() over (
            partition by source, table_nom, territoire_code, element_type, element_code, mesure order by periode_debut
        ) as rang,
        row_number() over (
            partition by source, table_nom, territoire_code, element_type, element_code, mesure, manque
            order by periode_debut
        ) as rang_pareil
    from etats
),

suites as (
    select
        source, table_nom, territoire_code, element_type, element_code, mesure, periode_type,
        max(statistique) as statistique, max(producteur) as producteur,
        min(periode) as depuis, max(periode) as jusqu_a, min(periode_debut) as periode_debut,
        max(periode_fin) as periode_fin, min(debut_precedent) as debut_precedent, min(periode_fin) as fin_premiere,
        count(*) as n_periodes,
        min(echeance) as echeance, min(n_depuis) = 1 as en_cours
    from rangs
    where manque
    group by source, table_nom, territoire_code, element_type, element_code, mesure, periode_type, rang - rang_pareil
),

-- A series whose every index stops on the same day is one measure that stops, not a hundred indexes.
comptees as (
    select s.*, count(*) over (
        partition by s.source, s.table_nom, s.territoire_code, s.mesure, s.depuis, s.jusqu_a
    ) = n.n_elements as mesure_entiere
    from suites as s
    inner join (
        select source, table_nom, territoire_code, mesure, count(*) as n_elements from elements group by all
    ) as n
        on n.source = s.source and n.table_nom = s.table_nom and n.territoire_code = s.territoire_code
        and n.mesure = s.mesure
    where s.element_type = 'index'
),

annoncees as (
    select distinct s.source, s.territoire_code, s.element_code, s.depuis
    from suites as s
    left join (select distinct territoire_code, force from {{ ref('services') }}) as v on v.territoire_code = s.territoire_code
    inner join {{ ref('ruptures') }} as r
        on s.element_type = 'index'
        and try_cast(s.element_code as integer) between r.index_de and r.index_a
        and (r.force is null or r.force = coalesce(v.force, s.source))
        and r.date_fin > s.debut_precedent
        and r.date_debut <= s.fin_premiere
)

select
    s.*,
    case when c.mesure_entiere then 'mesure' else s.element_type end as objet_type,
    case when c.mesure_entiere then s.mesure else s.element_code end as objet_code
from suites as s
left join comptees as c
    on c.source = s.source and c.table_nom = s.table_nom and c.territoire_code = s.territoire_code
    and c.element_code = s.element_code and c.mesure = s.mesure and c.depuis = s.depuis
left join annoncees as a
    on a.source = s.source and a.territoire_code = s.territoire_code and a.element_code = s.element_code
    and a.depuis = s.depuis and s.element_type = 'index'
where a.source is null
