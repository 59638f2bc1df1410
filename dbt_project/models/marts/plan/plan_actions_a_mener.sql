select action_a_mener_code, action_code, rang, texte, echeance_imprimee, echeance, valide_de, valide_a from {{ du_plan('actions_a_mener') }} as a
