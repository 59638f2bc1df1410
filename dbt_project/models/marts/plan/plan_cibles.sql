select cible_code, type, objet_type, objet_code, territoire_code, periode_type, operateur, valeur, regle, unite,
    date_cible, texte, origine, note, valide_de, valide_a
from {{ du_plan('cibles') }} as c
