-- What exactly an absence is made of, when it is finer than its object: the indicators and actions à mener of a sheet,
-- the measures of an index.
select
    s.absence_id,
    d.element_code,
    cast(null as string) as mesure,
    min(d.periode) as depuis,
    max(d.periode) as jusqu_a,
    count(*) as n_periodes
from {{ ref('int_series_manquantes') }} as s
inner join {{ ref('int_dus') }} as d
    on d.source = s.source and d.table_nom = s.table_nom and d.objet_type = s.objet_type and d.objet_code = s.objet_code
    and d.debiteur_code = s.debiteur_code and d.periode between s.depuis and s.jusqu_a
left join {{ ref('int_recus') }} as r
    on r.source = d.source and r.table_nom = d.table_nom and r.element_code = d.element_code and r.periode = d.periode
where s.objet_type = 'fiche' and r.element_code is null
group by s.absence_id, d.element_code
union all
select s.absence_id, a.element_code, a.mesure, a.depuis, a.jusqu_a, a.n_periodes
from {{ ref('int_series_manquantes') }} as s
inner join {{ ref('int_arrets') }} as a
    on a.source = s.source and a.table_nom = s.table_nom and a.territoire_code = s.territoire_code
    and a.depuis = s.depuis and a.jusqu_a = s.jusqu_a
    and a.objet_type = s.objet_type and a.objet_code = s.objet_code
