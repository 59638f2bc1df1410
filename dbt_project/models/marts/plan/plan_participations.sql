-- The pilots and the partners of each action, an actor a row.
select p.action_code, 'pilote' as role, p.acteur_code, a.libelle as acteur, 'pilote ' || p.rang::string as place, p.texte, p.origine,
    p.valide_de, p.valide_a
from {{ du_plan('pilotes') }} as p
inner join {{ ref('acteurs') }} as a on a.acteur_code = p.acteur_code
union all
select p.action_code, 'partenaire', p.acteur_code, a.libelle, p.place, coalesce(f.texte, m.texte), p.origine, p.valide_de, p.valide_a
from {{ du_plan('partenaires') }} as p
inner join {{ ref('acteurs') }} as a on a.acteur_code = p.acteur_code
left join {{ du_plan('fiches') }} as f
    on f.action_code = p.action_code and f.rubrique || ' ' || f.rang::string = p.place and f.valide_de = p.valide_de
left join {{ du_plan('actions_a_mener') }} as m on m.action_a_mener_code = p.place and m.valide_de = p.valide_de
