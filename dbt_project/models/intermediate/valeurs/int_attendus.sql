-- What the calendar of sources/ says is owed, indicator by indicator: the spine of the missing rows. Before the home's
-- start nothing is owed; what came all the same, without a value, says so.
select distinct
    i.indicateur_code,
    i.statistique as source,
    i.unite,
    t.territoire_code,
    c.periode_type,
    c.periode,
    c.periode_debut,
    c.periode_fin,
    case
        when e.source is not null then 'excuse'
        when r.statistique is not null then 'hors_livraison'
        when x.statistique is not null then 'editions_contraires'
        else 'non_recu'
    end as motif_code,
    case
        when e.source is not null then c.source || ' ' || c.periode || ' : excusé, ce n''est plus attendu'
        when r.statistique is null and x.statistique is not null then c.source || ' ' || c.periode
            || ' : deux fichiers se contredisent, choisir celui qui compte (vigie status)'
        when r.statistique is null then c.source || ' ' || c.periode || ' : livraison attendue pour le '
            || {{ date_fr('c.echeance') }} || ', non reçue'
        else c.source || ' ' || c.periode || ' : reçu, sans cette valeur'
    end as motif
from {{ ref('int_indicateurs') }} as i
inner join {{ source('raw', 'calendrier') }} as c
    on c.statistique = i.statistique
    and (i.valide_de is null or i.valide_de <= c.periode_fin)
    and (i.valide_a is null or i.valide_a >= c.periode_debut)
left join {{ ref('int_periodes_recues') }} as r
    on r.statistique = c.statistique and r.periode_type = c.periode_type
    and (r.periode = c.periode or (r.periode = '' and c.periode <= r.edition))
left join (
    select distinct k.statistique, k.periode_type, m.periode, m.edition
    from {{ source('raw', 'manifeste') }} as m
    inner join (select distinct source, statistique, periode_type from {{ source('raw', 'calendrier') }}) as k
        on k.source = m.source
    where m.indecise
) as x
    on x.statistique = c.statistique and x.periode_type = c.periode_type
    and (x.periode = c.periode or (x.periode = '' and c.periode <= x.edition))
inner join {{ ref('niveaux_dus') }} as n on n.statistique = i.statistique
inner join {{ ref('int_territoires_instance') }} as t on t.niveau = n.niveau
-- An excuse of the source, of the service, or of the sheet whose indicator it is.
left join (select distinct indicateur_code, action_code from {{ du_plan('indicateurs_suivi') }}) as f
    on f.indicateur_code = i.indicateur_code
left join {{ ref('int_periodes_excusees') }} as e
    on e.source = c.source and e.periode = c.periode
    and (
        e.objet_type = ''
        or (e.objet_type = 'service' and e.objet_code = t.territoire_code)
        or (e.objet_type = 'fiche' and e.objet_code = f.action_code)
    )
-- A service owes what it was there for.
left join (
    select distinct territoire_code, periode_type, periode
    from {{ ref('int_services_en_vigueur') }}
    where au_premier_jour or periode_type = 'annee'
) as v
    on v.territoire_code = t.territoire_code and v.periode_type = c.periode_type and v.periode = c.periode
-- A class of a few publications only is not owed.
left join (select distinct indicateur_code from {{ ref('ssmsi_classes') }} where not attendue) as d
    on d.indicateur_code = i.indicateur_code
where d.indicateur_code is null and (c.due or r.statistique is not null) and (t.niveau <> 'service' or v.territoire_code is not null)
