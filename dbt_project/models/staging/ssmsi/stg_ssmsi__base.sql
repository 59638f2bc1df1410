{{ lignes_ssmsi('base', 'code_departement') }}
{{ nomenclature_ssmsi('base') }}
