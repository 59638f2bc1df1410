-- A printed number and a printed rate suppose a population: where the plan prints none for the territory, the one that the
-- territory is known to have. A known range is in populations_reperes.csv; else the last census received, within the rule's
-- tolerance.
with imprimees as (
    select distinct territoire_code from {{ ref('int_coherence_quantites') }} where grandeur = 'population'
),

recensees as (
    select p.territoire_code, p.valeur::double as habitants
    from {{ ref('int_populations') }} as p
    where p.nature = 'population' and p.valeur is not null
    qualify row_number() over (partition by p.territoire_code order by p.millesime desc) = 1
),

connues as (
    select territoire_code, habitants_min::double as bas, habitants_max::double as haut
    from {{ ref('populations_reperes') }}
    union all
    select r.territoire_code, r.habitants * (1 - 0.01 * g.seuil), r.habitants * (1 + 0.01 * g.seuil)
    from recensees as r
    inner join {{ ref('regles_coherence') }} as g on g.regle_code = 'TAUX_POPULATION'
    left join {{ ref('populations_reperes') }} as c on c.territoire_code = r.territoire_code
    where c.territoire_code is null
),

taux as (
    select t.*, k.bas as habitants_bas, k.haut as habitants_haut,
        0.001 * t.bas * k.bas as nombre_bas, 0.001 * t.haut * k.haut as nombre_haut
    from {{ ref('int_coherence_chiffres') }} as t
    inner join connues as k on k.territoire_code = t.territoire_code
    left join imprimees as i on i.territoire_code = t.territoire_code
    where t.grandeur = 'taux' and t.unite = 'pour 1 000 habitants' and t.borne is null and t.definie
        and i.territoire_code is null
),

constats as (
    select
        'TAUX_POPULATION' as regle_code, t.serie_code, t.territoire_code, t.periode,
        t.chiffre_code as chiffres_1, t.endroit as lieu_1, t.imprime as imprime_1,
        -- Of the numbers that the rate allows, the one nearest to what is printed.
        case when q.bas > t.nombre_haut then t.nombre_haut else t.nombre_bas end as valeur_1,
        q.chiffre_code as chiffres_2, q.endroit as lieu_2, q.imprime as imprime_2, q.valeur as valeur_2,
        t.sujet || ' : ' || q.nomme || ' pour un taux de ' || t.nomme || ' suppose environ '
            || {{ nombre_fr('(100000 * round(0.01 * q.valeur / nullif(t.valeur::double, 0)))') }} || ' habitants, mais ce territoire en a entre '
            || {{ nombre_fr('t.habitants_bas') }} || ' et ' || {{ nombre_fr('t.habitants_haut') }} || '.' as phrase,
        cast(null as string) as cle,
        case when q.bas_lectures <= t.nombre_haut and q.haut_lectures >= t.nombre_bas then {{ cle_redite('t') }} end
            as cause_cle
    from taux as t
    inner join {{ ref('int_coherence_quantites') }} as q
        on q.serie_code = t.serie_code and q.territoire_code = t.territoire_code and q.periode_type = t.periode_type
        and q.periode = t.periode and q.grandeur = 'nombre' and not q.deduit_du_taux
    where q.bas > t.nombre_haut or q.haut < t.nombre_bas
)

select {{ colonnes_constat() }} from constats
