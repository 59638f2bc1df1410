-- A list against the number that announces it.
with listes as (
    select e.chiffre_code, count(*) as n, {{ en_liste('e.texte', "' ; '", 'e.rang') }} as textes
    from {{ du_plan('enumerations') }} as e
    group by e.chiffre_code
),

constats as (
    select
        'ENUMERATION' as regle_code, c.serie_code, c.territoire_code, c.periode,
        c.chiffre_code as chiffres_1, c.endroit as lieu_1, c.imprime as imprime_1, c.valeur as valeur_1,
        c.chiffre_code as chiffres_2, 'section ' || c.section || ', la liste' as lieu_2, l.n::string as imprime_2, l.n as valeur_2,
        'Section ' || c.section || ' : le plan annonce « ' || c.imprime || ' » (' || c.unite || '), mais la liste en compte '
            || l.n::string || ' (' || l.textes || ').' as phrase,
        cast(null as string) as cle,
        {{ cle_redite('c', 'c.grandeur') }} as cause_cle
    from {{ ref('int_coherence_chiffres') }} as c
    inner join listes as l on l.chiffre_code = c.chiffre_code
    where l.n not between c.bas and c.haut
)

select {{ colonnes_constat() }} from constats
