select source, ventilation_type, ventilation_code, libelle, origine, note from {{ ref('ventilations') }}
union all
select source, 'total', 'total', 'Ensemble', 'vigie', cast(null as string) from {{ ref('precedences') }}
