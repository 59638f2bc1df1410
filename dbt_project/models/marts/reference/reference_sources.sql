select source, libelle, rang, raison, regle_statut from {{ ref('precedences') }}
