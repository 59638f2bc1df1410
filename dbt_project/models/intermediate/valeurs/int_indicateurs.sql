-- Situation indicators, the same everywhere, and the follow-up indicators of this département's plan. An indicator
-- that an avenant rewords keeps its code: its last wording counts, over the whole of its validity.
with suivi as (
    select
        s.*,
        min(s.valide_de) over (partition by s.indicateur_code) as premier_jour,
        max(coalesce(s.valide_a, make_date(9999, 12, 31))) over (partition by s.indicateur_code) as dernier_jour
    from {{ du_plan('indicateurs_suivi') }} as s
    qualify row_number() over (partition by s.indicateur_code order by s.valide_de desc) = 1
),

-- A situation series that the pilots report is owed as long as the plan lasts.
plan as (
    select 'suivi_actions' as statistique, min(v.valide_de) as valide_de,
        case when count(v.valide_a) = count(*) then max(v.valide_a) end as valide_a
    from {{ du_plan('versions') }} as v
)

select
    i.indicateur_code,
    i.libelle,
    i.definition,
    'situation' as nature,
    i.statistique,
    i.unite,
    i.denominateur,
    i.polarite,
    i.grain,
    i.niveau_min,
    i.cumul,
    i.note,
    cast(null as string) as action_code,
    p.valide_de,
    p.valide_a
from {{ ref('indicateurs') }} as i
left join plan as p on p.statistique = i.statistique
union all
select
    indicateur_code,
    libelle,
    'Indicateur de suivi de la fiche-action ' || action_code || ', déclaré par ses pilotes.',
    'suivi',
    'suivi_actions',
    unite,
    cast(null as string),
    polarite,
    'trimestre',
    'departement',
    cumul,
    note,
    action_code,
    premier_jour,
    case when dernier_jour < make_date(9999, 12, 31) then dernier_jour end
from suivi
