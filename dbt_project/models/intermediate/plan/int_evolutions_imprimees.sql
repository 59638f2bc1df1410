-- A printed change beside the two printed counts that it should be of: those of its own table or sentence first, of its
-- section next; and the change that they leave open, roundings included.
with chiffres as (
    select * from {{ ref('int_coherence_chiffres') }} where borne is null
),

paires as (
    select
        e.*,
        v1.chiffre_code as code_1, v1.nomme as nomme_1, v1.bas as bas_1, v1.haut as haut_1, v1.valeur as v1,
        v0.chiffre_code as code_0, v0.nomme as nomme_0, v0.bas as bas_0, v0.haut as haut_0, v0.valeur as v0,
        {% for v in ['v1', 'v0'] -%}
        case
            when ({{ v }}.tableau is not distinct from e.tableau)
                and (e.tableau is not null or {{ v }}.texte = e.texte) then 1
            when {{ v }}.section = e.section then 2
            else 3
        end + case when {{ v }}.retenu then 0 else 0.1 end as distance_{{ v }}{{ ',' if not loop.last }}
        {% endfor %}
    from chiffres as e
    inner join chiffres as v1
        on v1.grandeur = 'nombre' and v1.serie_code = e.serie_code and v1.territoire_code = e.territoire_code
        and v1.periode_type = e.periode_type and v1.periode = e.periode
    inner join chiffres as v0
        on v0.grandeur = 'nombre' and v0.serie_code = e.serie_code and v0.territoire_code = e.territoire_code
        and v0.periode_type = e.periode_type and v0.periode = e.periode_reference
    where e.grandeur = 'evolution' and v0.bas > 0
    qualify row_number() over (
        partition by e.chiffre_code order by distance_v1 + distance_v0, v1.chiffre_code, v0.chiffre_code
    ) = 1
),

calculees as (
    select
        *,
        100 * (bas_1 - haut_0) / nullif(haut_0, 0) as evolution_bas,
        100 * (haut_1 - bas_0) / nullif(bas_0, 0) as evolution_haut,
        100 * (v1 - v0)::double / nullif(v0, 0) as evolution
    from paires
)

select *, evolution_bas <= haut + 0.000001 and evolution_haut >= bas - 0.000001 as d_accord
from calculees
