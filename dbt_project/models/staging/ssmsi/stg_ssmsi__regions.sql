{{ lignes_ssmsi('regions', 'code_region') }}
{{ nomenclature_ssmsi('regions') }}
