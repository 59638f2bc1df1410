-- Which periods of the calendar an excuse covers, whole; what a year owes, it owes with its last quarter.
select c.source, e.objet_type, e.objet_code, c.periode, max(e.motif) as motif
from {{ source('raw', 'excuses') }} as e
inner join {{ source('raw', 'calendrier') }} as c
    on e.source in ('', c.source)
    and e.debut <= case
        when c.periode_type = 'annee' then make_date(substr(c.periode, 1, 4)::integer, 10, 1) else c.periode_debut
    end
    and e.fin >= c.periode_fin
group by c.source, e.objet_type, e.objet_code, c.periode
