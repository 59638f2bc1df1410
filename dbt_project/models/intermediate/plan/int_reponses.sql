-- What Vigie computes to answer a printed series: one definition a candidate, sometimes of several indicators.
select
    r.serie_code,
    r.perimetre,
    r.candidat,
    count(*) as n_indicateurs,
    min(i.statistique) as source,
    {{ en_liste('r.indicateur_code', "' + '", 'r.indicateur_code') }} as indicateurs,
    {{ en_liste('i.libelle', "' + '", 'r.indicateur_code') }} as libelles,
    {{ en_liste('i.definition', "' '", 'r.indicateur_code') }} as definition,
    min(d.unite) as unite_taux,
    min(r.note) as note
from {{ ref('reponses') }} as r
inner join {{ ref('indicateurs') }} as i on i.indicateur_code = r.indicateur_code
left join {{ ref('denominateurs') }} as d on d.denominateur = i.denominateur
group by all
