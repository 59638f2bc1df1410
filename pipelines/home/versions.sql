-- What several deliveries say of one slice of a return, once it is settled (`corrections.py`): for this connection alone.
create temp table if not exists couches (
    livraison_id text not null,
    source text not null,
    table_nom text not null,
    tranche text not null,
    rang integer not null,
    retenue integer not null,
    precedente integer not null,
    proposee integer not null,
    lecture text not null,
    indecise integer not null,
    pareille integer not null,
    primary key (livraison_id, source, table_nom, tranche)
) strict;

create temp table if not exists corrigees (
    source text not null,
    table_nom text not null,
    tranche text not null,
    livraison_id text not null,
    feuille text not null,
    ligne integer not null,
    corrigee_par text not null,
    corrigee_feuille text not null,
    corrigee_ligne integer not null,
    derniere integer not null,
    change integer not null
) strict;

-- The slices of returns that several accepted deliveries hold, or one that cannot stand alone.
create temp view if not exists a_accorder as
select a.source, a.table_nom, a.tranche
from acceptees as a
left join main.contenus as c using (livraison_id, source, table_nom, tranche)
left join main.partielles as p using (livraison_id, source, table_nom, tranche)
group by 1, 2, 3
having (count(*) > 1 and count(c.resume) = count(*)) or count(p.livraison_id) > 0;
