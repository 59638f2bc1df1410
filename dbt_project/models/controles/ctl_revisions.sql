-- What a later edition changed in a slice that had already been delivered: how many cells, and the largest.
{% set tables = [
    ('police', 'services', ['code_departement', 'perimetre', 'service', 'code_index'], 'faits_constates'),
    ('gendarmerie', 'services', ['code_departement', 'service', 'code_index'], 'faits_constates'),
    ('etat4001_monthly', 'departements', ['code_departement', 'annee_mois', 'code_index'], 'faits_constates'),
    ('etat4001_monthly', 'forces', ['code_departement', 'force', 'annee_mois', 'code_index'], 'faits_constates'),
    ('ssmsi', 'base', ['classe', 'coalesce(code_departement, code_departement_nu)'], 'faits'),
    ('road_barometer', 'mesures', ['code_departement', 'mesure', 'force'], 'valeur'),
    ('service_returns', 'faits', ['service', 'code_index'], 'faits_constates'),
    ('service_returns', 'tranquillite', ['service', 'nature'], 'faits'),
    ('iscg', 'activite', ['poste', 'mesure', 'ventilation', 'modalite'], 'valeur'),
    ('action_followup', 'indicateurs', ['indicateur_code', 'territoire_code'], 'valeur'),
    ('action_followup', 'financements', ['action_code', 'fonds', 'dossier'], 'accorde_eur')
] %}
with cellules as (
    {% for nom, table, cle, mesure in tables %}
    select t.source, t.table_nom, t.tranche, t.rang, t.livraison_id,
        concat_ws(' · ', {{ cle | join(', ') }}) as place, try_cast(l.{{ mesure }} as decimal(18, 2)) as valeur
    from {{ source('raw', 'manifeste') }} as t
    inner join {{ source("raw", nom ~ "_" ~ table) }} as l
        on l.livraison_id = t.livraison_id and l.tranche = t.tranche
    where t.source = '{{ nom }}' and t.table_nom = '{{ table }}' and t.rang <= 2
        and t.tranche in (
            select tranche from {{ source('raw', 'manifeste') }}
            where source = '{{ nom }}' and table_nom = '{{ table }}' and rang = 2
        )
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

ecarts as (
    select n.source, n.table_nom, n.tranche, n.livraison_id, n.place, n.valeur, a.valeur as avant,
        case when n.valeur is distinct from a.valeur then 1 else 0 end as change
    from cellules as n
    left join cellules as a
        on a.source = n.source and a.table_nom = n.table_nom and a.tranche = n.tranche and a.place = n.place and a.rang = 2
    where n.rang = 1
),

-- A workbook of the monthly series whose figures are all at most those of the one that it would replace.
moindres as (
    select source, tranche, livraison_id, count(case when avant > 0 then 1 end) as n_positives,
        count(case when valeur > avant then 1 end) as n_hausses, sum(valeur) as somme, sum(avant) as somme_avant
    from ecarts
    where source = 'etat4001_monthly' and valeur is not null and avant is not null
    group by source, tranche, livraison_id
)

select 'PARTIE_POUR_TOUT' as regle_code, source, {{ sans_objet() }}, tranche as periode, cast(null as string) as detail,
    somme as observe, somme_avant as attendu,
    case when n_hausses = 0 and n_positives >= {{ seuil('PARTIE_POUR_TOUT', 'cellules_min') }}
        then 1 - somme / nullif(somme_avant, 0) else 0 end::double as ecart,
    livraison_id as livraisons
from moindres
where somme_avant > 0
union all
select 'REVISION' as regle_code, source, {{ sans_objet() }}, tranche as periode,
    max_by(place || ' : ' || coalesce(avant::string, 'vide') || ' → ' || coalesce(valeur::string, 'vide'),
        case when change = 1 then coalesce(abs(valeur - avant), 0) + 1 else 0 end) as detail,
    max(case when change = 1 then coalesce(abs(valeur - avant), 0) end) as observe, sum(change) as attendu,
    sum(change)::double as ecart, max(livraison_id) as livraisons
from ecarts
group by source, table_nom, tranche
