-- A printed rate × the printed population against the printed number; and the products that the plan's series make.
with habitants as (
    select * from {{ ref('int_coherence_quantites') }} where grandeur = 'population'
    qualify row_number() over (partition by territoire_code order by periode desc) = 1
),

taux as (
    select t.*, h.nomme as habitants_nommes,
        0.001 * t.valeur::double * h.valeur as nombre, 0.001 * t.bas * h.bas as nombre_bas,
        0.001 * t.haut * h.haut as nombre_haut
    from {{ ref('int_coherence_chiffres') }} as t
    inner join habitants as h on h.territoire_code = t.territoire_code
    where t.grandeur = 'taux' and t.unite = 'pour 1 000 habitants' and t.borne is null
),

-- Another series that Vigie answers with the same indicator, where the plan does not say what it counts.
meme_indicateur as (
    select a.serie_code, a.perimetre, b.serie_code as autre_serie_code
    from {{ ref('int_reponses') }} as a
    inner join {{ ref('int_reponses') }} as b
        on b.perimetre = a.perimetre and b.indicateurs = a.indicateurs and b.candidat = 1 and a.candidat = 1
),

nombres as (
    select t.chiffre_code as taux_code, case when q.definie then 'TAUX' else 'TAUX_A_VERIFIER' end as regle_code,
        q.chiffre_code as nombre_code, q.serie as nombre_serie, q.nomme as nombre_nomme, q.endroit as nombre_endroit,
        q.imprime as nombre_imprime, q.valeur as nombre_valeur, q.bas, q.haut, q.bas_lectures, q.haut_lectures
    from taux as t
    inner join {{ ref('int_coherence_quantites') }} as q
        on q.territoire_code = t.territoire_code and q.periode_type = t.periode_type and q.periode = t.periode
        and q.grandeur = 'nombre' and not q.deduit_du_taux
    left join meme_indicateur as m
        on m.serie_code = t.serie_code and m.perimetre = t.perimetre and m.autre_serie_code = q.serie_code
    where q.serie_code = t.serie_code or (m.serie_code is not null and not q.definie)
),

constats as (
    select
        n.regle_code, t.serie_code, t.territoire_code, t.periode,
        t.chiffre_code as chiffres_1, t.endroit as lieu_1, t.imprime as imprime_1, t.nombre as valeur_1,
        n.nombre_code as chiffres_2, n.nombre_endroit as lieu_2, n.nombre_imprime as imprime_2, n.nombre_valeur as valeur_2,
        t.sujet || ' : le taux ' || t.nomme || ' donne ' || {{ nombre_fr('t.nombre') }} || ' pour ' || t.habitants_nommes
            || ' habitants, mais le plan imprime ' || n.nombre_nomme
            || case when n.regle_code = 'TAUX_A_VERIFIER' then ' sous le nom « ' || n.nombre_serie || ' »' else '' end || '.'
            as phrase,
        cast(null as string) as cle,
        case when n.bas_lectures <= t.nombre_haut and n.haut_lectures >= t.nombre_bas then {{ cle_redite('t') }} end
            as cause_cle
    from taux as t
    inner join nombres as n on n.taux_code = t.chiffre_code
    where n.bas > t.nombre_haut or n.haut < t.nombre_bas
)

select {{ colonnes_constat() }} from constats
