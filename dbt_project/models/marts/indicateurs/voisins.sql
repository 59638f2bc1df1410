-- The département beside each of its neighbours, beside its région without it and beside France without it.
with membres as (
    select v.territoire_code, t.libelle, case when v.rang = 0 then 'departement' else 'voisin' end as role, v.rang as ordre
    from {{ ref('int_voisins') }} as v
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = v.territoire_code
    where v.rang > 0
    union all
    select t.territoire_code, t.libelle, 'departement', 0
    from {{ source('raw', 'instance') }} as ici
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = 'DEP-' || ici.code_departement
    union all
    select a.territoire_code,
        case a.territoire_code when 'FRA' then 'France' when 'FRM' then 'France métropolitaine' else a.libelle end
            || ' hors ' || t.libelle,
        case when a.niveau = 'region' then 'region_hors' else 'france_hors' end, null
    from {{ source('raw', 'instance') }} as ici
    inner join {{ ref('departements') }} as d on d.code_departement = ici.code_departement
    inner join {{ ref('int_territoires') }} as t on t.territoire_code = 'DEP-' || ici.code_departement
    inner join {{ ref('int_territoires') }} as a
        on a.territoire_code in (t.parent_code, case when d.perimetre = 'metropole' then 'FRM' else 'FRA' end)
),

-- A member that the source says nothing of has its line, where it says something of another.
lignes as (
    select g.indicateur_code, g.annee, g.source, g.perimetre, m.territoire_code, m.libelle, m.role, m.ordre,
        ici.denominateur, ici.unite, ici.unite_compte, ici.facteur, ici.annees_moyennes, ici.millesime,
        v.statut,
        case when m.role in ('region_hors', 'france_hors') then v.faits - ici.faits else v.faits end as faits,
        case when m.role in ('region_hors', 'france_hors') then nullif(v.habitants - ici.habitants, 0) else v.habitants end
            as habitants
    from {{ ref('int_groupes_compares') }} as g
    cross join membres as m
    inner join {{ ref('int_valeurs_comparees') }} as ici
        on ici.role = 'departement' and ici.indicateur_code = g.indicateur_code and ici.source = g.source
        and ici.annee = g.annee
    left join {{ ref('int_valeurs_comparees') }} as v
        on v.indicateur_code = g.indicateur_code and v.source = g.source and v.annee = g.annee and v.role = m.role
        and v.territoire_code = m.territoire_code
    where g.n_connus > 0 or v.territoire_code is not null
),

jugees as (
    select *,
        case when faits is null then 'numerateur_manquant' when habitants is null then 'denominateur_manquant' end as motif_code
    from lignes
)

select
    j.indicateur_code,
    j.annee::string as periode,
    j.role,
    j.territoire_code,
    j.libelle as territoire,
    j.ordre::integer as ressemblance,
    j.source,
    j.perimetre,
    j.faits::decimal(18, 2) as valeur,
    j.unite_compte as unite,
    j.annees_moyennes::integer as annees,
    j.denominateur,
    j.habitants::decimal(18, 2) as denominateur_valeur,
    j.millesime::integer as denominateur_millesime,
    j.facteur,
    (j.facteur * j.faits / nullif(j.annees_moyennes * j.habitants, 0))::decimal(18, 4) as taux,
    j.unite as taux_unite,
    case when j.motif_code is null then j.statut else 'M' end as statut,
    j.motif_code,
    m.libelle as motif
from jugees as j
left join {{ ref('motifs') }} as m on m.motif_code = j.motif_code
