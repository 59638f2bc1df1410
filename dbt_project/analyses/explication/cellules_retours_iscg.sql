-- The lines of the social workers' monthly returns. A post counts when it is filled; the monthly cell meets once,
-- whichever post reports it.
with mesures as (
    select * from (values
        ('personnes', 'ISCG_PERSONNES', 'somme'), ('etp', 'ISCG_ETP', 'somme'), ('etp', 'ISCG_POSTES', 'denombrement'),
        ('reunions_cellule', 'P2.A1.I2', 'maximum')
    ) as m (mesure, indicateur_code, operation)  -- noqa: AL05
)

select d.indicateur_code, d.territoire_code, d.periode, d.source,
    a.livraison_id, a.feuille, a.ligne, a.colonne, 'valeur' as mesure, a.poste || ', ' || a.mesure as objet,
    case when m.operation = 'denombrement' then case when a.valeur > 0 then 1 when a.valeur is not null then 0 end
        else a.valeur end::decimal(18, 2) as compte,
    m.operation
from demandees as d
inner join mesures as m on m.indicateur_code = d.indicateur_code
inner join {{ ref('stg_iscg__activite') }} as a
    on a.mesure = m.mesure and {{ mois_de('a.annee', 'a.mois') }} = d.periode
    and a.ventilation = d.ventilation_type and a.modalite = d.ventilation_code
    and (a.poste = d.territoire_code or 'DEP-' || a.code_departement = d.territoire_code)
where d.source = 'retours_iscg' and d.periode_type = 'mois'
