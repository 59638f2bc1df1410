-- The cells of this département, as the producers count them: the smallest thing in which a slip of the hand shows.
select 'etat4001_services' as source, 'index ' || code_index::string as detail, cast(null as string) as indicateur_code,
    territoire_code, 'annee' as periode_type, annee::string as periode, annee * 12 as rang, 12 as pas, code_index, faits,
    livraison_id as livraisons
from {{ ref('int_faits_service') }}
where territoire_code in (select territoire_code from {{ ref('int_territoires_instance') }}) and faits is not null
union all
select 'etat4001_departements', 'index ' || f.code_index::string, null, 'DEP-' || f.code_departement, 'mois',
    f.annee_mois, substr(f.annee_mois, 1, 4)::integer * 12 + substr(f.annee_mois, 6, 2)::integer, 1, f.code_index,
    f.faits, f.livraison_id
from {{ ref('stg_etat4001_monthly__faits') }} as f
inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = f.code_departement
where f.faits is not null
union all
select 'retours_services', 'index ' || f.code_index::string, null, s.territoire_code, 'mois',
    {{ mois_de('f.annee', 'f.mois') }}, f.annee * 12 + f.mois, 1, f.code_index, f.faits_constates, f.livraison_id
from {{ ref('int_retours_faits') }} as f
inner join {{ ref('int_services_en_vigueur') }} as s
    on s.nommee and s.periode_type = 'mois' and s.periode = {{ mois_de('f.annee', 'f.mois') }}
    and s.code_departement = f.code_departement and s.force = f.force and s.service = f.service
inner join {{ source('raw', 'instance') }} as ici on ici.code_departement = f.code_departement
where f.faits_constates is not null and f.code_index is not null
union all
select v.source, null, v.indicateur_code, v.territoire_code, v.periode_type, v.periode,
    year(v.periode_debut) * 12 + month(v.periode_debut), 1, null, v.valeur, v.livraisons
from {{ ref('int_valeurs') }} as v
inner join {{ ref('int_territoires_instance') }} as t on t.territoire_code = v.territoire_code
where v.source in ('barometre_odsr', 'retours_iscg') and v.periode_type = 'mois' and v.ventilation_type = 'total'
    and v.valeur is not null
