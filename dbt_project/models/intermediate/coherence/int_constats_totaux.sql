-- A printed total against the sum of its printed parts, when all are printed; against what is printed of them otherwise.
-- A bound (accidents, victims) asks for all its parts.
with sommes as (
    select
        r.relation_code, r.nature, r.ensemble_serie, m.territoire_code, m.periode_type, m.periode,
        sum(r.n_couverts) = max(r.n_membres) as complete,
        count(*) as n_parties,
        sum(m.valeur) as valeur, sum(m.bas) as bas, sum(m.haut) as haut,
        sum(m.bas_lectures) as bas_lectures, sum(m.haut_lectures) as haut_lectures,
        {{ en_liste("m.serie || ' ' || m.nomme", "' + '", 'm.chiffre_code') }} as nommes,
        {{ en_liste('m.endroit', "' ; '", 'm.chiffre_code') }} as endroits,
        {{ en_liste('m.chiffre_code', "', '", 'm.chiffre_code') }} as codes,
        -- The part of which the plan has several readings, if one has.
        min(case when m.haut_lectures > m.haut or m.bas_lectures < m.bas then m.serie_code end) as serie_redite
    from {{ ref('int_coherence_relations') }} as r
    inner join {{ ref('int_coherence_quantites') }} as m
        on m.serie_code = r.membre_serie and m.grandeur = 'nombre' and (r.perimetre is null or r.perimetre = m.perimetre)
    where r.nature in ('somme', 'borne')
    group by r.relation_code, r.nature, r.ensemble_serie, m.territoire_code, m.periode_type, m.periode
),

en_face as (
    select
        q.*,
        s.nature, s.complete, s.nommes, s.endroits, s.codes,
        s.valeur as somme, s.bas as somme_bas, s.haut as somme_haut,
        s.bas_lectures as somme_bas_lectures, s.haut_lectures as somme_haut_lectures,
        coalesce(s.serie_redite, q.serie_code) as serie_redite,
        case when s.complete then 'ses parties donnent ' else 'certaines de ses parties donnent déjà ' end as dit
    from sommes as s
    inner join {{ ref('int_coherence_quantites') }} as q
        on q.serie_code = s.ensemble_serie and q.territoire_code = s.territoire_code and q.grandeur = 'nombre'
        and q.periode_type = s.periode_type and q.periode = s.periode
    where (s.nature = 'somme' and (s.bas > q.haut or (s.complete and s.haut < q.bas)))
        or (s.nature = 'borne' and s.complete and s.haut < q.bas)
),

constats as (
    select
        case when nature = 'borne' then 'BORNE' when definie then 'TOTAL' else 'TOTAL_A_VERIFIER' end as regle_code,
        serie_code, territoire_code, periode,
        chiffre_code as chiffres_1, endroit as lieu_1, imprime as imprime_1, valeur as valeur_1,
        codes as chiffres_2, endroits as lieu_2, {{ nombre_fr('somme') }} as imprime_2, somme as valeur_2,
        sujet || ' : ' || nomme || ', mais ' || case when nature = 'borne' then 'au plus ' else dit end
            || {{ nombre_fr('somme') }} || ' : ' || nommes || '.' as phrase,
        cast(null as string) as cle,
        case
            when somme_bas_lectures <= haut_lectures and (not complete or somme_haut_lectures >= bas_lectures)
                then 'redite|' || serie_redite || '|' || territoire_code || '|' || periode || '|nombre'
        end as cause_cle
    from en_face
)

select {{ colonnes_constat() }} from constats
