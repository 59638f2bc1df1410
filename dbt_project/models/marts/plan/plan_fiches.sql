select action_code, rubrique, rang, texte, valide_de, valide_a from {{ du_plan('fiches') }} as f
