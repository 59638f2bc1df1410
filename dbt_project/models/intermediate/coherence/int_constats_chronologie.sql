-- What comes after is dated before. A period is compared by its two ends as text, 2018-02~ being the last instant of
-- 2018-02: the end of what follows must not be before the beginning of what it follows.
with dates as (
    select
        *,
        split_part(periode, '/', 1) as debut,
        case when periode like '%/%' then split_part(periode, '/', 2) else periode end || '~' as fin
    from {{ ref('int_coherence_chiffres') }}
    where periode_type in ('annee', 'mois', 'date', 'intervalle')
),

-- The latest that the follower can be, the earliest that the followed can be.
suites as (
    select * from dates
    qualify row_number() over (partition by serie_code, territoire_code order by fin desc, chiffre_code) = 1
),

origines as (
    select * from dates
    qualify row_number() over (partition by serie_code, territoire_code order by debut, fin, chiffre_code) = 1
),

constats as (
    select
        'CHRONOLOGIE' as regle_code, s.serie_code, s.territoire_code, s.periode,
        s.chiffre_code as chiffres_1, s.endroit as lieu_1, s.imprime as imprime_1, cast(null as double) as valeur_1,
        o.chiffre_code as chiffres_2, o.endroit as lieu_2, o.imprime as imprime_2, cast(null as double) as valeur_2,
        s.serie || ' : ' || s.nomme || ', en ' || s.periode || ' ; ' || o.serie || ' : ' || o.nomme || ', en ' || o.periode
            || '. Le premier devrait suivre le second.' || coalesce(' ' || r.note, '') as phrase,
        cast(null as string) as cle,
        cast(null as string) as cause_cle
    from {{ du_plan('relations_series') }} as r
    inner join suites as s on s.serie_code = r.ensemble_code
    inner join origines as o on o.serie_code = r.membre_code
    where r.nature = 'chronologie' and s.fin < o.debut
)

select {{ colonnes_constat() }} from constats
