-- A list against the number that announces it: what follows it, or what the titles of the chapter enumerate.
with listes as (
    select e.chiffre_code, count(*) as n, {{ en_liste('e.texte', "' ; '", 'e.rang') }} as textes,
        {{ en_liste('e.section', "', '", 'e.rang') }} as sections
    from {{ du_plan('enumerations') }} as e
    group by e.chiffre_code
),

constats as (
    select
        'ENUMERATION' as regle_code, c.serie_code, c.territoire_code, c.periode,
        c.chiffre_code as chiffres_1, c.endroit as lieu_1, c.imprime as imprime_1, c.valeur as valeur_1,
        c.chiffre_code as chiffres_2,
        case when l.sections is null then 'section ' || c.section || ', la liste' else 'sections ' || l.sections end as lieu_2,
        l.n::string as imprime_2, l.n as valeur_2,
        'Section ' || c.section || ' : le plan annonce « ' || c.imprime || ' » (' || c.unite || '), mais '
            || case when l.sections is null then 'la liste en compte ' else 'les sections ' || l.sections || ' en comptent ' end
            || l.n::string || ' (' || l.textes || ').' as phrase,
        cast(null as string) as cle,
        {{ cle_redite('c', 'c.grandeur') }} as cause_cle
    from {{ ref('int_coherence_chiffres') }} as c
    inner join listes as l on l.chiffre_code = c.chiffre_code
    where l.n not between c.bas and c.haut
)

select {{ colonnes_constat() }} from constats
