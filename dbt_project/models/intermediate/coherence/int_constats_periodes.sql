-- A printed year against its printed months or quarters, for what adds up over time.
with additives as (
    select distinct r.serie_code, r.perimetre
    from {{ ref('reponses') }} as r
    inner join {{ ref('indicateurs') }} as i on i.indicateur_code = r.indicateur_code
    where r.candidat = 1 and i.cumul = 'somme'
),

nombres as (
    select q.* from {{ ref('int_coherence_quantites') }} as q
    inner join additives as a on a.serie_code = q.serie_code and a.perimetre = q.perimetre
    where q.grandeur = 'nombre' and not q.deduit_du_taux
),

sommes as (
    select
        serie_code, territoire_code, substr(periode, 1, 4) as annee, periode_type,
        count(*) = case periode_type when 'mois' then 12 else 4 end as complete,
        case periode_type when 'mois' then 'mois' else 'trimestres' end as dits,
        sum(valeur) as valeur, sum(bas) as bas, sum(haut) as haut,
        {{ en_liste('nomme', "' + '", 'periode') }} as nommes,
        {{ en_liste('endroit', "' ; '", 'periode') }} as endroits,
        {{ en_liste('chiffre_code', "', '", 'periode') }} as codes
    from nombres
    where periode_type in ('mois', 'trimestre')
    group by serie_code, territoire_code, substr(periode, 1, 4), periode_type
),

constats as (
    select
        'PERIODE' as regle_code, q.serie_code, q.territoire_code, q.periode,
        q.chiffre_code as chiffres_1, q.endroit as lieu_1, q.imprime as imprime_1, q.valeur as valeur_1,
        s.codes as chiffres_2, s.endroits as lieu_2, {{ nombre_fr('s.valeur') }} as imprime_2, s.valeur as valeur_2,
        q.sujet || ' : ' || q.nomme || ' pour l''année, mais ses ' || s.dits || ' donnent '
            || case when s.complete then '' else 'déjà ' end || {{ nombre_fr('s.valeur') }} || ' : ' || s.nommes || '.' as phrase,
        cast(null as string) as cle,
        cast(null as string) as cause_cle
    from sommes as s
    inner join nombres as q
        on q.serie_code = s.serie_code and q.territoire_code = s.territoire_code and q.periode_type = 'annee'
        and q.periode = s.annee
    where s.bas > q.haut or (s.complete and s.haut < q.bas)
)

select {{ colonnes_constat() }} from constats
