select source, libelle, rang, raison from {{ ref('precedences') }}
