-- Two claims that cannot both be right, of one series: of the same years, or up to the same year from different ones.
with opposees as (
    select relation, relation_opposee from {{ ref('relations_opposees') }}
    union
    select relation_opposee, relation from {{ ref('relations_opposees') }}
),

paires as (
    select a.*, b.affirmation_code as code_b, b.section as section_b, b.texte as texte_b,
        b.relation_libelle as libelle_b, (a.periode_reference is not distinct from b.periode_reference) as memes_annees
    from {{ ref('int_coherence_affirmations') }} as a
    inner join {{ ref('int_coherence_affirmations') }} as b
        on b.serie_code = a.serie_code and b.territoire_code = a.territoire_code and b.periode = a.periode
        and b.affirmation_code > a.affirmation_code and b.autre_serie_code is null
    inner join opposees as o on o.relation = a.relation and o.relation_opposee = b.relation
    where a.autre_serie_code is null
),

constats as (
    select
        case when memes_annees then 'AFFIRMATIONS_OPPOSEES' else 'AFFIRMATIONS_PERIODES' end as regle_code,
        serie_code, territoire_code, periode,
        affirmation_code as chiffres_1, 'section ' || section as lieu_1, texte as imprime_1, cast(null as double) as valeur_1,
        code_b as chiffres_2, 'section ' || section_b as lieu_2, texte_b as imprime_2, cast(null as double) as valeur_2,
        serie || ', ' || territoire || ', ' || periode || ' : « ' || texte || ' » (section ' || section || ', '
            || relation_libelle || '), mais « ' || texte_b || ' » (section ' || section_b || ', ' || libelle_b || ').'
            || coalesce(' Le plan imprime ' || nommes || ', soit ' || {{ evolution_fr('evolution') }} || '.', '') as phrase,
        case when memes_annees then cle_affirmation end as cle,
        cle_affirmation as cause_cle
    from paires
)

select {{ colonnes_constat() }} from constats
