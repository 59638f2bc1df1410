-- What running totals say of their months. A month is its total less that of the month before, which is written, or made of
-- a total and of the months that follow it; January is its total. A month that is missing before, or a cell that is empty,
-- leaves the month unknown: the facts of several months are not shared out among them. Of two totals the second of which
-- is the smaller either may be wrong, so that no month rests on them. The year before gives no value.
{% set cle = 'code_departement, force, service, annee, index_declare, mesure' %}
with cumulees as (
    select code_departement, annee{% for m in mesures_retours() %}, count({{ m }}_cumul) as n_{{ m }}{% endfor %}
    from {{ ref('stg_service_returns__faits') }}
    group by code_departement, annee
    having {% for m in mesures_retours() %}count({{ m }}_cumul) > 0{% if not loop.last %} or {% endif %}{% endfor %}
),

-- The other services of the département with them, for what they make together, and the year before.
voulues as (
    select code_departement, annee{% for m in mesures_retours() %}, max(n_{{ m }}) as n_{{ m }}{% endfor %}
    from (
        select * from cumulees
        union all
        select code_departement, annee - 1{% for m in mesures_retours() %}, n_{{ m }}{% endfor %} from cumulees
    ) as annees
    group by code_departement, annee
),

retours as (
    select f.*{% for m in mesures_retours() %}, v.n_{{ m }}{% endfor %}
    from {{ ref('stg_service_returns__faits') }} as f
    inner join voulues as v on v.code_departement = f.code_departement and v.annee = f.annee
),

lignes as (
    {% for m in mesures_retours() %}
    select code_departement, force, service, annee, mois, index_declare, code_index, '{{ m }}' as mesure, livraison_id, feuille,
        ligne, colonne, {{ m }} as du_mois, {{ m }}_cumul as cumul,
        {% if m == 'faits_constates' %}faits_constates_cumul_n1{% else %}cast(null as bigint){% endif %} as cumul_n1
    from retours
    where n_{{ m }} > 0
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- A month that tells apart the indexes that another one groups gives the group as well.
ensembles as (
    select l.code_departement, l.force, l.service, l.annee, l.mois, g.groupe as index_declare, l.mesure,
        min(l.livraison_id) as livraison_id, min(l.feuille) as feuille, min(l.ligne) as ligne,
        case when count(l.du_mois) = min(n.n_index) then sum(l.du_mois)::bigint end as du_mois,
        case when count(l.cumul) = min(n.n_index) then sum(l.cumul)::bigint end as cumul
    from lignes as l
    inner join {{ ref('index_groupes') }} as g on g.code_index = l.code_index
    inner join (select groupe, count(*) as n_index from {{ ref('index_groupes') }} group by groupe) as n on n.groupe = g.groupe
    inner join (
        select distinct code_departement, force, service, index_declare from lignes where code_index is null
    ) as d
        on d.code_departement = l.code_departement and d.force = l.force and d.service = l.service
        and d.index_declare = g.groupe
    group by l.code_departement, l.force, l.service, l.annee, l.mois, g.groupe, l.mesure
),

toutes as (
    select *, false as deduite from lignes
    union all
    select code_departement, force, service, annee, mois, index_declare, null, mesure, livraison_id, feuille, ligne, null, du_mois,
        cumul, null, true
    from ensembles
),

-- A run of months starts at each total, the first one in January.
suites as (
    select *, count(cumul) over (partition by {{ cle }} order by mois) as suite
    from toutes
),

sommes as (
    select *,
        sum(case when cumul is not null then cumul else du_mois end) over en_cours as somme,
        count(case when cumul is not null then cumul else du_mois end) over en_cours as n_connus,
        case when suite = 0 then 0 else min(mois) over (partition by {{ cle }}, suite) end as depuis
    from suites
    window en_cours as (partition by {{ cle }}, suite order by mois)
),

totaux as (
    select *, case when n_connus = mois - greatest(depuis, 1) + 1 then somme::bigint end as total from sommes
),

precedes as (
    select *,
        case when lag(mois) over annees = mois - 1 then lag(total) over annees end as avant,
        lag(depuis) over annees as depuis_mois,
        lag(livraison_id) over annees as livraison_avant,
        lag(feuille) over annees as feuille_avant,
        lag(ligne) over annees as ligne_avant,
        max(case when cumul is not null then mois end) over (
            partition by {{ cle }} order by mois rows between unbounded preceding and 1 preceding
        ) as dernier_cumul
    from totaux
    window annees as (partition by {{ cle }} order by mois)
),

baisses as (
    select *,
        case when cumul < avant then 'Le cumul de l''index ' || index_declare || ' baisse de '
            || {{ mois_de('annee', '(mois - 1)') }} || ' à ' || {{ mois_de('annee', 'mois') }}
            || ' : aucun mois ne se déduit de ces deux nombres' end as baisse
    from precedes
),

voisines as (
    select *, coalesce(baisse, lead(baisse) over (partition by {{ cle }} order by mois)) as proche from baisses
),

-- A run that a fall begins or ends is in doubt as a whole.
doutes as (
    select *, max(proche) over (partition by {{ cle }}, suite) as doute from voisines
),

jugees as (
    select *, lag(doute) over (partition by {{ cle }} order by mois) as doute_avant from doutes
),

-- The months that a total waits for.
attendus as (
    select p.code_departement, p.force, p.service, p.annee, p.mois, p.index_declare, p.mesure,
        {{ en_liste(mois_de('p.annee', 'r.rang'), "', '", 'r.rang') }} as manquants,
        count(t.mois) = 0 as non_recus
    from precedes as p
    inner join (
        select r.rang from (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11)) as r (rang)
    ) as r
        on r.rang < p.mois and (p.dernier_cumul is null or r.rang > p.dernier_cumul)
    left join toutes as t
        on t.code_departement = p.code_departement and t.force = p.force and t.service = p.service and t.annee = p.annee
        and t.mois = r.rang and t.index_declare = p.index_declare and t.mesure = p.mesure
    where p.cumul is not null and p.mois > 1 and p.avant is null and t.du_mois is null and t.cumul is null
    group by p.code_departement, p.force, p.service, p.annee, p.mois, p.index_declare, p.mesure
)

select p.code_departement, p.force, p.service, p.annee, p.mois, p.index_declare, p.code_index, p.mesure, p.livraison_id,
    p.feuille, p.ligne, p.colonne, p.cumul, p.cumul_n1, p.depuis, case when p.doute is null then p.total end as depuis_janvier,
    p.depuis_mois, p.avant, p.livraison_avant, p.feuille_avant, p.ligne_avant, p.deduite,
    case
        when p.cumul is null then p.du_mois
        when p.doute is not null or p.doute_avant is not null then null
        when p.mois = 1 then p.cumul
        else p.cumul - p.avant
    end as valeur,
    case
        when p.cumul is null or (p.mois = 1 and p.doute is null) then null
        when p.doute is not null or (p.doute_avant is not null and p.avant is not null) then 'cumul_en_baisse'
        when p.avant is null then 'cumul_incomplet'
    end as motif_code,
    case
        when p.cumul is null or (p.mois = 1 and p.doute is null) then null
        when p.doute is not null then p.doute
        when p.doute_avant is not null and p.avant is not null then p.doute_avant
        when p.avant is null then 'Le retour est un cumul depuis janvier, et il manque ' || a.manquants
            || case when a.non_recus then '' else ' (reçu, sans le chiffre de l''index ' || p.index_declare || ')' end
            || ' : le nombre du mois ne s''en déduit pas'
    end as motif
from jugees as p
left join attendus as a
    on a.code_departement = p.code_departement and a.force = p.force and a.service = p.service and a.annee = p.annee
    and a.mois = p.mois and a.index_declare = p.index_declare and a.mesure = p.mesure
