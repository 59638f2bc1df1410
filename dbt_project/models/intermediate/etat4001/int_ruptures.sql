-- A break on the 1st of January forbids the comparison with the year before; one inside a year also mixes two
-- ways of counting in that year.
select distinct
    i.indicateur_code,
    r.force,
    r.rupture_code,
    r.libelle,
    year(r.date_debut) as annee_debut,
    year(r.date_fin) as annee_fin,
    not (r.date_debut = r.date_fin and month(r.date_debut) = 1 and day(r.date_debut) = 1) as annee_melee
from {{ ref('ruptures') }} as r
inner join {{ ref('indicateurs_index') }} as i on i.code_index between r.index_de and r.index_a
