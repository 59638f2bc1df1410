-- A year is answered for when its delivery is owed, or when it came before its date or the home's start.
select dues.force, dues.annee, min(dues.echeance) as echeance, max(dues.livraison_id) as livraison_id,
    max(case when dues.contradictoire then 1 end) = 1 as contradictoire,
    max(case when x.periode is not null then 1 end) = 1 as excusee
from (
    select source as force, periode::integer as annee, echeance, cast(null as string) as livraison_id,
        false as contradictoire
    from {{ source('raw', 'calendrier') }}
    where statistique = 'etat4001_services' and due
    {%- for force in ['gendarmerie', 'police'] %}
    union all
    select source, tranche::integer, cast(null as date), case when retenue then livraison_id end, indecise
    from {{ source('raw', 'manifeste_' ~ force) }}
    where (retenue or indecise) and table_nom = 'services'
    {%- endfor %}
) as dues
left join {{ ref('int_periodes_excusees') }} as x
    on x.source = dues.force and x.objet_type = '' and x.periode = dues.annee::string
group by all
