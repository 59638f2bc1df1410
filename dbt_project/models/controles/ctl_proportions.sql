-- This département's part of France against its part of the population.
with valeurs as (
    select v.* from {{ ref('int_valeurs') }} as v
    inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = v.indicateur_code
    where v.periode_type = 'annee' and v.ventilation_type = 'total' and v.valeur is not null and i.nature = 'situation'
        and v.source in ('etat4001_services', 'ssmsi_base', 'baac')
),

parts as (
    select v.source, v.indicateur_code, v.territoire_code, v.periode, v.valeur, v.livraisons,
        f.valeur * p.valeur / nullif(pf.valeur, 0) as attendu
    from valeurs as v
    inner join {{ source('raw', 'instance') }} as ici on v.territoire_code = 'DEP-' || ici.code_departement
    inner join valeurs as f
        on f.territoire_code = 'FRA' and f.indicateur_code = v.indicateur_code and f.source = v.source
        and f.periode = v.periode
    inner join {{ ref('int_populations') }} as p
        on p.territoire_code = v.territoire_code and p.nature = 'population' and p.millesime = v.periode::integer - 2
    inner join {{ ref('int_populations') }} as pf
        on pf.territoire_code = 'FRA' and pf.nature = 'population' and pf.millesime = p.millesime
)

select 'PART_NATIONALE' as regle_code, source, indicateur_code, territoire_code, periode,
    cast(null as string) as detail, valeur as observe, attendu, case
        when greatest(valeur, attendu) < {{ seuil('PART_NATIONALE', 'effectif_min') }} then 0
        else greatest(valeur / nullif(attendu, 0), attendu / nullif(valeur, 0), 0)
    end::double as ecart, livraisons
from parts
where attendu is not null
