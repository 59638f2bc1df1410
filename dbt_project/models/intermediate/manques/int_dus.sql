-- What is owed to this instance, piece by piece: sources/ says when and which tables, seeds say who. An object is what a
-- line of the calendar names; an element is what a delivery must hold for the object to be there (an indicator of a
-- pilot's return, an action à mener), or the object itself.
with ici as (
    select i.code_departement, 'DEP-' || i.code_departement as territoire_code from {{ source('raw', 'instance') }} as i
),

dues as (
    select
        t.source, t.table_nom, t.table_libelle, t.source_libelle, t.redevables, t.absence,
        c.statistique, c.periode_type, c.periode, c.periode_debut, c.periode_fin, c.echeance, c.producteur
    from {{ source('raw', 'tables_dues') }} as t
    inner join {{ source('raw', 'calendrier') }} as c on c.source = t.source and c.due
),

-- Whom a list of this territory names.
listes as (
    select 'services' as redevables, 'service' as objet_type, territoire_code as objet_code, libelle, code_departement,
        territoire_code, valide_de, valide_a
    from {{ ref('services') }}
    union all
    select 'postes_iscg', 'poste', poste_code, libelle, code_departement, territoire_code, valide_de, valide_a
    from {{ ref('postes_iscg') }}
),

-- One file answers for all: its producer owes it, and so it does where no list names who else would.
du_producteur as (
    select d.*, count(*) over (partition by d.source) as n_tables
    from (select distinct source, table_nom from dues) as d
),

producteur as (
    select
        d.*,
        'table' as objet_type,
        d.source || '.' || d.table_nom as objet_code,
        case when n.n_tables > 1 then d.source_libelle || ', table ' || d.table_libelle else d.source_libelle end as objet,
        cast(null as string) as action_code,
        ici.territoire_code,
        ici.territoire_code as element_code,
        d.source as debiteur_code,
        d.producteur as debiteur
    from dues as d
    cross join ici
    inner join du_producteur as n on n.source = d.source and n.table_nom = d.table_nom
    left join (select distinct redevables, code_departement from listes) as l
        on l.redevables = d.redevables and l.code_departement = ici.code_departement
    where d.redevables <> 'pilotes' and l.redevables is null
),

nommes as (
    select
        d.*,
        l.objet_type,
        l.objet_code,
        l.libelle as objet,
        cast(null as string) as action_code,
        l.territoire_code,
        l.objet_code as element_code,
        l.objet_code as debiteur_code,
        l.libelle as debiteur
    from dues as d
    cross join ici
    inner join listes as l
        on l.redevables = d.redevables
        and l.code_departement = ici.code_departement
        and l.valide_de <= d.periode_debut
        and (l.valide_a is null or l.valide_a >= d.periode_debut)
),

-- A pilot answers for the follow-up indicators of the sheet, for the situation series that the plan ties to it and that
-- no other source gives, and for the state of each action à mener.
reponses as (
    select 'indicateurs' as table_nom, s.action_code, s.indicateur_code as element_code, s.valide_de, s.valide_a
    from {{ du_plan('indicateurs_suivi') }} as s
    union all
    select 'indicateurs', l.action_code, l.indicateur_code, l.valide_de, l.valide_a
    from {{ du_plan('liens') }} as l
    inner join {{ ref('indicateurs') }} as i on i.indicateur_code = l.indicateur_code and i.statistique = 'suivi_actions'
    where l.action_code is not null
    union all
    select 'actions', m.action_code, m.action_a_mener_code, m.valide_de, m.valide_a
    from {{ du_plan('actions_a_mener') }} as m
),

pilotes as (
    select
        d.*,
        'fiche' as objet_type,
        r.action_code as objet_code,
        'Fiche-action ' || r.action_code as objet,
        r.action_code,
        ici.territoire_code,
        r.element_code,
        p.acteur_code as debiteur_code,
        a.libelle as debiteur
    from dues as d
    cross join ici
    inner join reponses as r
        on r.table_nom = d.table_nom
        and r.valide_de <= d.periode_fin
        and (r.valide_a is null or r.valide_a >= d.periode_fin)
    inner join {{ du_plan('pilotes') }} as p
        on p.action_code = r.action_code
        and p.valide_de <= d.periode_fin
        and (p.valide_a is null or p.valide_a >= d.periode_fin)
    inner join {{ ref('acteurs') }} as a on a.acteur_code = p.acteur_code
    where d.redevables = 'pilotes'
),

-- A service that the workbook always had is owed in each year that the workbook brings.
attendus as (
    select
        d.source, d.table_nom, d.table_libelle, d.source_libelle, d.redevables, 'service_absent' as absence,
        d.statistique, d.periode_type, d.periode, d.periode_debut, d.periode_fin, d.echeance, d.producteur,
        'service' as objet_type,
        s.territoire_code as objet_code,
        s.libelle as objet,
        cast(null as string) as action_code,
        s.territoire_code,
        s.territoire_code as element_code,
        d.source as debiteur_code,
        d.producteur as debiteur
    from dues as d
    cross join ici
    inner join {{ ref('int_services_en_vigueur') }} as s
        on s.code_departement = ici.code_departement
        and s.force = d.source
        and s.attendu_etat4001
        and s.periode_type = d.periode_type
        and s.periode = d.periode
        and s.derniere
    inner join {{ ref('int_recus') }} as r
        on r.source = d.source and r.table_nom = d.table_nom and r.element_code = ici.territoire_code
        and r.periode = d.periode
    where d.statistique = 'etat4001_services'
)

select * from producteur
union all
select * from nommes
union all
select * from pilotes
union all
select * from attendus
