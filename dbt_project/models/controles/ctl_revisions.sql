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
)

select 'REVISION' as regle_code, source, {{ sans_objet() }}, tranche as periode,
    max_by(place || ' : ' || coalesce(avant::string, 'vide') || ' → ' || coalesce(valeur::string, 'vide'),
        case when change = 1 then coalesce(abs(valeur - avant), 0) + 1 else 0 end) as detail,
    max(case when change = 1 then coalesce(abs(valeur - avant), 0) end) as observe, sum(change) as attendu,
    sum(change)::double as ecart, max(livraison_id) as livraisons
from ecarts
group by source, table_nom, tranche
