"""The monthly returns by an expert who keeps the raw rows: DuckDB reads all the files at once, nothing is checked.

`python returns_duckdb.py FILES FOLDER TODAY` writes FOLDER/brut/faits.parquet, the raw rows, and FOLDER/valeurs.duckdb,
which holds the values of `indicateurs.valeurs` without their reasons and their deliveries.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.duckdb_common import PERIOD

SEEDS = Path(__file__).resolve().parents[1] / "dbt_project" / "seeds"
COLUMNS = ("edition", "annee", "mois", "code_departement", "force", "service", "code_index", "faits_constates",
           "faits_elucides", "mis_en_cause", "mis_en_cause_mineurs", "faits_vif")  # fmt: skip

SCAN = "read_csv('{files}/*.csv', delim = ';', header = true, auto_detect = false, {options}columns = {columns})"

# A temporary table numbers its rows as they were read, on both cores; `row_number() over ()` would do it on one.
RAW = """
create temp table lues as from {scan};

copy (
    select f.livraison_id,
        concat_ws('|', l.code_departement, l.force, l.service, l.annee, lpad(l.mois, 2, '0')) as tranche,
        '' as feuille,
        (l.rowid - f.avant + 2)::integer as ligne,
        null::varchar as colonne,
        lpad(l.edition, 4, '0') as edition,
        l.annee,
        lpad(l.mois, 2, '0') as mois,
        l.* exclude (edition, annee, mois, filename)
    from lues as l
    inner join fichiers as f on f.filename = l.filename
) to '{target}' (compression zstd);

create temp view faits as from '{target}';
"""

# A service of the list answers for itself, the others for their force and their département as a whole.
VALUES = """
create schema indicateurs;

create temp table mesures as
select *, count(*) over (partition by indicateur_code) as n_index
from (
    select r.indicateur_code, r.mesure, i.code_index::integer as i
    from retours as r
    inner join indicateurs_index as i on i.indicateur_code = r.liste_indicateur
    union all
    select r.indicateur_code, r.mesure, x.code_index::integer
    from retours as r
    cross join index_4001 as x
    where r.liste_indicateur is null
    union all
    select indicateur_code, 'faits_constates', code_index::integer from indicateurs_index
);

create temp table unites as
select s.territoire_code as unite, s.code_departement, s.force, s.service from services as s;

create temp table par_index as
select f.annee::integer as annee, f.mois::integer as mois, f.code_departement, f.force, u.unite,
    f.code_index::integer as i, count(*) as n,
    count(f.faits_constates) as n1, sum(f.faits_constates::bigint) as v1,
    count(f.faits_vif) as n2, sum(f.faits_vif::bigint) as v2,
    count(f.mis_en_cause) as n3, sum(f.mis_en_cause::bigint) as v3,
    count(f.mis_en_cause_mineurs) as n4, sum(f.mis_en_cause_mineurs::bigint) as v4,
    count(f.faits_elucides) as n5, sum(f.faits_elucides::bigint) as v5
from faits as f
left join unites as u using (code_departement, force, service)
group by all;

create temp table mensuel as
select m.indicateur_code, p.annee, p.mois, p.code_departement, p.force, p.unite,
    case
        when sum(p.n) = sum(case m.mesure
            when 'faits_constates' then n1 when 'faits_vif' then n2 when 'mis_en_cause' then n3
            when 'mis_en_cause_mineurs' then n4 when 'faits_elucides' then n5 end)
            then sum(case m.mesure
                when 'faits_constates' then v1 when 'faits_vif' then v2 when 'mis_en_cause' then v3
                when 'mis_en_cause_mineurs' then v4 when 'faits_elucides' then v5 end)
    end as valeur
from par_index as p
inner join mesures as m on m.i = p.i
group by all;

create temp table zones as
select 'ZPN-' || code_departement as zone from departements where zone_police::boolean
union all
select 'ZGN-' || code_departement from departements where zone_gendarmerie::boolean;

create temp table parts as
select territoire_code as territoire, territoire_code as unite, valide_de from services
union all
select zone_code, territoire_code, valide_de from services
union all
select 'DEP-' || code_departement, territoire_code, valide_de from services
union all
select 'ARR-' || code_arrondissement, territoire_code, valide_de from services where code_arrondissement is not null
union all
select 'SRV-' || code_departement || '-GN-GGD', territoire_code, valide_de from services where force = 'gendarmerie';

create temp table mois as
with listes as (
    select m.indicateur_code, m.annee, m.mois, p.territoire,
        case when count(m.valeur) = any_value(n.n) then sum(m.valeur) end as valeur
    from mensuel as m
    inner join parts as p on p.unite = m.unite
    inner join (select territoire, count(*) as n from parts group by all) as n on n.territoire = p.territoire
    group by all
),

autres as (
    select *, case force when 'police' then 'ZPN-' else 'ZGN-' end || code_departement as zone
    from mensuel
    where unite is null
)

from listes
union all
select indicateur_code, annee, mois, zone, valeur from autres where zone in (from zones)
union all
select indicateur_code, annee, mois, 'DEP-' || code_departement,
    case when count(valeur) = count(*) then sum(valeur) end
from autres
group by all;

create temp table periodes as
with cumuls as (
    select indicateur_code, territoire, 'mois' as kind, make_date(annee, mois, 1) as debut, valeur from mois
    union all
    select m.indicateur_code, territoire, 'trimestre', make_date(annee, 3 * ((mois - 1) // 3) + 1, 1),
        case when count(valeur) = 3 then sum(valeur) end
    from mois as m
    group by all
    union all
    select m.indicateur_code, territoire, 'annee', make_date(annee, 1, 1),
        case when count(valeur) = 12 then sum(valeur) end
    from mois as m
    group by all
)

from cumuls
union all
select p.indicateur_code, m.territoire, m.kind, m.debut,
    case when m.valeur <= t.valeur then round(100.0 * m.valeur / nullif(t.valeur, 0), 2) end
from parts_de as p
inner join cumuls as m on m.indicateur_code = p.numerateur_code
inner join cumuls as t
    on t.indicateur_code = p.denominateur_code and t.territoire = m.territoire and t.kind = m.kind
    and t.debut = m.debut;

create table indicateurs.valeurs as
select
    p.indicateur_code,
    territoire as territoire_code,
    kind as periode_type,
    'total' as ventilation_type,
    'total' as ventilation_code,
    'retours_services' as source,
    {period}
    valeur::decimal(18, 2) as valeur,
    i.unite,
    case when valeur is null then 'M' else 'A' end as statut,
    'F' as confidentialite
from periodes as p
inner join indicateurs as i on i.indicateur_code = p.indicateur_code
order by all
"""


def scan(files: Path, options: str = "") -> str:
    columns = "{" + ", ".join(f"'{c}': 'VARCHAR'" for c in COLUMNS) + "}"
    return SCAN.replace("{files}", str(files)).replace("{options}", options).replace("{columns}", columns)


def write_values(db: duckdb.DuckDBPyConnection) -> None:
    """Make `indicateurs.valeurs` from the rows of `faits`."""
    for seed in SEEDS.rglob("*.csv"):
        # `parts` are the services of a territory here.
        name = "parts_de" if seed.stem == "parts" else seed.stem
        db.execute(f"create temp table {name} as from read_csv('{seed}', all_varchar = true)")
    db.execute(VALUES.replace("{period}", PERIOD))


def main(files: Path, folder: Path) -> None:
    paths = sorted(str(f) for f in files.glob("*.csv"))
    ids, before, seen = [], [], 0
    for path in paths:
        data = Path(path).read_bytes()
        ids.append(hashlib.sha256(data).hexdigest()[:12])
        before.append(seen)
        seen += data.count(b"\n") - 1
    target = folder / "brut" / "faits.parquet"
    with duckdb.connect(str(folder / "valeurs.duckdb")) as db:
        db.register("fichiers", pa.table({"filename": paths, "livraison_id": ids, "avant": before}))
        rows = scan(files, "filename = true, ")
        for statement in RAW.replace("{scan}", rows).replace("{target}", str(target)).split(";\n"):
            if statement.strip():
                db.execute(statement)
        write_values(db)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
