-- Rows of a return that stand under another name, once another source tells the same facts. What is too much in one place is
-- then what lacks in the other, index by index: the gap between the returns and their twin goes when the two are exchanged
-- back. How many times smaller it becomes is the evidence.
with mois as (
    select territoire_code, rang, periode, code_index, faits::double as faits, livraisons,
        substr(periode, 1, 4)::integer as annee
    from {{ ref('ctl_cellules') }}
    where source = 'retours_services'
),

-- Two services, in one month, beside their own figures of the year.
annees as (
    select territoire_code, annee, code_index, sum(faits) as faits, count(*) as n from mois
    group by territoire_code, annee, code_index
),

ecarts_annees as (
    select m.territoire_code, m.annee, m.code_index, m.faits - a.faits as ecart
    from annees as m
    inner join {{ ref('ctl_cellules') }} as a
        on a.source = 'etat4001_services' and a.territoire_code = m.territoire_code and a.code_index = m.code_index
        and a.periode = m.annee::string
    where m.n = 12
),

services_echanges as (
    select f.territoire_code, g.territoire_code as autre_code, f.annee, x.periode, x.livraisons,
        sum(abs(f.ecart) + abs(g.ecart)) as avant,
        sum(abs(f.ecart - x.faits + y.faits) + abs(g.ecart - y.faits + x.faits)) as apres
    from ecarts_annees as f
    inner join ecarts_annees as g
        on g.annee = f.annee and g.code_index = f.code_index and g.territoire_code > f.territoire_code
    inner join mois as x
        on x.territoire_code = f.territoire_code and x.annee = f.annee and x.code_index = f.code_index
    inner join mois as y
        on y.territoire_code = g.territoire_code and y.rang = x.rang and y.code_index = f.code_index
    group by f.territoire_code, g.territoire_code, f.annee, x.periode, x.livraisons
),

-- Two months of a service, beside the months of the département that hold them.
departement as (
    select rang, code_index, sum(faits)::double as faits
    from {{ ref('ctl_cellules') }}
    where source = 'etat4001_departements'
    group by rang, code_index
),

totaux as (
    select rang, code_index, sum(faits) as faits from mois group by rang, code_index
),

ecarts_mois as (
    select t.rang, t.code_index, t.faits - d.faits as ecart
    from totaux as t
    inner join departement as d on d.rang = t.rang and d.code_index = t.code_index
),

mois_echanges as (
    select x.territoire_code, x.annee, x.periode, y.periode as autre_periode, max(x.livraisons) as livraisons,
        sum(abs(f.ecart) + abs(g.ecart)) as avant,
        sum(abs(f.ecart - x.faits + y.faits) + abs(g.ecart - y.faits + x.faits)) as apres
    from mois as x
    inner join mois as y
        on y.territoire_code = x.territoire_code and y.annee = x.annee and y.code_index = x.code_index and y.rang > x.rang
    inner join ecarts_mois as f on f.rang = x.rang and f.code_index = x.code_index
    inner join ecarts_mois as g on g.rang = y.rang and g.code_index = y.code_index
    group by x.territoire_code, x.annee, x.periode, y.periode
),

-- A gap of a few facts is closed by chance.
services_juges as (
    select *, case when avant >= {{ seuil('SERVICES_ECHANGES', 'effectif_min') }}
        then avant / nullif(greatest(apres, 1), 0) else 0 end as rapport
    from services_echanges
),

mois_juges as (
    select *, case when avant >= {{ seuil('MOIS_ECHANGES', 'effectif_min') }}
        then avant / nullif(greatest(apres, 1), 0) else 0 end as rapport
    from mois_echanges
)

select 'SERVICES_ECHANGES' as regle_code, 'retours_services' as source, {{ sans_objet('territoire_code') }},
    max_by(periode, rapport) as periode, autre_code as detail, max_by(avant, rapport) as observe,
    max_by(apres, rapport) as attendu, max(rapport)::double as ecart, max_by(livraisons, rapport) as livraisons
from services_juges
group by territoire_code, autre_code, annee
union all
select 'MOIS_ECHANGES', 'retours_services', {{ sans_objet('territoire_code') }}, max_by(periode, rapport),
    max_by(autre_periode, rapport), max_by(avant, rapport), max_by(apres, rapport), max(rapport)::double,
    max_by(livraisons, rapport)
from mois_juges
group by territoire_code, annee
