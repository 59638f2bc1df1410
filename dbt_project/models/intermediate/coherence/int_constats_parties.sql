-- A part greater than its whole; a part equal to its whole. Parts of a declared sum are int_constats_totaux's.
with paires as (
    select
        r.dans_une_somme,
        e.serie_code, e.territoire_code, e.periode, e.periode_type, e.serie, e.chiffre_code, e.nomme, e.endroit, e.imprime,
        e.valeur, e.territoire, e.bas_lectures, e.haut,
        m.serie_code as partie_serie_code, m.serie as partie_serie, m.chiffre_code as partie_code, m.nomme as partie_nommee,
        m.endroit as partie_endroit, m.imprime as partie_imprimee, m.valeur as partie_valeur, m.bas as partie_bas,
        m.bas_lectures as partie_bas_lectures, e.haut_lectures
    from {{ ref('int_coherence_relations') }} as r
    inner join {{ ref('int_coherence_quantites') }} as e
        on e.serie_code = r.ensemble_serie and e.perimetre = r.perimetre and e.grandeur = 'nombre' and e.definie
    inner join {{ ref('int_coherence_quantites') }} as m
        on m.serie_code = r.membre_serie and m.grandeur = 'nombre' and m.territoire_code = e.territoire_code
        and m.periode_type = e.periode_type and m.periode = e.periode
    where r.nature = 'inclusion'
),

-- Of every reading, in use or not: one number under two names is worth a look wherever it stands.
egales as (
    select e.serie_code, e.territoire_code, e.periode, e.serie, e.chiffre_code, e.nomme, e.endroit, e.imprime, e.valeur,
        e.territoire, m.serie as partie_serie, m.chiffre_code as partie_code, m.nomme as partie_nommee,
        m.endroit as partie_endroit, m.imprime as partie_imprimee, m.valeur as partie_valeur
    from {{ ref('int_coherence_relations') }} as r
    inner join {{ ref('int_coherence_chiffres') }} as e
        on e.serie_code = r.ensemble_serie and e.perimetre = r.perimetre and e.grandeur = 'nombre' and e.definie
        and e.borne is null
    inner join {{ ref('int_coherence_chiffres') }} as m
        on m.serie_code = r.membre_serie and m.grandeur = 'nombre' and m.territoire_code = e.territoire_code
        and m.periode_type = e.periode_type and m.periode = e.periode and m.borne is null and m.valeur = e.valeur
    inner join {{ ref('regles_coherence') }} as g on g.regle_code = 'PARTIE_EGALE'
    where r.nature = 'inclusion' and e.valeur >= g.seuil * e.arrondi * e.arrondi
),

constats as (
    select
        'PARTIE' as regle_code, serie_code, territoire_code, periode,
        partie_code as chiffres_1, partie_endroit as lieu_1, partie_imprimee as imprime_1, partie_valeur as valeur_1,
        chiffre_code as chiffres_2, endroit as lieu_2, imprime as imprime_2, valeur as valeur_2,
        territoire || ', ' || periode || ' : ' || partie_nommee || ' sous le nom « ' || partie_serie || ' », mais ' || nomme
            || ' sous le nom « ' || serie || ' », dont c''est une partie.' as phrase,
        cast(null as string) as cle,
        case
            when partie_bas_lectures <= haut_lectures
                then 'redite|' || case when partie_bas_lectures < partie_bas then partie_serie_code else serie_code end
                    || '|' || territoire_code || '|' || periode || '|nombre'
        end as cause_cle
    from paires
    where partie_bas > haut and not dans_une_somme
    union all
    select
        'PARTIE_EGALE', serie_code, territoire_code, periode,
        partie_code, partie_endroit, partie_imprimee, partie_valeur, chiffre_code, endroit, imprime, valeur,
        territoire || ', ' || periode || ' : ' || partie_nommee || ' sous le nom « ' || partie_serie || ' », et ' || nomme
            || ' sous le nom « ' || serie || ' », dont ce n''est qu''une partie.',
        null, null
    from egales
)

select {{ colonnes_constat() }} from constats
