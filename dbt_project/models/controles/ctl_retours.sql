-- Service returns: what a year clears up against what it records; what running totals say of the month before and of the
-- year before. A total that falls is no impossibility, facts are requalified; but no month rests on it.
with annees as (
    select f.annee, s.territoire_code, sum(f.faits_elucides) as elucides, sum(f.faits_constates) as constates,
        {{ lot_de('f.livraison_id') }} as livraisons
    from {{ ref('int_retours_faits') }} as f
    inner join {{ ref('int_services_en_vigueur') }} as s
        on s.nommee and s.periode_type = 'mois' and s.periode = {{ mois_de('f.annee', 'f.mois') }}
        and s.code_departement = f.code_departement and s.force = f.force and s.service = f.service
    group by all
),

cumuls as (
    select c.*, s.territoire_code, {{ mois_de('c.annee', 'c.mois') }} as periode,
        'index ' || c.index_declare || ', ' || {{ libelle_mesure('c.mesure') }} as quoi
    from {{ ref('int_retours_cumuls') }} as c
    inner join {{ ref('int_services_en_vigueur') }} as s
        on s.nommee and s.periode_type = 'mois' and s.periode = {{ mois_de('c.annee', 'c.mois') }}
        and s.code_departement = c.code_departement and s.force = c.force and s.service = c.service
    where c.cumul is not null and not c.deduite
),

baisses as (
    select *, greatest(avant - cumul, 0) as ecart,
        quoi || ', ' || {{ place_de_ligne('feuille_avant', 'ligne_avant') }} || ', puis ' || {{ place_de_ligne('feuille', 'ligne') }} as detail
    from cumuls
    where mois > 1 and avant is not null
),

-- The returns that are held of the year before, whatever their form.
annees_avant as (
    select c.*, a.depuis_janvier as tenu, abs(c.cumul_n1 - a.depuis_janvier) as ecart, a.livraison_id as livraison_n1,
        c.quoi || ', ' || {{ place_de_ligne('c.feuille', 'c.ligne') }} as detail
    from cumuls as c
    left join {{ ref('int_retours_cumuls') }} as a
        on a.code_departement = c.code_departement and a.force = c.force and a.service = c.service and a.annee = c.annee - 1
        and a.mois = c.mois and a.index_declare = c.index_declare and a.mesure = c.mesure
    where c.cumul_n1 is not null
)

select 'ELUCIDES_CONSTATES' as regle_code, 'retours_services' as source, cast(null as string) as indicateur_code,
    territoire_code, annee::string as periode, cast(null as string) as detail, elucides as observe,
    constates as attendu, (elucides / nullif(constates, 0))::double as ecart, livraisons
from annees
where elucides is not null and constates > 0
union all
select 'CUMUL_EN_BAISSE', 'retours_services', {{ sans_objet('territoire_code') }}, periode, max_by(detail, ecart),
    max_by(cumul, ecart), max_by(avant, ecart), max(ecart)::double, max_by(livraison_avant || ',' || livraison_id, ecart)
from baisses
group by territoire_code, periode
union all
select 'CUMUL_N_1', 'retours_services', {{ sans_objet('territoire_code') }}, periode, max_by(detail, ecart),
    max_by(cumul_n1, ecart), max_by(tenu, ecart), max(ecart)::double, max_by(livraison_id || ',' || livraison_n1, ecart)
from annees_avant
group by territoire_code, periode
