with touches as (
    select s.absence_id, d.indicateur_code, d.effet, s.depuis, s.jusqu_a, s.n_periodes
    from {{ ref('int_series_manquantes') }} as s
    inner join {{ ref('int_dependances') }} as d on d.source = s.source and d.table_nom = s.table_nom
    where s.objet_type in ('table', 'service', 'poste')
    union
    select e.absence_id, d.indicateur_code, d.effet, e.depuis, e.jusqu_a, e.n_periodes
    from {{ ref('int_elements_manquants') }} as e
    inner join {{ ref('int_series_manquantes') }} as s on s.absence_id = e.absence_id
    inner join {{ ref('int_dependances') }} as d
        on d.source = s.source and d.table_nom = s.table_nom
        and (d.element_code is null or d.element_code = e.element_code)
        and (d.mesure is null or e.mesure is null or d.mesure = e.mesure)
)

-- Another source may speak in its place: the periods for which it does are counted, not hidden.
select
    t.absence_id,
    t.indicateur_code,
    t.effet,
    min(t.depuis) as depuis,
    max(t.jusqu_a) as jusqu_a,
    max(t.n_periodes)::integer as n_periodes,
    count(distinct v.periode)::integer as n_periodes_relayees,
    {{ lot_de('v.source') }} as relais
from touches as t
inner join {{ ref('int_series_manquantes') }} as s on s.absence_id = t.absence_id
left join {{ ref('int_valeurs') }} as v
    on t.effet = 'valeur'
    and v.indicateur_code = t.indicateur_code
    and v.territoire_code = s.territoire_code
    and v.periode_type = s.periode_type
    and v.periode between t.depuis and t.jusqu_a
    and v.ventilation_type = 'total'
    and v.retenu
    and v.valeur is not null
    and v.source <> s.statistique
group by t.absence_id, t.indicateur_code, t.effet
