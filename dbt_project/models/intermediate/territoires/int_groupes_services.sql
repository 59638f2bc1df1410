-- Which services a zone, a département, an arrondissement or the gendarmerie group has, and when. Lines that follow one
-- another without a day between them are one stay.
with lignes as (
    select territoire_code as composante_code, zone_code as territoire_code, attendu_etat4001, valide_de, valide_a
    from {{ ref('services') }}
    union all
    select territoire_code, 'DEP-' || code_departement, attendu_etat4001, valide_de, valide_a
    from {{ ref('services') }}
    union all
    -- A unit of no arrondissement counts in the département, and apart at the level of the arrondissements.
    select territoire_code,
        'ARR-' || case when code_arrondissement is not null then code_arrondissement else code_departement || '-NR' end,
        attendu_etat4001, valide_de, valide_a
    from {{ ref('services') }}
    union all
    select s.territoire_code, g.groupement_code, s.attendu_etat4001, s.valide_de, s.valide_a
    from {{ ref('int_groupements') }} as g
    inner join {{ ref('services') }} as s on s.territoire_code = g.territoire_code
),

suivies as (
    select *, lag(valide_a) over (
        partition by composante_code, territoire_code, attendu_etat4001 order by valide_de
    ) as fin_precedente
    from lignes
),

sejours as (
    select *, sum(case when fin_precedente + 1 = valide_de then null else 1 end) over (
        partition by composante_code, territoire_code, attendu_etat4001 order by valide_de
    ) as sejour
    from suivies
)

select composante_code, territoire_code, attendu_etat4001, min(valide_de) as valide_de,
    case when count(valide_a) = count(*) then max(valide_a) end as valide_a
from sejours
group by composante_code, territoire_code, attendu_etat4001, sejour
