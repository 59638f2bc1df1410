-- A printed figure, the interval that its rounding leaves open, and how a sentence names it.
with marges as (
    select
        c.*,
        s.libelle as serie,
        s.definie,
        coalesce(t.libelle, c.territoire_code) as territoire,
        {{ endroit('c') }} as endroit,
        case when c.territoire_code in ('FRA', 'FRM') then 'france' else 'local' end as perimetre,
        case
            when c.qualificatif in ('plus_de', 'au_moins') then 'plancher'
            when c.qualificatif in ('moins_de', 'au_plus') then 'plafond'
        end as borne,
        -- A count printed to the unit is exact; a rate, a change or a density is rounded to its last digit.
        case
            when c.qualificatif = 'environ' then greatest(0.5 * c.arrondi, 0.01 * q.tolerance_pct * abs(c.valeur))
            when c.arrondi <> 1 or c.grandeur in ('taux', 'evolution', 'densite', 'superficie') then 0.5 * c.arrondi
            else 0
        end::double as marge
    from {{ du_plan('chiffres_imprimes') }} as c
    inner join {{ ref('series') }} as s on s.serie_code = c.serie_code
    left join {{ ref('qualificatifs') }} as q on q.qualificatif = c.qualificatif
    left join {{ ref('int_territoires') }} as t on t.territoire_code = c.territoire_code
)

select
    *,
    valeur::double - marge as bas,
    valeur::double + marge as haut,
    '« ' || imprime || ' » (' || endroit || ')' as nomme,
    serie || ', ' || territoire || ', '
        || case when periode_reference is null then periode else periode_reference || ' à ' || periode end as sujet
from marges
