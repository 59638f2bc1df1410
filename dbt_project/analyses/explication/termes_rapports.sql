-- The two terms of a share (int_parts).
select t.indicateur_code, d.territoire_code, d.periode_type, d.periode, d.ventilation_type, d.ventilation_code, d.source
from demandees as d
cross join (values ('MINEURS_MEC'), ('MIS_EN_CAUSE')) as t (indicateur_code)
where d.indicateur_code = 'MINEURS_MEC_PART'
