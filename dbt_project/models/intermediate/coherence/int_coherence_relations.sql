-- What the relations between indicators say of the printed series that they answer; and the relations between series
-- that no indicator answers.
with repond as (
    select r.serie_code, r.perimetre, r.indicateur_code, n.n_indicateurs, s.definie
    from {{ ref('reponses') }} as r
    inner join {{ ref('int_reponses') }} as n
        on n.serie_code = r.serie_code and n.perimetre = r.perimetre and n.candidat = r.candidat
    inner join {{ ref('series') }} as s on s.serie_code = r.serie_code
    where r.candidat = 1
),

declarees as (
    select relation_code, nature, ensemble_code, membre_code, null as dans_une_somme
    from {{ ref('relations_indicateurs') }} where nature <> 'partie'
    union all
    select 'INCLUSION_' || ensemble_code, 'inclusion', ensemble_code, membre_code, dans_une_somme
    from {{ ref('int_inclusions_indicateurs') }}
),

effectifs as (
    select relation_code, count(*) as n_membres from declarees group by relation_code
),

-- One series for each member, the one that the plan defines first.
membres as (
    select d.relation_code, d.nature, d.dans_une_somme, e.serie_code as ensemble_serie, e.perimetre, d.membre_code,
        m.serie_code as membre_serie, m.n_indicateurs
    from declarees as d
    inner join repond as e on e.indicateur_code = d.ensemble_code and e.n_indicateurs = 1
    inner join repond as m on m.indicateur_code = d.membre_code and m.perimetre = e.perimetre and m.definie
    qualify row_number() over (
        partition by d.relation_code, e.serie_code, e.perimetre, d.membre_code order by m.n_indicateurs, m.serie_code
    ) = 1
)

select m.relation_code, m.nature, m.ensemble_serie, m.membre_serie, m.perimetre, min(m.dans_une_somme) as dans_une_somme,
    count(*) as n_couverts, max(f.n_membres) as n_membres, cast(null as double) as facteur
from membres as m
inner join effectifs as f on f.relation_code = m.relation_code
group by m.relation_code, m.nature, m.ensemble_serie, m.membre_serie, m.perimetre
-- A series that counts more than the members cannot stand for them.
having count(*) = max(m.n_indicateurs)
union all
select r.relation_code, r.nature, r.ensemble_code, r.membre_code, null, null, 1,
    count(*) over (partition by r.relation_code), r.facteur::double
from {{ du_plan('relations_series') }} as r
