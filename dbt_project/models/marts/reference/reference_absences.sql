select absence, libelle, constat_un, constat_plusieurs, demande from {{ ref('absences') }}
