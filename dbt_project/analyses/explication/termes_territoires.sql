-- What a territory's value is added from: every level of the workbook's counts, départements elsewhere, and the services
-- that a group waits for each month. A share is never added (termes_rapports).
select d.indicateur_code, c.composante_code as territoire_code, d.periode_type, d.periode, d.ventilation_type,
    d.ventilation_code, d.source
from demandees as d
inner join {{ ref('int_composition_annees') }} as c on c.territoire_code = d.territoire_code and c.annee::string = d.periode
where d.source = 'etat4001_services'
union
select d.indicateur_code, c.composante_code, d.periode_type, d.periode, d.ventilation_type, d.ventilation_code, d.source
from demandees as d
inner join {{ ref('int_composition') }} as c on c.territoire_code = d.territoire_code
inner join {{ ref('int_territoires') }} as t on t.territoire_code = d.territoire_code
where (t.niveau in ('region', 'france') and d.source in ('etat4001_departements', 'baac'))
    -- A région as published is read, not added.
    or (t.niveau in ('region', 'france') and d.source = 'ssmsi_base' and d.territoire_code not in (
        select 'REG-' || p.code_region from {{ ref('stg_ssmsi__regions') }} as p
        where p.indicateur_code = d.indicateur_code and p.annee::string = d.periode
    ))
union
select d.indicateur_code, c.composante_code, d.periode_type, d.periode, d.ventilation_type, d.ventilation_code, 'ssmsi_base'
from demandees as d
inner join {{ ref('int_composition') }} as c on c.territoire_code = d.territoire_code
where d.source = 'ssmsi_sommes'
union
select d.indicateur_code, g.composante_code, d.periode_type, d.periode, d.ventilation_type, d.ventilation_code, d.source
from demandees as d
inner join {{ ref('int_groupes_services') }} as g on g.territoire_code = d.territoire_code
inner join {{ ref('int_services_en_vigueur') }} as v
    on v.territoire_code = g.composante_code and v.periode_type = 'mois' and v.periode = d.periode
    and g.valide_de <= v.fin and (g.valide_a is null or g.valide_a >= v.debut)
inner join {{ ref('int_indicateurs') }} as i on i.indicateur_code = d.indicateur_code and i.cumul <> 'aucun'
where d.source = 'retours_services'
