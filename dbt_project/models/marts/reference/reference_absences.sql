select absence, libelle, constat_un, constat_plusieurs, demande, retient_cloture from {{ ref('absences') }}
