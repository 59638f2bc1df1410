{# A break of one day separates what comes before it from that day; one that lasts is over the day after its last. #}
{% macro comparable_depuis(debut, fin) -%}
case when {{ debut }} = {{ fin }} then {{ debut }} else {{ fin }} + 1 end
{%- endmacro %}

{# The breaks between two periods, or inside one: `lignes` has the columns of the key, then `debut` and `fin`, the first and
   the last day of what is put together. One row a key that a break touches: what part of the value, whether it is more than
   what a value bears, and the first day of what compares with its end but for a part that it bears. A part that is not known
   is the whole. #}
{% macro franchissements(lignes, cle=['indicateur_code', 'source', 'territoire_code', 'periode_type', 'periode_debut']) -%}
select {{ cle | join(', ') }}, least(sum(part), 1) as part,
    not coalesce(sum(part) <= min(part_max), false) as rupture,
    max(case when part_depuis <= part_max then null else comparable_depuis end) as comparable_depuis
from (
    select *, {{ seuil('RUPTURE_FRANCHIE', 'part_max') }} as part_max,
        sum(part) over (partition by {{ cle | join(', ') }} order by comparable_depuis desc) as part_depuis
    from (
        select l.{{ cle | join(', l.') }}, r.code_index,
            max(coalesce(p.part, 1)) as part, max(r.comparable_depuis) as comparable_depuis
        from {{ lignes }} as l
        inner join {{ ref('int_ruptures') }} as r
            on r.indicateur_code = l.indicateur_code and (r.source is null or r.source = l.source)
            and r.date_debut <= l.fin and r.comparable_depuis > l.debut
        inner join {{ ref('int_territoires') }} as t
            on t.territoire_code = l.territoire_code and (r.niveau is null or r.niveau = t.niveau)
        left join {{ ref('int_forces_territoire') }} as f on f.territoire_code = l.territoire_code and f.force = r.force
        left join {{ ref('int_ruptures_parts') }} as p
            on p.rupture_code = r.rupture_code and p.indicateur_code = r.indicateur_code
            and p.code_index = r.code_index and p.territoire_code = l.territoire_code
        where r.force is null or f.force is not null
        group by all
        union all
        select l.{{ cle | join(', l.') }}, null, 1, make_date(r.annee, 1, 1)
        from {{ lignes }} as l
        inner join {{ ref('int_ruptures_relevees') }} as r
            on r.indicateur_code = l.indicateur_code and r.source = l.source and r.territoire_code = l.territoire_code
            and r.annee > year(l.debut) and r.annee <= year(l.fin)
        union all
        select l.{{ cle | join(', l.') }}, null, 1, r.jour
        from {{ lignes }} as l
        inner join {{ ref('int_ruptures_services') }} as r
            on r.indicateur_code = l.indicateur_code and r.territoire_code = l.territoire_code
            and r.jour > l.debut and r.jour <= l.fin
    ) as touches
) as cumulees
group by {{ cle | join(', ') }}
{%- endmacro %}
