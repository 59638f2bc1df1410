-- A printed change against the two printed values.
with constats as (
    select
        'EVOLUTION' as regle_code,
        serie_code, territoire_code, periode,
        chiffre_code as chiffres_1, endroit as lieu_1, imprime as imprime_1, valeur as valeur_1,
        code_0 || ', ' || code_1 as chiffres_2,
        nomme_0 || ' puis ' || nomme_1 as lieu_2,
        {{ evolution_fr('evolution') }} as imprime_2,
        evolution as valeur_2,
        sujet || ' : évolution imprimée ' || nomme || ', mais de ' || nomme_0 || ' à ' || nomme_1 || ' elle est de '
            || {{ evolution_fr('evolution') }} || '.' as phrase,
        cast(null as string) as cle,
        cast(null as string) as cause_cle
    from {{ ref('int_evolutions_imprimees') }}
    where not d_accord
)

select {{ colonnes_constat() }} from constats
