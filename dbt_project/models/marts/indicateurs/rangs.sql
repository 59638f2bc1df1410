-- Where the département stands among its neighbours, and where it stands for certain: a neighbour is above or below for
-- certain when the two rates differ by more than chance, as widened by the dispersion.
with voisins as (
    select v.indicateur_code, v.annee, v.source, v.faits, v.habitants, ici.faits as faits_ici, ici.habitants as habitants_ici,
        v.facteur, v.annees_moyennes, (v.habitants::double / nullif(ici.habitants, 0)::double) as d, v.denominateur, v.unite
    from {{ ref('int_valeurs_comparees') }} as v
    inner join {{ ref('int_valeurs_comparees') }} as ici
        on ici.role = 'departement' and ici.indicateur_code = v.indicateur_code and ici.source = v.source
        and ici.annee = v.annee
    where v.role = 'voisin'
),

-- Two Poisson counts over two exposures, once their square roots are taken (Huffman, An improved approximate two-sample
-- Poisson test, Applied Statistics 33, 1984).
ecarts as (
    select v.*, g.dispersion, g.limite,
        2 * (sqrt(v.faits::double + 0.375) - sqrt(v.d * (v.faits_ici::double + 0.375))) / nullif(sqrt(1 + v.d), 0) as z
    from voisins as v
    inner join {{ ref('int_groupes_compares') }} as g
        on g.indicateur_code = v.indicateur_code and g.annee = v.annee and g.source = v.source
),

-- Rates are compared without a division: equal ones are equal.
places as (
    select indicateur_code, annee, source, count(*) as n,
        count(case when faits * habitants_ici > faits_ici * habitants then 1 end) as n_au_dessus,
        count(case when z > limite * sqrt(dispersion::double) then 1 end) as n_surs_au_dessus,
        count(case when z < -limite * sqrt(dispersion::double) then 1 end) as n_surs_au_dessous,
        max(facteur) * sum(faits) / nullif(max(annees_moyennes) * sum(habitants), 0) as taux_voisins
    from ecarts
    group by all
),

-- Neighbours that another source tells of, in a perimeter or a unit in which the département is not.
ailleurs as (
    select distinct g.indicateur_code, g.annee
    from {{ ref('int_groupes_compares') }} as g
    inner join {{ ref('int_valeurs') }} as v
        on v.indicateur_code = g.indicateur_code and v.periode = g.annee::string and v.periode_type = 'annee'
        and v.ventilation_type = 'total' and v.valeur is not null and v.source <> g.source
    inner join {{ ref('int_voisins') }} as n on n.rang > 0 and n.territoire_code = v.territoire_code
    where g.n_connus < g.n_voisins
),

jugees as (
    select g.*, ici.faits, ici.habitants, ici.facteur, ici.annees_moyennes, ici.unite, ici.millesime, ici.denominateur,
        case
            when g.n_voisins = 0 then 'sans_voisins'
            when a.indicateur_code is not null then 'perimetres_differents'
            when g.n_connus < g.n_voisins then 'voisin_manquant'
            when g.n_rapportes < g.n_voisins or ici.habitants is null then 'autre_recensement'
        end as motif_code
    from {{ ref('int_groupes_compares') }} as g
    inner join {{ ref('int_valeurs_comparees') }} as ici
        on ici.role = 'departement' and ici.indicateur_code = g.indicateur_code and ici.source = g.source
        and ici.annee = g.annee
    left join ailleurs as a on a.indicateur_code = g.indicateur_code and a.annee = g.annee
)

select
    j.indicateur_code,
    j.annee::string as periode,
    'DEP-' || ici.code_departement as territoire_code,
    j.source,
    j.perimetre,
    case when j.motif_code is null then p.n_au_dessus + 1 end::integer as rang,
    case when j.motif_code is null then p.n_surs_au_dessus + 1 end::integer as rang_bas,
    case when j.motif_code is null then p.n + 1 - p.n_surs_au_dessous end::integer as rang_haut,
    (j.n_voisins + 1)::integer as rangs,
    (j.facteur * j.faits / nullif(j.annees_moyennes * j.habitants, 0))::decimal(18, 4) as taux,
    case when j.motif_code is null then p.taux_voisins end::decimal(18, 4) as taux_voisins,
    j.unite as taux_unite,
    j.denominateur,
    j.millesime::integer as denominateur_millesime,
    case when j.motif_code is null then j.dispersion end as dispersion,
    case when j.motif_code is null and j.dispersion_n is not null then j.dispersion_n when j.motif_code is null then 0 end
        as dispersion_n,
    j.motif_code,
    m.libelle as motif
from jugees as j
cross join {{ source('raw', 'instance') }} as ici
left join places as p on p.indicateur_code = j.indicateur_code and p.annee = j.annee and p.source = j.source
left join {{ ref('motifs') }} as m on m.motif_code = j.motif_code
