-- What is not released has no value, whatever stands beside it: the complement is the mean of the communes of the
-- département that are not released, for sums, and never the commune's own.
{{ lignes_ssmsi('communes', 'code_commune') }},
    b.geographie,
    d.diffusee,
    case when not d.diffusee then coalesce(d.motif_code, 'non_diffuse') end as motif_code,
    b.complement_faits::double as complement_faits
{{ nomenclature_ssmsi('communes') }}
inner join {{ ref('ssmsi_diffusions') }} as d on d.diffusion = b.diffusion
