-- A number that is the product of one or two others (a density × an area, a half-time × 0.5).
with produits as (
    select
        r.relation_code, r.ensemble_serie, m.territoire_code, m.periode_type, m.periode,
        max(r.facteur) * min(m.valeur) * case when count(*) = 2 then max(m.valeur) else 1 end as valeur,
        max(r.facteur) * min(m.bas) * case when count(*) = 2 then max(m.bas) else 1 end as bas,
        max(r.facteur) * min(m.haut) * case when count(*) = 2 then max(m.haut) else 1 end as haut,
        {{ en_liste('m.nomme', "' × '", 'm.chiffre_code') }} as nommes,
        {{ en_liste('m.chiffre_code', "', '", 'm.chiffre_code') }} as codes
    from {{ ref('int_coherence_relations') }} as r
    inner join {{ ref('int_coherence_quantites') }} as m on m.serie_code = r.membre_serie
    where r.nature = 'produit'
    group by r.relation_code, r.ensemble_serie, m.territoire_code, m.periode_type, m.periode
    having count(*) = max(r.n_membres)
),

constats as (
    select
        'PRODUIT' as regle_code, q.serie_code, q.territoire_code, q.periode,
        q.chiffre_code as chiffres_1, q.endroit as lieu_1, q.imprime as imprime_1, q.valeur as valeur_1,
        p.codes as chiffres_2, p.nommes as lieu_2, {{ nombre_fr('p.valeur') }} as imprime_2, p.valeur as valeur_2,
        q.sujet || ' : ' || q.nomme || ', mais ' || p.nommes || ' donne ' || {{ nombre_fr('p.valeur') }} || '.' as phrase,
        cast(null as string) as cle,
        cast(null as string) as cause_cle
    from produits as p
    inner join {{ ref('int_coherence_quantites') }} as q
        on q.serie_code = p.ensemble_serie and q.territoire_code = p.territoire_code
        and q.periode_type = p.periode_type and q.periode = p.periode
    where p.bas > q.haut or p.haut < q.bas
)

select {{ colonnes_constat() }} from constats
