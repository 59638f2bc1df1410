with unites as (
    select
        i.indicateur_code,
        count(*) as n_index,
        {{ en_liste('i.code_index::string', "', '", 'i.code_index') }} as index_4001,
        {{ en_liste('x.unite_compte', "' + '", 'x.unite_compte', distinctes=true) }} as unites_compte
    from {{ ref('indicateurs_index') }} as i
    inner join {{ ref('index_4001') }} as x on x.code_index = i.code_index
    group by all
),

toutes_ruptures as (
    select distinct indicateur_code, libelle || ' (' || {{ date_fr('date_debut') }} || ')' as libelle, date_debut
    from {{ ref('int_ruptures') }}
    union
    select indicateur_code, libelle || ' en ' || year(date_debut)::string, date_debut
    from {{ ref('reference_ruptures') }}
    where origine = 'relevée dans les données'
),

ruptures as (
    select indicateur_code, {{ en_liste('libelle', "' ; '", 'date_debut, libelle') }} as ruptures
    from toutes_ruptures
    group by all
)

select
    s.indicateur_code,
    s.libelle,
    s.definition,
    s.nature,
    s.action_code,
    s.statistique,
    s.unite,
    s.denominateur,
    u.n_index,
    u.index_4001,
    u.unites_compte,
    s.polarite,
    s.grain,
    s.niveau_min,
    coalesce(s.cumul, 'aucun') as cumul,
    r.ruptures,
    s.note,
    s.valide_de,
    s.valide_a
from {{ ref('int_indicateurs') }} as s
left join unites as u on u.indicateur_code = s.indicateur_code
left join ruptures as r on r.indicateur_code = s.indicateur_code
-- A class of a few publications only is of the catalogue when one of them is there.
left join (select distinct indicateur_code from {{ ref('ssmsi_classes') }} where not attendue) as d
    on d.indicateur_code = s.indicateur_code
left join (select distinct indicateur_code from {{ ref('int_valeurs_ssmsi') }}) as v on v.indicateur_code = s.indicateur_code
where d.indicateur_code is null or v.indicateur_code is not null
