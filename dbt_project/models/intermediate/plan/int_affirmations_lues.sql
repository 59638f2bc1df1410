-- A claim in each territory that its words may name. What it compares with is another series, territory or pair of periods,
-- and its own where the claim does not say.
select
    a.affirmation_code, a.section, a.texte, a.serie_code, a.territoire_code, a.relation, a.periode, a.periode_reference,
    a.autre_periode, a.autre_periode_reference, a.autre_serie_code, a.autre_territoire_code, a.note,
    r.libelle as relation_libelle,
    r.compare,
    r.seuil_pct,
    case when l.rang is not null then l.rang when m.rang is not null then m.rang else 1 end as lecture,
    case when l.territoire_lu is null then a.territoire_code else l.territoire_lu end as territoire_lu,
    case when a.territoire_code in ('FRA', 'FRM') then 'france' else 'local' end as perimetre,
    case
        when m.territoire_lu is not null then m.territoire_lu
        when a.autre_territoire_code is not null then a.autre_territoire_code
        when l.territoire_lu is not null then l.territoire_lu
        else a.territoire_code
    end as autre_territoire_lu,
    case when a.autre_serie_code is null then a.serie_code else a.autre_serie_code end as autre_serie_lue,
    case when a.autre_periode is null then a.periode else a.autre_periode end as autre_periode_lue,
    case when a.autre_periode_reference is null then a.periode_reference else a.autre_periode_reference end
        as autre_periode_reference_lue,
    r.compare <> 'taux' and (a.autre_serie_code is not null or a.autre_territoire_code is not null or a.autre_periode is not null)
        as a_deux_termes
from {{ du_plan('affirmations') }} as a
inner join {{ ref('relations') }} as r on r.relation = a.relation
left join {{ ref('lectures_territoires') }} as l on l.territoire_code = a.territoire_code
left join {{ ref('lectures_territoires') }} as m
    on m.territoire_code = a.autre_territoire_code and (l.rang is null or m.rang = l.rang)
