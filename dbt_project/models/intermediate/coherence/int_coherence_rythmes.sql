-- A change as the plan prints it, else as its two printed numbers give it.
with nombres as (
    select * from {{ ref('int_coherence_quantites') }} where grandeur = 'nombre' and periode_type = 'annee'
),

rythmes as (
    select serie_code, territoire_code, periode_reference, periode, chiffre_code as codes, nomme, endroit as endroits, imprime,
        valeur::double as valeur, bas, haut, case when retenu then 1 else 2 end as rang
    from {{ ref('int_coherence_chiffres') }}
    where grandeur = 'evolution' and borne is null
    union all
    select b.serie_code, b.territoire_code, a.periode, b.periode, a.chiffre_code || ', ' || b.chiffre_code,
        a.nomme || ' puis ' || b.nomme, a.endroit || ' ; ' || b.endroit, a.imprime || ' puis ' || b.imprime,
        100 * (b.valeur - a.valeur) / nullif(a.valeur, 0), 100 * (b.bas - a.haut) / nullif(a.haut, 0),
        100 * (b.haut - a.bas) / nullif(a.bas, 0), 3
    from nombres as a
    inner join nombres as b
        on b.serie_code = a.serie_code and b.territoire_code = a.territoire_code and b.periode > a.periode
    where a.bas > 0
)

select * from rythmes
qualify row_number() over (
    partition by serie_code, territoire_code, periode_reference, periode order by rang, codes
) = 1
