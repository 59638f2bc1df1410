select source, libelle, rang, raison, regle_statut, provisoire_jours from {{ ref('precedences') }}
