select territoire_code, millesime, nature, valeur, origine, motif_code from {{ ref('int_populations') }}
union all
select territoire_code, millesime, nature, valeur, origine, motif_code from {{ ref('int_mineurs') }}
