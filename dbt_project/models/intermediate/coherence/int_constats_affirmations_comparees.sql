-- The claims that set a series beside another, beside another territory, or year after year, against printed figures.
with dites as (
    select * from {{ ref('int_coherence_affirmations') }}
),

nombres as (
    select * from {{ ref('int_coherence_quantites') }} where grandeur = 'nombre' and periode_type = 'annee'
),

-- Each printed year against the printed year before it, between the two bounds of the claim.
pas as (
    select d.affirmation_code, n.chiffre_code, n.nomme, n.endroit, n.imprime, n.valeur, n.haut, n.periode,
        lag(n.bas) over (partition by d.affirmation_code order by n.periode) as bas_avant,
        lag(n.chiffre_code) over (partition by d.affirmation_code order by n.periode) as code_avant,
        lag(n.nomme) over (partition by d.affirmation_code order by n.periode) as nomme_avant
    from dites as d
    inner join nombres as n
        on n.serie_code = d.serie_code and n.territoire_code = d.territoire_code
        and n.periode between d.periode_reference and d.periode
    where d.relation = 'hausse_continue'
),

faux as (
    select d.affirmation_code, p.code_avant || ', ' || p.chiffre_code as codes, p.endroit as endroits, p.imprime, p.valeur,
        'le plan imprime ' || p.nomme || ' en ' || p.periode || ' après ' || p.nomme_avant as dit
    from dites as d
    inner join pas as p on p.affirmation_code = d.affirmation_code and p.haut <= p.bas_avant
    union all
    select d.affirmation_code, v.chiffre_code || ', ' || w.chiffre_code, v.endroit || ' ; ' || w.endroit,
        v.imprime || ' et ' || w.imprime, v.valeur,
        'le plan imprime ' || v.nomme || ' et, pour ' || w.serie || ', ' || w.nomme
    from dites as d
    inner join nombres as v
        on v.serie_code = d.serie_code and v.territoire_code = d.territoire_code and v.periode = d.periode
    inner join nombres as w
        on w.serie_code = d.autre_serie_code and w.territoire_code = d.territoire_code and w.periode = d.periode
    where (d.relation = 'majorite_de' and 100 * v.haut <= d.seuil_pct * w.bas)
        or (d.relation = 'devient_superieur_a' and v.haut <= w.bas)
    union all
    select d.affirmation_code, v.chiffre_code || ', ' || w.chiffre_code, v.endroit || ' ; ' || w.endroit,
        v.imprime || ' et ' || w.imprime, v.valeur,
        'le plan imprime déjà, en ' || v.periode || ', ' || v.nomme || ' et, pour ' || w.serie || ', ' || w.nomme
    from dites as d
    inner join nombres as v
        on v.serie_code = d.serie_code and v.territoire_code = d.territoire_code and v.periode = d.periode_reference
    inner join nombres as w
        on w.serie_code = d.autre_serie_code and w.territoire_code = d.territoire_code and w.periode = d.periode_reference
    where d.relation = 'devient_superieur_a' and v.bas > w.haut
    union all
    select d.affirmation_code, v.codes || ', ' || w.codes, v.endroits || ' ; ' || w.endroits,
        v.imprime || ' et ' || w.imprime, v.valeur,
        'le plan imprime ' || v.nomme || ' (' || v.periode_reference || ' à ' || v.periode || ') et ' || w.nomme || ' ('
            || w.periode_reference || ' à ' || w.periode || ')'
    from dites as d
    inner join {{ ref('int_coherence_rythmes') }} as v
        on v.serie_code = d.serie_code and v.territoire_code = d.territoire_code
        and v.periode = d.periode and v.periode_reference = d.periode_reference
    inner join {{ ref('int_coherence_rythmes') }} as w
        on w.serie_code = coalesce(d.autre_serie_code, d.serie_code)
        and w.territoire_code = coalesce(d.autre_territoire_code, d.territoire_code)
        and w.periode = coalesce(d.autre_periode, d.periode)
        and w.periode_reference = coalesce(d.autre_periode_reference, d.periode_reference)
    where d.relation = 'rythme_superieur_a' and v.haut <= w.bas
    union all
    select d.affirmation_code, v.chiffre_code || ', ' || w.chiffre_code, v.endroit || ' ; ' || w.endroit,
        v.imprime || ' et ' || w.imprime, v.valeur,
        'le plan imprime ' || v.nomme || ' et, pour ' || w.territoire || ', ' || w.nomme
    from dites as d
    inner join {{ ref('int_coherence_chiffres') }} as v
        on v.grandeur = 'taux' and v.serie_code = d.serie_code and v.territoire_code = d.territoire_code
        and v.periode = d.periode
    inner join {{ ref('int_coherence_chiffres') }} as w
        on w.grandeur = 'taux' and w.serie_code = d.serie_code and w.territoire_code = d.autre_territoire_code
        and w.periode = d.periode and w.unite = v.unite
    where d.relation = 'taux_inferieur_a' and v.bas >= w.haut
    union all
    select d.affirmation_code,
        v1.chiffre_code || ', ' || w1.chiffre_code || ', ' || v0.chiffre_code || ', ' || w0.chiffre_code,
        v1.endroit || ' ; ' || w1.endroit, v1.imprime || ' et ' || w1.imprime, v1.valeur,
        'le plan imprime ' || v1.nomme || ' pour ' || w1.nomme || ' en ' || v1.periode || ', ' || v0.nomme || ' pour '
            || w0.nomme || ' en ' || v0.periode
    from dites as d
    inner join nombres as v1
        on v1.serie_code = d.serie_code and v1.territoire_code = d.territoire_code and v1.periode = d.periode
    inner join nombres as v0
        on v0.serie_code = d.serie_code and v0.territoire_code = d.territoire_code and v0.periode = d.periode_reference
    inner join nombres as w1
        on w1.serie_code = d.autre_serie_code and w1.territoire_code = d.territoire_code and w1.periode = d.periode
    inner join nombres as w0
        on w0.serie_code = d.autre_serie_code and w0.territoire_code = d.territoire_code and w0.periode = d.periode_reference
    where d.relation = 'part_en_baisse' and v1.bas * w0.bas >= v0.haut * w1.haut
),

constats as (
    select
        'AFFIRMATION_CHIFFRES' as regle_code, d.serie_code, d.territoire_code, d.periode,
        d.affirmation_code as chiffres_1, 'section ' || d.section as lieu_1, d.texte as imprime_1,
        cast(null as double) as valeur_1,
        f.codes as chiffres_2, f.endroits as lieu_2, f.imprime as imprime_2, f.valeur::double as valeur_2,
        'Section ' || d.section || ' : « ' || d.texte || ' » (' || d.relation_libelle || '), mais ' || f.dit || '.'
            || coalesce(' ' || d.note, '') as phrase,
        d.cle_affirmation as cle,
        cast(null as string) as cause_cle
    from faux as f
    inner join dites as d on d.affirmation_code = f.affirmation_code
)

select {{ colonnes_constat() }} from constats
