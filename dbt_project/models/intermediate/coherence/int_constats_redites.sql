-- One figure, two places, two values that no rounding reconciles: the reading in use against each other value.
with lectures as (
    select *
    from {{ ref('int_coherence_chiffres') }}
    where valeur is not null
),

en_usage as (
    select * from lectures
    qualify row_number() over (
        partition by serie_code, territoire_code, periode_type, periode, periode_reference, grandeur, borne
        order by case when retenu then 0 else 1 end, chiffre_code
    ) = 1
),

paires as (
    select
        u.serie_code, u.territoire_code, u.periode, u.grandeur, u.sujet,
        u.chiffre_code as chiffres_1, u.endroit as lieu_1, u.imprime as imprime_1, u.valeur as valeur_1, u.nomme as nomme_1,
        a.valeur as valeur_2,
        min(a.imprime) as imprime_2,
        {{ en_liste('a.chiffre_code', "', '", 'a.chiffre_code') }} as chiffres_2,
        {{ en_liste('a.endroit', "' ; '", 'a.chiffre_code') }} as lieu_2
    from en_usage as u
    inner join lectures as a
        on a.serie_code = u.serie_code and a.territoire_code = u.territoire_code and a.periode_type = u.periode_type
        and a.periode = u.periode and a.grandeur = u.grandeur
        and a.periode_reference is not distinct from u.periode_reference
        and a.borne is not distinct from u.borne
        and (a.bas > u.haut or a.haut < u.bas)
    group by all
),

constats as (
    select
        *,
        'REDITE' as regle_code,
        sujet || ' : ' || nomme_1 || ', mais « ' || imprime_2 || ' » (' || lieu_2 || ').' as phrase,
        {{ cle_redite('paires', 'grandeur') }} as cle,
        -- A change printed twice follows from a number printed twice.
        case when grandeur = 'evolution' then {{ cle_redite('paires') }} end as cause_cle
    from paires
)

select {{ colonnes_constat() }} from constats
