-- A territory against what it is the sum of, and against those where it lies, in the year of the figures.
with nombres as (
    select *, make_date(substr(periode, 1, 4)::integer, 1, 1) as periode_debut,
        make_date(substr(periode, 1, 4)::integer, 12, 31) as periode_fin
    from {{ ref('int_coherence_quantites') }}
    where grandeur in ('nombre', 'population') and not deduit_du_taux
),

effectifs as (
    select c.territoire_code, p.periode_debut, count(distinct c.composante_code) as n_composantes
    from {{ ref('int_composition') }} as c
    cross join (select distinct periode_debut, periode_fin from nombres) as p
    where {{ au_moins_un_jour('c', 'p') }}
    group by c.territoire_code, p.periode_debut
),

sommes as (
    select
        c.territoire_code, m.serie_code, m.grandeur, m.periode_type, m.periode,
        count(*) = max(f.n_composantes) as complete,
        sum(m.valeur) as valeur, sum(m.bas) as bas, sum(m.haut) as haut,
        sum(m.bas_lectures) as bas_lectures, sum(m.haut_lectures) as haut_lectures,
        {{ en_liste("m.territoire || ' ' || m.nomme", "' + '", 'm.chiffre_code') }} as nommes,
        {{ en_liste('m.endroit', "' ; '", 'm.chiffre_code') }} as endroits,
        {{ en_liste('m.chiffre_code', "', '", 'm.chiffre_code') }} as codes
    from {{ ref('int_composition') }} as c
    inner join nombres as m on m.territoire_code = c.composante_code
    inner join effectifs as f on f.territoire_code = c.territoire_code and f.periode_debut = m.periode_debut
    where {{ tout_du_long('c', 'm') }}
    group by c.territoire_code, m.serie_code, m.grandeur, m.periode_type, m.periode
),

constats as (
    select
        'TERRITOIRE_TOTAL' as regle_code, q.serie_code, q.territoire_code, q.periode,
        q.chiffre_code as chiffres_1, q.endroit as lieu_1, q.imprime as imprime_1, q.valeur as valeur_1,
        s.codes as chiffres_2, s.endroits as lieu_2, {{ nombre_fr('s.valeur') }} as imprime_2, s.valeur as valeur_2,
        q.sujet || ' : ' || q.nomme || ', mais '
            || case when s.complete then 'ce qui le compose donne ' else 'une partie de ce qui le compose donne déjà ' end
            || {{ nombre_fr('s.valeur') }} || ' : ' || s.nommes || '.' as phrase,
        cast(null as string) as cle,
        case
            when s.bas_lectures <= q.haut_lectures and (not s.complete or s.haut_lectures >= q.bas_lectures)
                then {{ cle_redite('q') }}
        end as cause_cle
    from sommes as s
    inner join nombres as q
        on q.territoire_code = s.territoire_code and q.serie_code = s.serie_code and q.grandeur = s.grandeur
        and q.periode_type = s.periode_type and q.periode = s.periode
    where s.bas > q.haut or (s.complete and s.haut < q.bas)
    union all
    select
        'TERRITOIRE_PARTIE', m.serie_code, m.territoire_code, m.periode,
        m.chiffre_code, m.endroit, m.imprime, m.valeur, q.chiffre_code, q.endroit, q.imprime, q.valeur,
        m.sujet || ' : ' || m.nomme || ', plus que pour ' || q.territoire || ', ' || q.nomme || ', où ce territoire se trouve.',
        null,
        case when m.bas_lectures <= q.haut_lectures then {{ cle_redite('q') }} end
    from {{ ref('int_inclusions_territoires') }} as i
    inner join nombres as m on m.territoire_code = i.territoire_code
    inner join nombres as q
        on q.territoire_code = i.contenant_code and q.serie_code = m.serie_code and q.grandeur = m.grandeur
        and q.periode_type = m.periode_type and q.periode = m.periode
    left join {{ ref('int_composition') }} as c
        on c.territoire_code = i.contenant_code and c.composante_code = i.territoire_code
    where m.bas > q.haut and c.territoire_code is null and {{ tout_du_long('i', 'm') }}
)

select {{ colonnes_constat() }} from constats
