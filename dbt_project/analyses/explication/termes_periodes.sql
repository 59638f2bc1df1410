-- Months that make a quarter or a year, quarters that make a year where a source speaks by quarter: as the catalogue
-- declares. Of a level (`dernier`) the last period alone is taken. What totals since January tell without its months is made
-- of these totals (cellules_retours_services).
with fines as (
    select distinct d.source, coalesce(c.periode_type, 'mois') as periode_type
    from demandees as d
    left join {{ source('raw', 'calendrier') }} as c on c.statistique = d.source and c.periode_type = 'trimestre'
),

rangs as (
    select 'mois' as periode_type, r.rang, 12 as n
    from (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) as r (rang)
    union all
    select 'trimestre', r.rang, 4 from (values (1), (2), (3), (4)) as r (rang)
)

select d.indicateur_code, d.territoire_code, f.periode_type,
    substr(d.periode, 1, 4) || case f.periode_type when 'mois' then '-' || lpad(r.rang::string, 2, '0')
        else '-T' || r.rang::string end as periode,
    d.ventilation_type, d.ventilation_code, d.source
from demandees as d
inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = d.indicateur_code and i.cumul <> 'aucun'
inner join fines as f on f.source = d.source
inner join rangs as r on r.periode_type = f.periode_type
left join {{ ref('int_retours_periodes') }} as c
    on d.source = 'retours_services' and c.indicateur_code = d.indicateur_code and c.territoire_code = d.territoire_code
    and c.periode_type = d.periode_type and c.periode = d.periode and c.ventilation_type = d.ventilation_type
    and c.ventilation_code = d.ventilation_code
where c.periode is null
    and (
        d.periode_type = 'annee'
        or (d.periode_type = 'trimestre' and f.periode_type = 'mois'
            and r.rang between 3 * substr(d.periode, 7, 1)::integer - 2 and 3 * substr(d.periode, 7, 1)::integer)
    )
    and (
        i.cumul <> 'dernier'
        or r.rang = case d.periode_type when 'annee' then r.n else 3 * substr(d.periode, 7, 1)::integer end
    )
