-- The lines of the services' returns. A département that no list describes has those of all that it sent. A month that is a
-- difference is made of its total and, taken away, of the total before with the months that follow it.
with lieux as (
    select territoire_code, code_departement, force, service, periode
    from {{ ref('int_services_en_vigueur') }}
    where periode_type = 'mois' and nommee
    union all
    select z.territoire_code, z.code_departement, z.force, null, null
    from {{ ref('int_zones') }} as z
    left join (select distinct code_departement from {{ ref('services') }}) as s on s.code_departement = z.code_departement
    where s.code_departement is null
    union all
    select 'DEP-' || d.code_departement, d.code_departement, null, null, null
    from {{ ref('departements') }} as d
    left join (select distinct code_departement from {{ ref('services') }}) as s on s.code_departement = d.code_departement
    where s.code_departement is null
),

voulues as (
    select d.*, l.code_departement, l.force, l.service
    from demandees as d
    inner join lieux as l on l.territoire_code = d.territoire_code and (l.periode is null or l.periode = d.periode)
    where d.source = 'retours_services' and d.periode_type = 'mois'
),

-- What is taken away, line by line: an index told apart before it was grouped stands in the group.
otees as (
    select d.indicateur_code, d.territoire_code, d.periode, d.source, c.mesure, f.livraison_id, f.feuille, f.ligne, f.colonne,
        f.annee, f.mois, f.service, f.index_declare,
        {{ valeur_mesuree('f', 'c.mesure') }} as du_mois, {{ valeur_mesuree('f', 'c.mesure', '_cumul') }} as cumul
    from voulues as d
    inner join {{ ref('int_retours_mesures') }} as m on m.indicateur_code = d.indicateur_code
    inner join {{ ref('int_retours_cumuls') }} as c
        on {{ mois_de('c.annee', 'c.mois') }} = d.periode and c.code_departement = d.code_departement
        and (d.force is null or c.force = d.force) and (d.service is null or c.service = d.service)
        and c.index_declare = m.index_declare and c.mesure = m.mesure
    inner join {{ ref('stg_service_returns__faits') }} as f
        on f.code_departement = c.code_departement and f.force = c.force and f.service = c.service and f.annee = c.annee
        and f.mois < c.mois and f.mois >= c.depuis_mois
    left join {{ ref('index_groupes') }} as g on g.groupe = c.index_declare and g.code_index = f.code_index
    where c.cumul is not null and not c.deduite and c.valeur is not null and c.mois > 1
        and (f.index_declare = c.index_declare or g.groupe is not null)
),

-- A quarter or a year that totals tell: that of its last month, less that of the month before it.
bornes as (
    select d.indicateur_code, d.territoire_code, d.periode, d.source, p.annee, b.signe,
        case when b.signe = 1 then p.mois_fin else p.mois_avant end as mois
    from demandees as d
    inner join {{ ref('int_retours_periodes') }} as p
        on p.indicateur_code = d.indicateur_code and p.territoire_code = d.territoire_code and p.periode_type = d.periode_type
        and p.periode = d.periode and p.ventilation_type = d.ventilation_type and p.ventilation_code = d.ventilation_code
    cross join (values (1), (-1)) as b (signe)
    where d.source = 'retours_services' and (b.signe = 1 or p.mois_avant > 0)
),

membres as (
    select territoire_code, composante_code from {{ ref('int_groupes_services') }}
    union
    select territoire_code, territoire_code from {{ ref('int_services_en_vigueur') }}
),

totaux as (
    select b.indicateur_code, b.territoire_code, b.periode, b.source, b.signe, c.mesure, f.livraison_id, f.feuille, f.ligne, f.colonne,
        f.annee, f.mois, f.service, f.index_declare,
        {{ valeur_mesuree('f', 'c.mesure') }} as du_mois, {{ valeur_mesuree('f', 'c.mesure', '_cumul') }} as cumul
    from bornes as b
    inner join membres as s on s.territoire_code = b.territoire_code
    inner join {{ ref('int_services_en_vigueur') }} as v
        on v.territoire_code = s.composante_code and v.nommee and v.periode_type = 'mois'
        and v.periode = {{ mois_de('b.annee', 'b.mois') }}
    inner join {{ ref('int_retours_mesures') }} as m on m.indicateur_code = b.indicateur_code
    inner join {{ ref('int_retours_cumuls') }} as c
        on c.code_departement = v.code_departement and c.force = v.force and c.service = v.service and c.annee = b.annee
        and c.mois = b.mois and c.index_declare = m.index_declare and c.mesure = m.mesure and not c.deduite
    inner join {{ ref('stg_service_returns__faits') }} as f
        on f.code_departement = c.code_departement and f.force = c.force and f.service = c.service and f.annee = c.annee
        and f.mois <= c.mois and f.mois >= c.depuis and f.index_declare = c.index_declare
)

select d.indicateur_code, d.territoire_code, d.periode, d.source,
    f.livraison_id, f.feuille, f.ligne, f.colonne,
    m.mesure || case when {{ valeur_mesuree('f', 'm.mesure', '_cumul') }} is not null then '_cumul' else '' end as mesure,
    f.service || ', index ' || f.index_declare
        || case when {{ valeur_mesuree('f', 'm.mesure', '_cumul') }} is not null then ', cumul de janvier à ' || d.periode else '' end
        as objet,
    coalesce({{ valeur_mesuree('f', 'm.mesure') }}, {{ valeur_mesuree('f', 'm.mesure', '_cumul') }})::decimal(18, 2) as compte,
    'somme' as operation
from voulues as d
inner join {{ ref('int_retours_mesures') }} as m on m.indicateur_code = d.indicateur_code
inner join {{ ref('stg_service_returns__faits') }} as f
    on {{ mois_de('f.annee', 'f.mois') }} = d.periode and f.code_departement = d.code_departement
    and (d.force is null or f.force = d.force) and (d.service is null or f.service = d.service)
    and f.index_declare = m.index_declare
union all
select indicateur_code, territoire_code, periode, source, livraison_id, feuille, ligne, colonne,
    mesure || case when cumul is not null then '_cumul' else '' end,
    service || ', index ' || index_declare || ', ' || case when cumul is not null then 'cumul de janvier à ' else '' end
        || {{ mois_de('annee', 'mois') }} || ', à retrancher',
    -coalesce(cumul, du_mois)::decimal(18, 2), 'retranchement'
from otees
union all
select indicateur_code, territoire_code, periode, source, livraison_id, feuille, ligne, colonne,
    mesure || case when cumul is not null then '_cumul' else '' end,
    service || ', index ' || index_declare || ', ' || case when cumul is not null then 'cumul de janvier à ' else '' end
        || {{ mois_de('annee', 'mois') }} || case when signe = 1 then '' else ', à retrancher' end,
    (signe * coalesce(cumul, du_mois))::decimal(18, 2), case when signe = 1 then 'somme' else 'retranchement' end
from totaux
union all
select d.indicateur_code, d.territoire_code, d.periode, d.source,
    t.livraison_id, t.feuille, t.ligne, t.colonne, 'faits', t.service || ', ' || t.nature, t.faits::decimal(18, 2), 'somme'
from voulues as d
inner join {{ ref('stg_service_returns__tranquillite') }} as t
    on {{ mois_de('t.annee', 't.mois') }} = d.periode and t.code_departement = d.code_departement
    and (d.force is null or t.force = d.force) and (d.service is null or t.service = d.service)
where d.indicateur_code = 'TRANQUILLITE'
    and (d.ventilation_type = 'total' or d.ventilation_code = t.nature)
