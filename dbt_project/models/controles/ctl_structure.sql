-- What Vigie itself must never get wrong: a key, a row lost or doubled, a value without a reason. The key of a table is
-- the one that its yml declares (meta.cle).
{% set tables = [
    'accidents_croises', 'comparaison_nationale', 'faits_index', 'indicateurs_series', 'millesimes', 'rangs',
    'stupefiants_gendarmerie', 'taux',
    'valeurs', 'voisins',
    'coherence', 'financements', 'socle_commun',
    'plan_couverture', 'plan_dgo', 'plan_dispositifs', 'plan_glossaire', 'plan_instances', 'plan_instances_membres',
    'plan_lieux', 'plan_mesures_nationales', 'plan_participations', 'plan_pdasr', 'plan_reunions',
    'plan_actions', 'plan_actions_a_mener', 'plan_affirmations', 'plan_chiffres_imprimes', 'plan_cibles', 'plan_fiches',
    'plan_indicateurs_actions', 'plan_pilotes', 'plan_priorites', 'plan_reconciliation', 'plan_versions',
    'indicateurs_priorites', 'indicateurs_actions_a_mener', 'lignes_corrigees', 'livraisons', 'lots_livraisons', 'rapprochement',
    'refus', 'series_manquantes', 'series_manquantes_indicateurs', 'tranches', 'reference_absences',
    'reference_contours', 'reference_correspondances', 'reference_diffusion', 'reference_inclusions', 'reference_index_4001', 'reference_indicateurs', 'reference_indicateurs_index',
    'reference_indicateurs_tete', 'reference_lignes_de_base', 'reference_motifs', 'reference_perimetres',
    'reference_populations', 'reference_relations', 'reference_ruptures',
    'reference_services', 'reference_sources', 'reference_territoires',
    'reference_ventilations', 'reference_verdicts', 'reference_voisins'
] %}
with cles as (
    {% for table in tables %}
    {% set cle = model_meta_cle(ref(table)) %}
    select '{{ ref(table).schema }}.{{ ref(table).identifier }}' as detail, count(*) as n
    from (
        select {{ cle | join(', ') }}
        from {{ ref(table) }}
        group by all
        having count(*) > 1{% for colonne in cle %} or count({{ colonne }}) = 0{% endfor %}
    ) as doubles
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- One line of the whole besides those of the priorities: without a plan the rule is applied all the same.
debiteurs as (
    select case when p.nom_table is null then 'indicateurs.priorites' else 'indicateurs.' || p.nom_table end as detail,
        count(case
            when (i.valeur is null) <> (i.statut = 'M')
                or (i.statut = 'M' and (i.motif_code is null or i.motif is null or i.doit is null))
                or (i.statut <> 'M' and (i.doit is not null or i.lot_livraisons is null)) then 1
        end) as n
    from {{ ref('indicateurs_priorites') }} as i
    left join (select distinct priorite_code, nom_table from {{ ref('plan_priorites') }}) as p
        on p.priorite_code = i.priorite_code
    group by all
    union all
    select 'indicateurs.priorites', 0
),

motifs as (
    select source, count(case
        when statut is null or unite is null or retenu is null or confidentialite is null
            or (valeur is null) <> (statut = 'M') or (valeur is null) <> (motif_code is not null)
            or (valeur is null) <> (motif is not null) or (valeur is not null and lot_livraisons is null) then 1
    end) as n
    from {{ ref('valeurs') }}
    group by all
),

lectures as (
    select serie_code, territoire_code, periode, count(case when retenu then 1 end) as n_retenus,
        count(*) as n, count(motif_lecture) as n_motifs
    from {{ ref('plan_chiffres_imprimes') }}
    group by serie_code, territoire_code, periode_type, periode, periode_reference, grandeur, qualificatif
)

select 'CLE_UNIQUE' as regle_code, 'vigie' as source, {{ sans_objet() }}, cast(null as string) as periode, detail,
    n as observe, 0 as attendu, n::double as ecart, cast(null as string) as livraisons
from cles
union all
select 'MANQUANT_SANS_DEBITEUR', 'vigie', {{ sans_objet() }}, null, detail, n, 0, n, null
from debiteurs
union all
select 'VALEUR_OU_MOTIF', source, {{ sans_objet() }}, null, null, n, 0, n, null
from motifs
union all
select 'LECTURE_UNIQUE', 'plan', {{ sans_objet('territoire_code') }}, periode, serie_code, n_retenus, 1,
    case when n_retenus <> 1 or (n > 1 and n_motifs < n) then 1 else 0 end, null
from lectures
union all
select 'RAPPROCHEMENT', r.source, {{ sans_objet() }}, r.tranche, null, cellules_sommees, cellules_lues,
    case
        when (cellules_typees is distinct from cellules_lues) or (cellules_sommees is distinct from cellules_lues)
            or (cellules_vides = 0 and faits_sommes is distinct from faits_typees) then 1 else 0
    end, m.livraison_id
from {{ ref('rapprochement') }} as r
inner join {{ source('raw', 'manifeste') }} as m
    on m.source = r.source and m.tranche = r.tranche and m.table_nom = 'services' and m.retenue
