-- What a later edition changed in a slice that had already been delivered: how many cells, how many that became empty, how
-- many rows gone and new, and the largest change. A value that becomes empty, or whose row goes, is a revision of its whole
-- size; how much of a slice's facts may go is a threshold.
{# The fifth column says how a slice's rows are told to be the instance's own, where they are of several départements; the
   last, what a publication renames whole: a class that is in no row of the new edition is not lost, the publication before
   keeps speaking of it. A class that lacks one place is lost there. #}
{% set tables = [
    ('police', 'services', ['code_departement', 'perimetre', 'service', 'code_index'], 'faits_constates',
        'code_departement', none),
    ('gendarmerie', 'services', ['code_departement', 'service', 'code_index'], 'faits_constates',
        'code_departement', none),
    ('etat4001_monthly', 'departements', ['code_departement', 'annee_mois', 'code_index'], 'faits_constates',
        'code_departement', none),
    ('etat4001_monthly', 'forces', ['code_departement', 'force', 'annee_mois', 'code_index'], 'faits_constates',
        'code_departement', none),
    ('ssmsi', 'base', ['classe', 'code_departement'], 'faits', 'code_departement', 'classe'),
    ('ssmsi', 'regions', ['classe', 'code_region'], 'faits', none, 'classe'),
    ('ssmsi', 'communes', ['classe', 'code_commune'], 'faits', none, 'classe'),
    ('road_safety', 'caracteristiques', ['num_acc'], none, none, none),
    ('road_barometer', 'mesures', ['code_departement', 'mesure', 'force'], 'valeur', none, none),
    ('service_returns', 'faits', ['service', 'code_index'], 'faits_constates', none, none),
    ('service_returns', 'tranquillite', ['service', 'nature'], 'faits', none, none),
    ('iscg', 'activite', ['poste', 'mesure', 'ventilation', 'modalite'], 'valeur', none, none),
    ('action_followup', 'indicateurs', ['indicateur_code', 'territoire_code'], 'valeur', none, none),
    ('action_followup', 'financements', ['action_code', 'fonds', 'dossier'], 'accorde_eur', none, none),
    ('plan_steering', 'reunions', ['instance_code'], 'reunions', none, none),
    ('plan_steering', 'dispositifs', ['dispositif_code', 'territoire_code'], 'nombre', none, none),
    ('plan_steering', 'pdasr', ['engagement_code', 'reference'], 'cout_eur', none, none),
    ('socle_commun', 'mesures', ['mesure_code'], 'valeur', none, none)
] %}
{% set de_retours = ['road_barometer', 'service_returns', 'iscg', 'action_followup', 'plan_steering', 'socle_commun'] %}
{# What another form of the table holds in place of the measure: a month and a total are not compared with each other. #}
{% set formes = {'service_returns.faits': 'faits_constates_cumul', 'road_barometer.mesures': 'nombre'} %}
with cellules as (
    {% for nom, table, cle, mesure, departement, famille in tables %}
    {% set autre = formes.get(nom ~ '.' ~ table) %}
    {% if nom in de_retours %}
    -- A correction of some lines is set beside what was in use before it, line by line, with those that it leaves as they are.
    {% for rang, lignes in [(1, retours(nom, table)), (2, retours_d_avant(nom, table))] %}
    select '{{ nom }}' as source, '{{ table }}' as table_nom, l.tranche, {{ rang }} as rang, c.livraison_id,
        concat_ws(' · ', l.{{ cle | join(', l.') }}) as place,
        {% if autre %}try_cast(coalesce(l.{{ mesure }}, l.{{ autre }}) as decimal(18, 2))
        {% elif mesure %}try_cast(l.{{ mesure }} as decimal(18, 2)){% else %}1::decimal(18, 2){% endif %} as valeur,
        '' as famille, true as d_ici
    from {{ lignes }} as l
    inner join (
        select tranche, max(case when rang = 1 then livraison_id end) as livraison_id
        from {{ source('raw', 'manifeste_' ~ nom) }}
        where table_nom = '{{ table }}'
        group by tranche
        having count(case when precedente then 1 end) > 0
            {% if autre %}and min(case when retenue or precedente then layout end) = max(case when retenue or precedente then layout end){% endif %}
    ) as c on c.tranche = l.tranche
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
    {% else %}
    select t.source, t.table_nom, t.tranche, t.rang, t.livraison_id,
        concat_ws(' · ', l.{{ cle | join(', l.') }}) as place,
        {% if mesure %}try_cast(l.{{ mesure }} as decimal(18, 2)){% else %}1::decimal(18, 2){% endif %} as valeur,
        {% if famille %}l.{{ famille }}{% else %}''{% endif %} as famille,
        {% if departement %}l.{{ departement }} = ici.code_departement{% else %}true{% endif %} as d_ici
    from {{ source('raw', 'manifeste') }} as t
    inner join {{ source("raw", nom ~ "_" ~ table) }} as l
        on l.livraison_id = t.livraison_id and l.tranche = t.tranche
    cross join {{ source('raw', 'instance') }} as ici  -- noqa: AL05, only where a département is read
    where t.source = '{{ nom }}' and t.table_nom = '{{ table }}' and t.rang <= 2
        and t.tranche in (
            select tranche from {{ source('raw', 'manifeste') }}
            where source = '{{ nom }}' and table_nom = '{{ table }}' and rang = 2
        )
    {% endif %}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

nouvelles as (
    select * from cellules where rang = 1
),

anciennes as (
    select * from cellules where rang = 2
),

familles as (
    select distinct source, table_nom, tranche, famille from nouvelles
),

ecarts as (
    select coalesce(n.source, a.source) as source, coalesce(n.table_nom, a.table_nom) as table_nom,
        coalesce(n.tranche, a.tranche) as tranche, n.livraison_id, coalesce(n.place, a.place) as place, n.valeur,
        a.valeur as avant, coalesce(n.d_ici, a.d_ici) as d_ici,
        case when (n.valeur is distinct from a.valeur) or n.place is null or a.place is null then 1 else 0 end as change,
        case
            when a.valeur is null then 0
            when n.valeur is null then abs(a.valeur)
            else abs(n.valeur - a.valeur)
        end as taille,
        a.valeur is not null and n.valeur is null as videe,
        case
            when n.place is null then 'disparue'
            when a.place is null then 'nouvelle'
            when a.valeur is not null and n.valeur is null then 'videe'
            when (n.valeur is distinct from a.valeur) then 'changee'
        end as sort
    from nouvelles as n
    full join anciennes as a
        on a.source = n.source and a.table_nom = n.table_nom and a.tranche = n.tranche and a.place = n.place
    left join familles as f
        on f.source = a.source and f.table_nom = a.table_nom and f.tranche = a.tranche and f.famille = a.famille
    where n.place is not null or f.famille is not null
),

-- What became of the cells, in words: what did not happen is not said.
sorts as (
    select source, table_nom, tranche, count(case when sort = 'changee' then 1 end) as n_changees,
        count(case when sort = 'videe' then 1 end) as n_videes,
        count(case when sort = 'disparue' then 1 end) as n_disparues,
        count(case when sort = 'nouvelle' then 1 end) as n_nouvelles
    from ecarts
    group by source, table_nom, tranche
),

mots as (
    select source, table_nom, tranche, concat_ws(', ',
        case when n_changees > 0 then n_changees::string || ' changée(s)' end,
        case when n_videes > 0 then n_videes::string || ' devenue(s) vide(s)' end,
        case when n_disparues > 0 then n_disparues::string || ' ligne(s) disparue(s)' end,
        case when n_nouvelles > 0 then n_nouvelles::string || ' ligne(s) nouvelle(s)' end
    ) as dits
    from sorts
),

pertes as (
    select source, table_nom, tranche, sum(avant) as avant, sum(case when videe then avant else 0 end) as perdus,
        count(case when videe then 1 end) as n_videes,
        max_by(place || ' : ' || avant::string || case sort when 'disparue' then ' → ligne disparue' else ' → vide' end,
            case when videe then avant else -1 end) as exemple,
        count(case when sort = 'disparue' then 1 end) as n_disparues, max(livraison_id) as livraisons
    from ecarts
    where d_ici and avant is not null
    group by source, table_nom, tranche
),

permises as (
    select distinct c.source, r.perte_pct, r.effectif_min
    from {{ source('raw', 'calendrier') }} as c
    inner join {{ ref('revisions') }} as r on r.statistique = c.statistique
    -- Where the table sets no limit, the rule looks at nothing.
    where r.perte_pct > 0
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
select 'REVISION' as regle_code, e.source, {{ sans_objet() }}, e.tranche as periode,
    max_by(e.place || ' : ' || coalesce(e.avant::string, 'vide') || ' → ' || case when e.sort = 'disparue'
        then 'ligne disparue' else coalesce(e.valeur::string, 'vide') end,
        case when e.change = 1 then e.taille + 1 else 0 end)
        || case when max(m.dits) <> '' then ' (' || max(m.dits) || ')' else '' end as detail,
    max(case when e.change = 1 then e.taille end) as observe, sum(e.change) as attendu,
    sum(e.change)::double as ecart, max(e.livraison_id) as livraisons
from ecarts as e
inner join mots as m on m.source = e.source and m.table_nom = e.table_nom and m.tranche = e.tranche
group by e.source, e.table_nom, e.tranche
union all
-- A slice of a few facts may lose one: what is small is told by REVISION alone.
select 'REVISION_VIDE', p.source, {{ sans_objet() }}, p.tranche,
    p.exemple || case when p.n_disparues > 0
        then ' ; ' || p.n_disparues::string || ' ligne(s) disparue(s) en tout' else '' end,
    p.perdus, p.avant,
    case
        when p.perdus = 0 or p.perdus < m.effectif_min then 0
        else 100.0 * p.perdus / nullif(p.avant, 0) / nullif(m.perte_pct, 0)
    end::double, p.livraisons
from pertes as p
inner join permises as m on m.source = p.source
