-- What the plan holds against itself: each rule's findings, its words, and the finding that another follows from.
{% set familles = [
    'redites', 'evolutions', 'taux', 'populations', 'produits', 'totaux', 'parties', 'territoires', 'periodes', 'valeurs', 'voisines',
    'enumerations', 'chronologie', 'affirmations', 'affirmations_comparees', 'affirmations_opposees',
] %}
with constats as (
    {% for famille in familles -%}
    select {{ colonnes_constat() }} from {{ ref('int_constats_' ~ famille) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

regles as (
    select c.*, c.regle_code || ' ' || c.chiffres_1 || ' / ' || c.chiffres_2 as coherence_code,
        r.rang, r.famille, r.gravite, r.phrase as regle, r.remede
    from constats as c
    inner join {{ ref('regles_coherence') }} as r on r.regle_code = c.regle_code
),

-- The first rule, in the order of the table of rules, that found what this finding would follow from.
causes as (
    select s.coherence_code, c.coherence_code as cause_code
    from regles as s
    inner join regles as c
        on c.cle = s.cause_cle and c.coherence_code <> s.coherence_code
        and (c.rang < s.rang or (c.rang = s.rang and s.cle is distinct from c.cle))
    qualify row_number() over (partition by s.coherence_code order by c.rang, c.coherence_code) = 1
)

select
    r.coherence_code,
    r.gravite,
    r.famille,
    r.regle_code,
    r.regle,
    r.phrase,
    r.remede,
    r.serie_code,
    s.libelle as serie,
    r.territoire_code,
    r.periode,
    coalesce(p1.section, a1.section) as section_1,
    p1.tableau as tableau_1,
    p1.ligne as ligne_1,
    p1.colonne as colonne_1,
    r.lieu_1,
    r.imprime_1,
    r.valeur_1::decimal(18, 2) as valeur_1,
    r.chiffres_1,
    coalesce(p2.section, a2.section) as section_2,
    p2.tableau as tableau_2,
    p2.ligne as ligne_2,
    p2.colonne as colonne_2,
    r.lieu_2,
    r.imprime_2,
    r.valeur_2::decimal(18, 2) as valeur_2,
    r.chiffres_2,
    (r.valeur_1 - r.valeur_2)::decimal(18, 2) as ecart,
    k.cause_code as decoule_de
from regles as r
inner join {{ ref('series') }} as s on s.serie_code = r.serie_code
left join causes as k on k.coherence_code = r.coherence_code
left join {{ ref('int_coherence_chiffres') }} as p1 on p1.chiffre_code = r.chiffres_1
left join {{ ref('int_coherence_chiffres') }} as p2 on p2.chiffre_code = r.chiffres_2
left join {{ ref('int_coherence_affirmations') }} as a1 on a1.affirmation_code = r.chiffres_1
left join {{ ref('int_coherence_affirmations') }} as a2 on a2.affirmation_code = r.chiffres_2
