select
    c.chiffre_code,
    c.section,
    {{ lieu('c') }} as lieu,
    c.tableau,
    c.ligne,
    c.colonne,
    c.serie_code,
    s.libelle as serie,
    c.territoire_code,
    coalesce(t.libelle, c.territoire_code) as territoire,
    c.periode_type,
    c.periode,
    c.periode_reference,
    c.grandeur,
    c.valeur,
    c.arrondi,
    c.unite,
    c.qualificatif,
    c.imprime,
    c.texte,
    c.retenu,
    c.motif_lecture,
    c.note
from {{ du_plan('chiffres_imprimes') }} as c
inner join {{ ref('series') }} as s on s.serie_code = c.serie_code
left join {{ ref('int_territoires') }} as t on t.territoire_code = c.territoire_code
