-- The places for which the pilots write a figure, and what each counts for in the département where they write none for
-- it. A place that lies in another of the same figure is in it already. Two that overlap, neither in the other, cannot be
-- added: their common part would count twice; nor can two of which nothing says where they are.
with lignes as (
    select
        i.indicateur_code, i.annee, i.trimestre, i.code_departement,
        coalesce(i.territoire_code, 'DEP-' || i.code_departement) as territoire_code,
        make_date(i.annee, 3 * i.trimestre - 2, 1) as periode_debut,
        {{ fin_de_mois('make_date(i.annee, 3 * i.trimestre, 1)') }} as periode_fin,
        case when i.statut <> 'non_communique' then i.valeur end as valeur,
        i.statut, i.livraison_id
    from {{ ref('stg_action_followup__indicateurs') }} as i
),

totaux as (
    select indicateur_code, annee, trimestre, code_departement
    from lignes
    where territoire_code = 'DEP-' || code_departement
),

places as (
    select l.*, t.niveau, d.indicateur_code is null as sans_total
    from lignes as l
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = l.territoire_code
    left join totaux as d
        on d.indicateur_code = l.indicateur_code and d.annee = l.annee and d.trimestre = l.trimestre
        and d.code_departement = l.code_departement
),

-- Two places of one figure.
couples as (
    select a.indicateur_code, a.annee, a.trimestre, a.code_departement, a.periode_debut, a.periode_fin,
        a.territoire_code, a.niveau, b.territoire_code as autre_code, b.niveau as autre_niveau
    from places as a
    inner join places as b
        on b.indicateur_code = a.indicateur_code and b.annee = a.annee and b.trimestre = a.trimestre
        and b.code_departement = a.code_departement and b.territoire_code <> a.territoire_code
    where a.sans_total
),

inclus as (
    select distinct c.indicateur_code, c.annee, c.trimestre, c.territoire_code, c.autre_code
    from couples as c
    inner join {{ ref('int_inclusions_territoires') }} as i
        on i.territoire_code = c.territoire_code and i.contenant_code = c.autre_code and {{ tout_du_long('i', 'c') }}
),

-- Two names of one perimeter are each in the other: neither is the part.
contenus as (
    select distinct i.indicateur_code, i.annee, i.trimestre, i.territoire_code
    from inclus as i
    left join inclus as r
        on r.indicateur_code = i.indicateur_code and r.annee = i.annee and r.trimestre = i.trimestre
        and r.territoire_code = i.autre_code and r.autre_code = i.territoire_code
    where r.territoire_code is null
),

-- What a place is made of, as far as it is known: communes, services and posts; a quarter is told by its commune.
emprises as (
    select t.territoire_code, t.niveau as sorte, t.territoire_code as element_code, cast(null as date) as valide_de,
        cast(null as date) as valide_a
    from {{ ref('int_territoires') }} as t
    where t.niveau in ('commune', 'service', 'poste')
    union all
    select i.contenant_code, t.niveau, i.territoire_code, i.valide_de, i.valide_a
    from {{ ref('int_inclusions_territoires') }} as i
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = i.territoire_code
    where t.niveau in ('commune', 'service', 'poste')
    union all
    select i.territoire_code, 'commune', i.contenant_code, i.valide_de, i.valide_a
    from {{ ref('int_inclusions_territoires') }} as i
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = i.territoire_code and t.niveau = 'quartier'
    where i.contenant_code like 'COM-%'
),

-- Places of one level do not overlap, but for the security councils, whose perimeters are their own.
a_comparer as (
    select c.*
    from couples as c
    left join contenus as x
        on x.indicateur_code = c.indicateur_code and x.annee = c.annee and x.trimestre = c.trimestre
        and x.territoire_code = c.territoire_code
    left join contenus as y
        on y.indicateur_code = c.indicateur_code and y.annee = c.annee and y.trimestre = c.trimestre
        and y.territoire_code = c.autre_code
    where x.territoire_code is null and y.territoire_code is null
        and (c.niveau <> c.autre_niveau or c.niveau in ('clspd', 'lieu_declare'))
),

recoupes as (
    select c.indicateur_code, c.annee, c.trimestre, c.territoire_code, min(c.autre_code) as autre_code
    from (
        select c.indicateur_code, c.annee, c.trimestre, c.territoire_code, c.autre_code,
            count(b.element_code) as n_comparables,
            max(case when a.element_code = b.element_code then 1 end) as commun
        from a_comparer as c
        left join emprises as a on a.territoire_code = c.territoire_code and {{ au_moins_un_jour('a', 'c') }}
        left join emprises as b
            on b.territoire_code = c.autre_code and b.sorte = a.sorte and {{ au_moins_un_jour('b', 'c') }}
        group by c.indicateur_code, c.annee, c.trimestre, c.territoire_code, c.autre_code
    ) as c
    where c.n_comparables = 0 or c.commun = 1
    group by c.indicateur_code, c.annee, c.trimestre, c.territoire_code
)

select p.*, p.sans_total and x.territoire_code is null as compte, r.autre_code as recoupe_code
from places as p
left join contenus as x
    on x.indicateur_code = p.indicateur_code and x.annee = p.annee and x.trimestre = p.trimestre
    and x.territoire_code = p.territoire_code
left join recoupes as r
    on r.indicateur_code = p.indicateur_code and r.annee = p.annee and r.trimestre = p.trimestre
    and r.territoire_code = p.territoire_code
