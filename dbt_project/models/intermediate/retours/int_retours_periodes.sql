-- Quarters and years that totals since January tell although one of their months is missing: what the total of their last
-- month adds to that of the month before them. A zone, an arrondissement or the département is so told when the same services
-- made it all year, and each of them tells its own.
with mesures as (
    select indicateur_code, 'total' as ventilation_type, 'total' as ventilation_code, mesure, index_declare, n_index
    from {{ ref('int_retours_mesures') }}
    union all
    select 'FAITS_INDEX', 'index', code_index::string, 'faits_constates', code_index::string, 1 from {{ ref('index_4001') }}
),

tailles as (
    select indicateur_code, count(code_index) as n_index from {{ ref('int_retours_mesures') }} group by indicateur_code
),

services as (
    select m.indicateur_code, m.ventilation_type, m.ventilation_code, v.territoire_code, c.annee, c.mois,
        sum(c.depuis_janvier) as total, {{ lot_de('c.livraison_id') }} as livraisons
    from {{ ref('int_retours_cumuls') }} as c
    inner join {{ ref('int_services_en_vigueur') }} as v
        on v.nommee and v.periode_type = 'mois' and v.periode = {{ mois_de('c.annee', 'c.mois') }}
        and v.code_departement = c.code_departement and v.force = c.force and v.service = c.service
    inner join mesures as m on m.index_declare = c.index_declare and m.mesure = c.mesure
    left join tailles as n on n.indicateur_code = m.indicateur_code
    where c.mois in (3, 6, 9, 12) and not c.deduite and c.depuis_janvier is not null
    group by m.indicateur_code, m.ventilation_type, m.ventilation_code, v.territoire_code, c.annee, c.mois
    having sum(m.n_index) = coalesce(max(n.n_index), 1)
),

membres as (
    select g.territoire_code, s.territoire_code as composante_code, year(s.debut) as annee,
        min(case
            when s.au_premier_jour and not s.deplace and g.valide_de <= s.debut and (g.valide_a is null or g.valide_a >= s.fin)
            then 1 else 0
        end) as toute_l_annee
    from {{ ref('int_services_en_vigueur') }} as s
    inner join {{ ref('int_groupes_services') }} as g
        on g.composante_code = s.territoire_code and g.valide_de <= s.fin and (g.valide_a is null or g.valide_a >= s.debut)
    where s.periode_type = 'annee'
    group by g.territoire_code, s.territoire_code, year(s.debut)
),

groupes as (
    select territoire_code, annee, count(*) as n_membres
    from membres
    group by territoire_code, annee
    having min(toute_l_annee) = 1
),

totaux as (
    select indicateur_code, ventilation_type, ventilation_code, territoire_code, annee, mois, total, livraisons from services
    union all
    select s.indicateur_code, s.ventilation_type, s.ventilation_code, g.territoire_code, s.annee, s.mois, sum(s.total),
        {{ lot_de('s.livraisons') }}
    from services as s
    inner join membres as m on m.composante_code = s.territoire_code and m.annee = s.annee
    inner join groupes as g on g.territoire_code = m.territoire_code and g.annee = m.annee
    group by s.indicateur_code, s.ventilation_type, s.ventilation_code, g.territoire_code, s.annee, s.mois
    having count(*) = max(g.n_membres)
),

periodes as (
    select t.*, 'trimestre' as periode_type, t.mois - 3 as mois_avant, case when t.mois = 3 then 0 else a.total end as avant,
        case when a.livraisons is not null then t.livraisons || ',' || a.livraisons else t.livraisons end as lot
    from totaux as t
    left join totaux as a
        on a.indicateur_code = t.indicateur_code and a.ventilation_type = t.ventilation_type
        and a.ventilation_code = t.ventilation_code and a.territoire_code = t.territoire_code and a.annee = t.annee
        and a.mois = t.mois - 3
    where t.mois = 3 or a.total is not null
    union all
    select t.*, 'annee', 0, 0, t.livraisons from totaux as t where t.mois = 12
),

-- Months that are all known make their period by themselves.
connus as (
    select indicateur_code, ventilation_type, ventilation_code, territoire_code, annee, mois
    from {{ ref('int_retours_territoires') }}
    where valeur is not null and annee in (select annee from totaux)
)

select p.indicateur_code, p.ventilation_type, p.ventilation_code, p.territoire_code, p.annee, p.periode_type,
    make_date(p.annee, p.mois_avant + 1, 1) as periode_debut,
    case p.periode_type when 'annee' then p.annee::string else p.annee::string || '-T' || quarter(make_date(p.annee, p.mois, 1))::string end
        as periode,
    p.mois_avant, p.mois as mois_fin, (p.total - p.avant)::decimal(18, 2) as valeur, p.lot as livraisons
from periodes as p
left join connus as c
    on c.indicateur_code = p.indicateur_code and c.ventilation_type = p.ventilation_type
    and c.ventilation_code = p.ventilation_code and c.territoire_code = p.territoire_code and c.annee = p.annee
    and c.mois > p.mois_avant and c.mois <= p.mois
where p.total >= p.avant
group by all
having count(c.mois) < p.mois - p.mois_avant
