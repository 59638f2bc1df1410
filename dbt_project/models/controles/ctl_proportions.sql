-- This département's part of France against its part of the population, the rate of a file against its own count, and a
-- région as published against its sum.
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
),

taux as (
    {% for modele, niveau, code in [('base', 'DEP', 'code_departement'), ('regions', 'REG', 'code_region')] %}
    select b.indicateur_code, b.annee, '{{ niveau }}-' || b.{{ code }} as territoire_code, b.faits, b.livraison_id,
        b.taux * case when b.indicateur_code = 'CAMBRIOLAGES_LOGEMENT_SSMSI' then b.logements else b.population end * 0.001
            as recalcule
    from {{ ref('stg_ssmsi__' ~ modele) }} as b
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select 'PART_NATIONALE' as regle_code, source, indicateur_code, territoire_code, periode,
    cast(null as string) as detail, valeur as observe, attendu, case
        when greatest(valeur, attendu) < {{ seuil('PART_NATIONALE', 'effectif_min') }} then 0
        else greatest(valeur / nullif(attendu, 0), attendu / nullif(greatest(valeur, 1), 0), 0)
    end::double as ecart, livraisons
from parts
where attendu is not null
union all
select 'TAUX_FAITS', 'ssmsi_base', indicateur_code, territoire_code, annee::string, null, recalcule, faits,
    abs(recalcule - faits), livraison_id
from taux
where recalcule is not null and faits is not null
union all
-- A région as published against the sum of its départements, of one publication.
select 'SOMME_REGION', 'ssmsi_base', p.indicateur_code, p.territoire_code, p.annee::string, 'publication ' || p.millesime,
    s.valeur, p.valeur, abs(s.valeur - p.valeur), p.livraisons
from {{ ref('int_valeurs_ssmsi') }} as p
inner join {{ ref('int_valeurs_ssmsi') }} as s
    on s.source = 'ssmsi_sommes' and s.indicateur_code = p.indicateur_code and s.territoire_code = p.territoire_code
    and s.annee = p.annee and s.millesime = p.millesime and s.unite = p.unite
where p.source = 'ssmsi_base' and p.valeur is not null and s.valeur is not null
