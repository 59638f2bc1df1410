-- The lines of the accidents that are counted, and for victims those of the users. What makes an accident a serious or a
-- professional one is shown without being counted.
with lieux as (
    select num_acc, 'DEP-' || code_departement as territoire_code from {{ ref('int_accidents') }}
    union all
    select num_acc, arrondissement_code from {{ ref('int_accidents') }} where arrondissement_code is not null
    union all
    select num_acc, commune_territoire from {{ ref('int_accidents') }} where commune_territoire is not null
),

accidents as (
    select d.indicateur_code, d.territoire_code, d.periode, d.source, d.ventilation_type, d.ventilation_code, b.mesure,
        a.num_acc, a.graves, a.professionnels
    from demandees as d
    inner join {{ ref('baac') }} as b on b.indicateur_code = d.indicateur_code
    inner join lieux as l on l.territoire_code = d.territoire_code
    inner join {{ ref('int_accidents') }} as a
        on a.num_acc = l.num_acc
        and d.periode = case d.periode_type when 'mois' then {{ mois_de('a.annee', 'a.mois') }} else a.annee::string end
    where d.source = 'baac'
        and (d.periode_type = 'mois' or d.ventilation_type <> 'total' or substr(d.territoire_code, 1, 4) = 'COM-')
),

gravites as (
    select * from (values ('tues', 2), ('hospitalises', 3), ('legers', 4)) as g (mesure, gravite)  -- noqa: AL05
),

-- The users of any département are in its totals; classes are published of the département of the home alone.
concernes as (
    select a.*, u.livraison_id, u.feuille, u.ligne, u.colonne, u.gravite,
        u.categorie_usager = 1 and u.trajet in (1, 4) as conducteur_professionnel
    from accidents as a
    inner join {{ ref('stg_road_safety__usagers') }} as u on u.num_acc = a.num_acc
    where a.ventilation_type = 'total'
    union all
    select a.*, u.livraison_id, u.feuille, u.ligne, u.colonne, u.gravite, u.conducteur_professionnel
    from accidents as a
    inner join {{ ref('int_usagers') }} as u on u.num_acc = a.num_acc
    where a.ventilation_code = case a.ventilation_type
        when 'usager' then u.usager when 'age' then u.age when 'trajet' then u.trajet end
)

select a.indicateur_code, a.territoire_code, a.periode, a.source,
    c.livraison_id, c.feuille, c.ligne, c.colonne, 'num_acc' as mesure, 'accident ' || a.num_acc as objet,
    1::decimal(18, 2) as compte, 'denombrement' as operation
from accidents as a
inner join {{ ref('stg_road_safety__accidents') }} as c on c.num_acc = a.num_acc
where (a.mesure = 'accidents' or (a.mesure = 'graves' and a.graves = 1) or (a.mesure = 'professionnels' and a.professionnels = 1))
    and (a.ventilation_type = 'total' or exists (
        select 1 from concernes as u
        where u.num_acc = a.num_acc and u.indicateur_code = a.indicateur_code and u.territoire_code = a.territoire_code
            and u.periode = a.periode and u.ventilation_code = a.ventilation_code
    ))
union all
select u.indicateur_code, u.territoire_code, u.periode, u.source,
    u.livraison_id, u.feuille, u.ligne, u.colonne, 'grav', 'usager de l''accident ' || u.num_acc,
    case when g.gravite is not null then 1 end::decimal(18, 2), 'denombrement'
from concernes as u
left join gravites as g on g.mesure = u.mesure and g.gravite = u.gravite
where g.gravite is not null
    or (u.mesure = 'graves' and u.gravite in (2, 3))
    or (u.mesure = 'professionnels' and u.conducteur_professionnel)
