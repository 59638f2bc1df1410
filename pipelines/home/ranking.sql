-- Which delivery is in use for a slice: the later edition; of one edition, the later publication that the files' names
-- declare; of those that this leaves side by side, the one a person chose. Without a choice the one that was in use stays,
-- and where none was, none is: neither the bytes nor, in one load, the order of arrival ever decides.
-- The slices of returns have their own way, which has settled them (`versions.sql`).
create temp view if not exists rivales as
select source, table_nom, tranche from acceptees group by 1, 2, 3 having count(*) > 1
except
select source, table_nom, tranche from couches;

create temp view if not exists classement_rivales as
with connues as (
    select a.*, coalesce(p.publie_le, '') as publie_le, coalesce(p.geographie, '') as geographie,
        coalesce(c.choisie_le, '') as choisie_le,
        -- What came in one load came together.
        coalesce(r.retablie_le, min(coalesce(datetime(l.recu_le), l.recu_le)) over (
            partition by a.source, a.table_nom, a.tranche, a.edition, l.chargement
        )) as entree,
        a.edition = max(a.edition) over (partition by a.source, a.table_nom, a.tranche) as derniere_edition
    from acceptees as a
    join rivales using (source, table_nom, tranche)
    join main.livraisons as l using (livraison_id)
    left join main.parutions as p on p.livraison_id = a.livraison_id and p.source = a.source
    left join (
        select livraison_id, max(datetime(decide_le)) as choisie_le from main.choix group by 1
    ) as c on c.livraison_id = a.livraison_id
    left join (
        select livraison_id, max(datetime(decide_le)) as retablie_le
        from main.decisions where decision = 'retablie' group by 1
    ) as r on r.livraison_id = a.livraison_id
),
-- A publication without a date may be later than any other.
datees as (
    select *, publie_le in ('', max(publie_le) over (partition by source, table_nom, tranche, edition)) as candidate
    from connues
),
opposees as (
    select *,
        min(empreinte) filter (where candidate) over meme_edition
            <> max(empreinte) filter (where candidate) over meme_edition as divergentes,
        max(choisie_le) filter (where candidate) over meme_edition as choix,
        min(entree) filter (where candidate) over meme_edition as premiere_entree,
        max(entree) filter (where candidate) over meme_edition as derniere_entree
    from datees
    window meme_edition as (partition by source, table_nom, tranche, edition)
),
menees as (
    select *, candidate and case
        when not divergentes then 1
        when choix <> '' then choisie_le = choix
        else entree = premiere_entree
    end as menante
    from opposees
),
decidees as (
    select *,
        derniere_edition and candidate and divergentes and not (choix <> '' and choix >= derniere_entree) as conflit,
        derniere_edition and menante and divergentes
            and min(empreinte) filter (where menante) over meme_edition
                <> max(empreinte) filter (where menante) over meme_edition as indecise
    from menees
    window meme_edition as (partition by source, table_nom, tranche, edition)
)
select livraison_id, source, table_nom, tranche, periode, edition, layout, feuille, lignes, cellules, vides, empreinte,
    sha256, nom, publie_le, geographie,
    row_number() over (
        partition by source, table_nom, tranche
        -- Those that are left side by side say the same, or none of them counts: the last two words decide no content.
        order by edition desc, menante desc, candidate desc, publie_le desc, entree desc, nom, sha256 desc
    ) as rang,
    conflit, indecise
from decidees;

create temp view if not exists classement_disputees as
select *, rang = 1 and not indecise as retenue, rang = 2 as precedente, 0 as proposee, 'entier' as lecture,
    empreinte = first_value(empreinte) over (partition by source, table_nom, tranche order by rang) as pareille
from classement_rivales
union all
select a.livraison_id, a.source, a.table_nom, a.tranche, a.periode, a.edition, a.layout, a.feuille, a.lignes, a.cellules,
    a.vides, a.empreinte, a.sha256, a.nom, '' as publie_le, '' as geographie, c.rang, c.indecise as conflit, c.indecise,
    c.retenue, c.precedente, c.proposee, c.lecture, c.pareille
from acceptees as a
join couches as c using (livraison_id, source, table_nom, tranche);

create temp view if not exists classement as
select a.livraison_id, a.source, a.table_nom, a.tranche, a.periode, a.edition, a.layout, a.feuille, a.lignes, a.cellules,
    a.vides, a.empreinte, a.sha256, a.nom, coalesce(p.publie_le, '') as publie_le,
    coalesce(p.geographie, '') as geographie, 1 as rang, 0 as conflit, 0 as indecise,
    1 as retenue, 0 as precedente, 0 as proposee, 'entier' as lecture, 1 as pareille
from acceptees as a
left join main.parutions as p on p.livraison_id = a.livraison_id and p.source = a.source
where (a.source, a.table_nom, a.tranche) not in (
    select source, table_nom, tranche from rivales union all select source, table_nom, tranche from couches
)
union all
select * from classement_disputees;
