-- The words against the printed figures: the contrary sign is a contradiction; a strength that the figures do not reach,
-- on the threshold that Vigie gives the word, is to verify.
with juges as (
    select
        *,
        case
            when sens = 'hausse' and evolution_haut <= 0 then 'AFFIRMATION_CHIFFRES'
            when sens = 'baisse' and evolution_bas >= 0 then 'AFFIRMATION_CHIFFRES'
            when relation = 'pas_de_hausse' and evolution_bas > seuil_pct then 'AFFIRMATION_CHIFFRES'
            when relation = 'stabilite' and (evolution_bas > seuil_pct or evolution_haut < -seuil_pct) then 'AFFIRMATION_SEUIL'
            when relation in ('forte_hausse', 'doublement') and evolution_haut < seuil_pct then 'AFFIRMATION_SEUIL'
            when relation = 'legere_hausse' and evolution_bas > seuil_pct then 'AFFIRMATION_SEUIL'
            when relation = 'legere_baisse' and evolution_haut < -seuil_pct then 'AFFIRMATION_SEUIL'
        end as regle_code
    from {{ ref('int_coherence_affirmations') }}
),

constats as (
    select
        regle_code, serie_code, territoire_code, periode,
        affirmation_code as chiffres_1, 'section ' || section as lieu_1, texte as imprime_1, cast(null as double) as valeur_1,
        codes as chiffres_2, endroits as lieu_2, imprime as imprime_2, evolution as valeur_2,
        'Section ' || section || ' : « ' || texte || ' » (' || relation_libelle || '), mais le plan imprime ' || nommes
            || ', soit ' || {{ evolution_fr('evolution') }} || '.' || coalesce(' ' || note, '') as phrase,
        case when regle_code = 'AFFIRMATION_CHIFFRES' then cle_affirmation end as cle,
        case when regle_code = 'AFFIRMATION_SEUIL' then cle_affirmation end as cause_cle
    from juges
    where regle_code is not null
)

select {{ colonnes_constat() }} from constats
