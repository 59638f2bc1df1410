-- Two series that count one phenomenon: the printed change of one against the printed numbers of the other.
with paires as (
    select ensemble_serie as serie_code, membre_serie as autre_serie_code, perimetre
    from {{ ref('int_coherence_relations') }} where nature = 'voisine'
    union all
    select membre_serie, ensemble_serie, perimetre
    from {{ ref('int_coherence_relations') }} where nature = 'voisine'
),

mesures as (
    select e.*, v1.serie as autre_serie, v1.nomme as nomme_1, v1.chiffre_code as code_1, v0.nomme as nomme_0,
        v0.chiffre_code as code_0,
        100 * (v1.valeur - v0.valeur) / nullif(v0.valeur, 0) as evolution
    from {{ ref('int_coherence_chiffres') }} as e
    inner join paires as p on p.serie_code = e.serie_code and p.perimetre = e.perimetre
    inner join {{ ref('int_coherence_quantites') }} as v1
        on v1.serie_code = p.autre_serie_code and v1.territoire_code = e.territoire_code and v1.grandeur = 'nombre'
        and v1.periode_type = e.periode_type and v1.periode = e.periode
    inner join {{ ref('int_coherence_quantites') }} as v0
        on v0.serie_code = p.autre_serie_code and v0.territoire_code = e.territoire_code and v0.grandeur = 'nombre'
        and v0.periode_type = e.periode_type and v0.periode = e.periode_reference
    where e.grandeur = 'evolution' and e.borne is null
),

constats as (
    select
        'SERIES_VOISINES' as regle_code, m.serie_code, m.territoire_code, m.periode,
        m.chiffre_code as chiffres_1, m.endroit as lieu_1, m.imprime as imprime_1, m.valeur::double as valeur_1,
        m.code_0 || ', ' || m.code_1 as chiffres_2, m.nomme_0 || ' puis ' || m.nomme_1 as lieu_2,
        {{ evolution_fr('m.evolution') }} as imprime_2, m.evolution as valeur_2,
        m.sujet || ' : ' || {{ evolution_fr('m.valeur') }} || ' (' || m.endroit || '), mais ' || m.autre_serie
            || ', qui compte le même phénomène, va de ' || m.nomme_0 || ' à ' || m.nomme_1 || ', soit '
            || {{ evolution_fr('m.evolution') }} || '.' as phrase,
        cast(null as string) as cle,
        cast(null as string) as cause_cle
    from mesures as m
    inner join {{ ref('regles_coherence') }} as g on g.regle_code = 'SERIES_VOISINES'
    where m.evolution < m.bas - g.seuil or m.evolution > m.haut + g.seuil
)

select {{ colonnes_constat() }} from constats
