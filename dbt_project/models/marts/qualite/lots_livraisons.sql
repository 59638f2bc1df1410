select distinct lot, livraison_id
from (
    select lot, {{ eclater('livraisons') }} as livraison_id
    from (
        select distinct lot_livraisons as lot, livraisons from {{ ref('int_valeurs') }} where livraisons is not null
        union
        select distinct lot_livraisons, livraisons from {{ ref('int_etats_actions') }} where livraisons is not null
            union
        select distinct substr(md5(livraisons), 1, 12), livraisons from {{ ref('int_millesimes_ssmsi') }}
        union
        select distinct substr(md5(livraison_id), 1, 12), livraison_id from {{ ref('stg_action_followup__financements') }}
        {% for table in ['reunions', 'dispositifs', 'pdasr'] -%}
        union
        select distinct substr(md5(livraison_id), 1, 12), livraison_id from {{ ref('stg_plan_steering__' ~ table) }}
        {% endfor -%}
        union
        select distinct substr(md5(livraison_id), 1, 12), livraison_id from {{ ref('stg_socle_commun__mesures') }}
    ) as lots
) as eclates
