-- Near-coincidences, to verify: the same value in two neighbouring rows, two years running, in two sentences; a value
-- ten times the year before. Two counts of 32 facts or more are equal by chance less than once in twenty
-- (1 / (2 √(π × 32)) = 0.05 for two Poisson counts of one mean); a rounded count needs as many of its roundings.
with nombres as (
    select c.*, t.rang
    from {{ ref('int_coherence_chiffres') }} as c
    left join {{ du_plan('tableaux') }} as t
        on t.code_departement = c.code_departement and t.tableau = c.tableau and t.axe = 'ligne' and t.libelle = c.ligne
    where c.grandeur = 'nombre' and c.borne is null
),

annees as (
    select * from {{ ref('int_coherence_quantites') }}
    where grandeur = 'nombre' and periode_type = 'annee' and not deduit_du_taux
),

suites as (
    select a.serie_code, a.territoire_code, b.periode, b.sujet,
        a.chiffre_code as code_a, a.endroit as endroit_a, a.imprime as imprime_a, a.nomme as nomme_a, a.valeur as valeur_a,
        b.chiffre_code as code_b, b.endroit as endroit_b, b.imprime as imprime_b, b.nomme as nomme_b, b.valeur as valeur_b,
        a.periode as periode_a, greatest(a.arrondi, b.arrondi) as arrondi
    from annees as a
    inner join annees as b
        on b.serie_code = a.serie_code and b.territoire_code = a.territoire_code
        and try_cast(b.periode as integer) = try_cast(a.periode as integer) + 1
),

parentes as (
    select distinct ensemble_serie, membre_serie from {{ ref('int_coherence_relations') }} where nature = 'inclusion'
),

constats as (
    select
        'VALEUR_VOISINE' as regle_code, a.serie_code, a.territoire_code, a.periode,
        a.chiffre_code as chiffres_1, a.endroit as lieu_1, a.imprime as imprime_1, a.valeur::double as valeur_1,
        b.chiffre_code as chiffres_2, b.endroit as lieu_2, b.imprime as imprime_2, b.valeur::double as valeur_2,
        'Tableau ' || a.tableau || ', colonne « ' || a.colonne || ' » : « ' || a.imprime || ' » à la ligne « ' || a.ligne
            || ' » et à la ligne voisine « ' || b.ligne || ' ».' as phrase,
        cast(null as string) as cle,
        cast(null as string) as cause_cle
    from nombres as a
    inner join nombres as b
        on b.tableau = a.tableau and b.colonne = a.colonne and b.rang = a.rang + 1 and b.valeur = a.valeur
    inner join {{ ref('regles_coherence') }} as g on g.regle_code = 'VALEUR_VOISINE'
    where a.valeur >= g.seuil * a.arrondi * a.arrondi
    union all
    select 'VALEUR_FIGEE', s.serie_code, s.territoire_code, s.periode,
        s.code_a, s.endroit_a, s.imprime_a, s.valeur_a, s.code_b, s.endroit_b, s.imprime_b, s.valeur_b,
        s.sujet || ' : ' || s.nomme_b || ', la même valeur qu''en ' || s.periode_a || ' (' || s.endroit_a || ').', null, null
    from suites as s
    inner join {{ ref('regles_coherence') }} as g on g.regle_code = 'VALEUR_FIGEE'
    where s.valeur_a = s.valeur_b and s.valeur_a >= g.seuil * s.arrondi * s.arrondi
    union all
    -- Ten times, within a fifth, of a number large enough not to do it by itself.
    select 'FACTEUR_DIX', s.serie_code, s.territoire_code, s.periode,
        s.code_a, s.endroit_a, s.imprime_a, s.valeur_a, s.code_b, s.endroit_b, s.imprime_b, s.valeur_b,
        s.sujet || ' : ' || s.nomme_b || case when s.valeur_b > s.valeur_a then ', environ dix fois ' else ', environ le dixième de ' end
            || s.nomme_a || ', l''année d''avant.', null, null
    from suites as s
    inner join {{ ref('regles_coherence') }} as g on g.regle_code = 'FACTEUR_DIX'
    where greatest(s.valeur_a, s.valeur_b) >= g.seuil * s.arrondi
        and greatest(s.valeur_a, s.valeur_b) between 8 * least(s.valeur_a, s.valeur_b) and 12 * least(s.valeur_a, s.valeur_b)
    union all
    select 'VALEUR_RECOPIEE', a.serie_code, a.territoire_code, a.periode,
        a.chiffre_code, a.endroit, a.imprime, a.valeur, b.chiffre_code, b.endroit, b.imprime, b.valeur,
        a.sujet || ' : ' || a.nomme || ', le même nombre que ' || b.serie || ', ' || b.nomme || '.', null, null
    from nombres as a
    inner join nombres as b
        on b.territoire_code = a.territoire_code and b.periode_type = a.periode_type and b.periode = a.periode
        and b.valeur = a.valeur and b.chiffre_code > a.chiffre_code and b.serie_code <> a.serie_code
        and a.tableau is null and b.tableau is null
    inner join {{ ref('regles_coherence') }} as g on g.regle_code = 'VALEUR_RECOPIEE'
    left join parentes as p
        on (p.ensemble_serie = a.serie_code and p.membre_serie = b.serie_code)
        or (p.ensemble_serie = b.serie_code and p.membre_serie = a.serie_code)
    where p.ensemble_serie is null and a.valeur >= g.seuil * a.arrondi * a.arrondi
)

select {{ colonnes_constat() }} from constats
