select
    a.territoire_code,
    {{ mois_de('a.annee', 'a.mois') }} as periode,
    a.usager,
    a.age,
    make_date(a.annee, a.mois, 1) as periode_debut,
    {{ fin_de_mois('make_date(a.annee, a.mois, 1)') }} as periode_fin,
    a.accidents,
    a.tues,
    a.blesses_hospitalises,
    a.blesses_legers,
    'complet' as perimetre,
    case when a.table_absente is null then 'A' else 'M' end as statut,
    case when a.table_absente is not null then 'table_absente' end as motif_code,
    case when a.table_absente is not null
        then 'BAAC ' || a.annee::string || ' : la table ' || a.table_absente || ' n''est pas reçue' end as motif,
    substr(md5(a.livraisons), 1, 12) as lot_livraisons
from {{ ref('int_accidents_croises') }} as a
