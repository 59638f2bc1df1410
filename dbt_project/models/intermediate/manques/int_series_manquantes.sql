-- Every absence under one shape: what is owed and not in use, then what stopped inside deliveries in use.
with ensemble as (
    select
        source, table_nom, table_libelle, statistique, absence, objet_type, objet_code, objet, action_code, territoire_code,
        debiteur_code, debiteur, periode_type, depuis, jusqu_a, periode_debut, periode_fin, n_periodes, echeance, en_cours
    from {{ ref('int_absences') }}
    union all
    select
        a.source, a.table_nom, max(t.table_libelle), max(a.statistique),
        case a.objet_type when 'index' then 'index_arrete' else 'serie_arretee' end,
        a.objet_type, a.objet_code,
        case a.objet_type
            when 'index' then 'Index ' || a.objet_code || ' (' || max(x.libelle) || ')'
            when 'classe' then max(i.libelle)
            when 'mesure' then 'Mesure ' || a.objet_code
            else 'Nature ' || a.objet_code
        end || ', ' || max(l.libelle),
        cast(null as string), a.territoire_code,
        case when t.redevables = 'services' then a.territoire_code else a.source end,
        case when t.redevables = 'services' then max(l.libelle) else max(a.producteur) end,
        a.periode_type, a.depuis, a.jusqu_a, min(a.periode_debut), max(a.periode_fin), max(a.n_periodes), min(a.echeance),
        max(case when a.en_cours then 1 end) is not null
    from {{ ref('int_arrets') }} as a
    inner join {{ source('raw', 'tables_dues') }} as t on t.source = a.source and t.table_nom = a.table_nom
    inner join {{ ref('int_territoires') }} as l on l.territoire_code = a.territoire_code
    left join {{ ref('index_4001') }} as x on a.objet_type = 'index' and x.code_index::string = a.objet_code
    left join {{ ref('int_indicateurs') }} as i on a.objet_type = 'classe' and i.indicateur_code = a.objet_code
    group by a.source, a.table_nom, a.objet_type, a.objet_code, a.territoire_code, t.redevables, a.periode_type, a.depuis,
        a.jusqu_a
),

identifiees as (
    select
        substr(md5(
            source || '|' || table_nom || '|' || objet_type || '|' || objet_code || '|' || territoire_code || '|'
            || debiteur_code || '|' || depuis
        ), 1, 12) as absence_id,
        e.*
    from ensemble as e
),

-- An absence is excused when each of its periods is.
excuses as (
    select e.absence_id, max(x.motif) as excuse_motif
    from identifiees as e
    inner join {{ ref('int_periodes_excusees') }} as x
        on x.source = e.source and x.periode between e.depuis and e.jusqu_a and {{ excuse_concerne('x', 'e') }}
    group by e.absence_id, e.n_periodes
    having count(distinct x.periode) = e.n_periodes
)

select e.*, x.absence_id is not null as excusee, x.excuse_motif
from identifiees as e
left join excuses as x on x.absence_id = e.absence_id
