select relation_code, nature, ensemble_code, membre_code, note from {{ ref('relations_indicateurs') }}
union all
select 'PART_' || indicateur_code, 'numerateur', indicateur_code, numerateur_code, cast(null as string) from {{ ref('parts') }}
union all
select 'PART_' || indicateur_code, 'denominateur', indicateur_code, denominateur_code, cast(null as string) from {{ ref('parts') }}
