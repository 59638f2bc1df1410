select absence, libelle, constat_un, constat_plusieurs from {{ ref('absences') }}
