-- One number of a series, a territory and a period: the reading in use, what other readings would allow, and, where the
-- plan prints a rate and no number, the number that the rate and the printed population give.
with imprimes as (
    select
        *,
        min(bas) over (partition by serie_code, territoire_code, periode_type, periode, grandeur) as bas_lectures,
        max(haut) over (partition by serie_code, territoire_code, periode_type, periode, grandeur) as haut_lectures
    from {{ ref('int_coherence_chiffres') }}
    where grandeur in ('nombre', 'population', 'densite', 'superficie') and borne is null
    qualify row_number() over (
        partition by serie_code, territoire_code, periode_type, periode, grandeur
        order by case when retenu then 0 else 1 end, chiffre_code
    ) = 1
),

habitants as (
    select * from imprimes where grandeur = 'population'
    qualify row_number() over (partition by territoire_code order by periode desc) = 1
),

taux as (
    select
        t.*,
        0.001 * t.valeur::double * h.valeur::double as nombre,
        0.001 * t.bas * h.bas as nombre_bas,
        0.001 * t.haut * h.haut as nombre_haut,
        h.nomme as habitants_nommes
    from {{ ref('int_coherence_chiffres') }} as t
    inner join habitants as h on h.territoire_code = t.territoire_code
    where t.grandeur = 'taux' and t.unite = 'pour 1 000 habitants' and t.borne is null and t.retenu
)

select
    chiffre_code, serie_code, serie, definie, territoire_code, territoire, perimetre, periode_type, periode, grandeur,
    section, endroit, nomme, sujet, imprime, arrondi::double as arrondi, valeur::double as valeur, bas, haut,
    bas_lectures, haut_lectures, false as deduit_du_taux
from imprimes
union all
select
    t.chiffre_code, t.serie_code, t.serie, t.definie, t.territoire_code, t.territoire, t.perimetre, t.periode_type,
    t.periode, 'nombre', t.section, t.endroit,
    {{ nombre_fr('t.nombre') }} || ', d''après « ' || t.imprime || ' » pour 1 000 habitants (' || t.endroit || ') et '
        || t.habitants_nommes || ' habitants',
    t.sujet, t.imprime, 1, t.nombre, t.nombre_bas, t.nombre_haut, t.nombre_bas, t.nombre_haut, true
from taux as t
left join imprimes as i
    on i.serie_code = t.serie_code and i.territoire_code = t.territoire_code and i.periode_type = t.periode_type
    and i.periode = t.periode and i.grandeur = 'nombre'
where i.chiffre_code is null
