with retenues as (
    select v.*, t.niveau, t.libelle as territoire
    from {{ ref('valeurs') }} as v
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = v.territoire_code
    cross join {{ source('raw', 'instance') }} as ici
    left join {{ ref('departements') }} as d on d.code_departement = ici.code_departement
    where v.periode_type = 'annee'
        and v.ventilation_type = 'total'
        and v.retenu
        and v.territoire_code in ('FRA', 'REG-' || d.code_region, 'DEP-' || ici.code_departement)
),

comparees as (
    select
        *,
        year(periode_debut) as annee,
        lag(valeur) over (
            partition by indicateur_code, territoire_code, source order by periode_debut
        ) as valeur_precedente
    from retenues
),

ruptures as (
    select distinct c.indicateur_code, c.territoire_code, c.periode
    from comparees as c
    inner join {{ ref('int_forces_territoire') }} as f on f.territoire_code = c.territoire_code
    inner join {{ ref('int_ruptures') }} as r
        on r.indicateur_code = c.indicateur_code
        and (r.force is null or r.force = f.force)
        and r.annee_debut <= c.annee
        and r.annee_fin >= case when r.annee_melee then c.annee - 1 else c.annee end
)

select
    c.indicateur_code,
    i.libelle as indicateur,
    c.niveau,
    c.territoire_code,
    c.territoire,
    c.periode,
    c.valeur,
    c.valeur_precedente,
    case when r.periode is null then {{ evolution_pct('c.valeur', 'c.valeur_precedente') }} end as evolution_pct,
    {{ evolution_motif('c.valeur', 'c.valeur_precedente', 'r.periode is not null') }} as evolution_motif_code,
    c.unite,
    c.source,
    'État 4001, services de police et compagnies de gendarmerie' as source_libelle,
    c.statut,
    c.motif_code,
    c.motif,
    c.lot_livraisons
from comparees as c
inner join {{ ref('indicateurs') }} as i on i.indicateur_code = c.indicateur_code
left join ruptures as r
    on r.indicateur_code = c.indicateur_code and r.territoire_code = c.territoire_code and r.periode = c.periode
