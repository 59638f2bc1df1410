-- Totals and parts of one source, in one place and one period, as seeds/indicateurs/relations_indicateurs.csv relates
-- them. The classes of the SSMSI base are compared within one vintage.
with valeurs as (
    select v.indicateur_code, v.territoire_code, v.periode_type, v.periode, v.source, v.valeur, v.livraisons
    from {{ ref('int_valeurs') }} as v
    inner join {{ ref('int_territoires_instance') }} as t on t.territoire_code = v.territoire_code
    where v.ventilation_type = 'total' and v.valeur is not null
),

relations as (
    select *, count(*) over (partition by relation_code) as n_membres
    from {{ ref('relations_indicateurs') }}
    where nature in ('somme', 'partie', 'borne')
),

-- A whole, and one of its members beside it.
couples as (
    select r.relation_code, r.nature, r.n_membres as n_attendus, e.*, m.indicateur_code as membre_code,
        m.valeur as membre, m.livraisons as membre_livraisons
    from relations as r
    inner join valeurs as e on e.indicateur_code = r.ensemble_code
    inner join valeurs as m
        on m.indicateur_code = r.membre_code and m.territoire_code = e.territoire_code and m.source = e.source
        and m.periode_type = e.periode_type and m.periode = e.periode
        and (e.source <> 'ssmsi_base' or m.livraisons = e.livraisons)
),

ensembles as (
    select relation_code, nature, indicateur_code, territoire_code, periode_type, periode, source, valeur, livraisons,
        n_attendus, count(*) as n_membres, sum(membre) as membres, {{ lot_de('membre_livraisons') }} as membres_livraisons
    from couples
    where nature in ('somme', 'borne')
    group by all
)

select 'SOMME_PARTIES' as regle_code, source, indicateur_code, territoire_code, periode,
    cast(null as string) as detail, membres as observe, valeur as attendu, abs(membres - valeur)::double as ecart,
    livraisons || ',' || membres_livraisons as livraisons
from ensembles
where nature = 'somme' and n_membres = n_attendus
union all
select 'BORNE', source, indicateur_code, territoire_code, periode, null, membres, valeur,
    greatest(valeur - membres, 0), livraisons || ',' || membres_livraisons
from ensembles
where nature = 'borne' and n_membres = n_attendus
union all
select 'PARTIE_TOUT', source, membre_code, territoire_code, periode, indicateur_code, membre, valeur,
    greatest(membre - valeur, 0), membre_livraisons || ',' || livraisons
from couples
where nature = 'partie'
