with comptes as (
    select s.absence_id, count(distinct i.indicateur_code)::integer as n_indicateurs
    from {{ ref('int_series_manquantes') }} as s
    left join {{ ref('series_manquantes_indicateurs') }} as i on i.absence_id = s.absence_id
    group by all
),

-- A cell's own code is its object already: what is left to say of it is which of its measures.
details as (
    select e.absence_id, {{ en_liste('coalesce(e.mesure, e.element_code)', "', '", 'coalesce(e.mesure, e.element_code)', distinctes=true) }} as elements
    from {{ ref('int_elements_manquants') }} as e
    group by all
)

select
    s.absence_id,
    s.absence,
    s.source,
    s.table_nom,
    s.table_libelle,
    s.statistique,
    s.objet_type,
    s.objet_code,
    s.objet,
    s.action_code,
    s.territoire_code,
    d.elements,
    s.debiteur_code,
    s.debiteur,
    s.periode_type,
    s.depuis,
    s.jusqu_a,
    s.periode_debut,
    s.periode_fin,
    s.n_periodes::integer as n_periodes,
    s.en_cours,
    s.excusee,
    s.excuse_motif,
    s.echeance,
    j.jour_reference,
    {{ jours_entre('s.echeance', 'j.jour_reference') }} as jours_retard,
    c.n_indicateurs,
    s.objet || ' : ' || a.libelle
        || case when s.table_libelle <> s.table_nom and s.objet_type in ('service', 'poste', 'fiche') then ' (' || s.table_libelle || ')' else '' end
        || case when s.depuis = s.jusqu_a then ', ' || s.depuis
            else ', de ' || s.depuis || ' à ' || s.jusqu_a || ' (' || s.n_periodes::string || ' '
                || case s.periode_type when 'mois' then 'mois' when 'trimestre' then 'trimestres' else 'ans' end || ')'
            end
        || case when s.objet_type = 'fiche' then ' : ' || d.elements else '' end
        || '. Dû le ' || {{ date_fr('s.echeance') }}
        || case when s.objet = s.debiteur then '.' else ' par ' || s.debiteur || '.' end
        || case when s.excusee then ' Excusé.' else '' end as phrase
from {{ ref('int_series_manquantes') }} as s
-- Left: a kind without words must stop the build (phrase is not null), not lose its rows.
left join {{ ref('absences') }} as a on a.absence = s.absence
cross join {{ source('raw', 'jour') }} as j
inner join comptes as c on c.absence_id = s.absence_id
left join details as d on d.absence_id = s.absence_id
