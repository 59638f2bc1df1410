"""The published tables in PostgreSQL: the same rows, the contract's constraints, whole for whoever reads meanwhile."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.base.wording import plain
from pipelines.publication.reading import opened_file
from tests.conftest import Home
from tests.support.postgresql import READ, Reader, Server, content, differing, fixture_server
from tests.support.queries import Query, queries

psycopg = pytest.importorskip("psycopg")

pytestmark = [pytest.mark.xdist_group("postgresql"), pytest.mark.long]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    yield from fixture_server()


def variant(of: Path, folder: Path, *statements: str) -> Path:
    """A copy of a published file with something changed in it."""
    file = folder / "vigie.duckdb"
    shutil.copyfile(of, file)
    with duckdb.connect(str(file)) as db:
        for statement in statements:
            db.execute(statement)
    return file


@pytest.fixture(scope="module")
def small(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's published file with the Lot alone in the tables of figures: quick to copy many times."""
    with opened_file(demo_home.warehouse) as db:
        tables = db.execute(
            "select table_name from duckdb_columns() where schema_name = 'indicateurs' "
            "and column_name = 'territoire_code' and table_name in (select table_name from duckdb_tables())"
        ).fetchall()
    return variant(
        demo_home.warehouse, tmp_path_factory.mktemp("petit"),
        *(f"delete from indicateurs.{table} where territoire_code <> 'DEP-46'" for (table,) in tables),
    )  # fmt: skip


@pytest.fixture(scope="module")
def changed(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with rows changed, gone and come: another state of it."""
    return variant(
        small, tmp_path_factory.mktemp("autre"),
        "update indicateurs.valeurs set valeur = valeur + 1",
        "update indicateurs.series set valeur = valeur + 1 where periode > '2015'",
        "delete from indicateurs.taux where periode = '2019'",
        "update reference.publication set chargement = 'autre'",
        "insert into qualite.controles from qualite.controles",
    )  # fmt: skip


def copied(server: Server, warehouse: Path) -> str:
    """A new database with a copy in it."""
    from pipelines.postgresql.copy import copy_to

    name = server.database()
    copy_to(server.dsn(name), warehouse)
    return name


@pytest.fixture(scope="module")
def copy(server: Server, demo_home: Home) -> str:
    """A database with the demonstration in it; not to be changed by a test."""
    return copied(server, demo_home.warehouse)


@pytest.mark.parametrize("query", queries(), ids=lambda q: str(q.number))
def test_a_query_of_the_page_gives_the_same_rows(server: Server, copy: str, demo_home: Home, query: Query) -> None:
    with opened_file(demo_home.warehouse) as db, server.connect(copy) as pg:
        here = [tuple(plain(v) for v in row) for row in db.execute(query.sql).fetchall()]
        there = [tuple(plain(v) for v in row) for row in pg.execute(query.sql).fetchall()]
    assert there == here != []


def test_every_row_of_every_table_is_there(server: Server, copy: str, demo_home: Home) -> None:
    with server.connect(copy) as pg:
        assert differing(demo_home.warehouse, pg) == []
        pg.execute("begin")
        pg.execute("update indicateurs.taux set numerateur = numerateur + 1 where periode = '2019'")
        assert differing(demo_home.warehouse, pg) == ["indicateurs.taux"]
        pg.execute("rollback")


def test_a_tool_finds_types_keys_and_words(server: Server, copy: str, demo_home: Home) -> None:
    with opened_file(demo_home.warehouse) as db, server.connect(copy) as pg:
        said = dict(
            db.execute(
                "select schema_name || '.' || table_name || '.' || column_name, comment from duckdb_columns() "
                "where not internal"
            ).fetchall()
        )
        told = dict(
            pg.execute(
                "select table_schema || '.' || table_name || '.' || column_name, "
                "col_description((quote_ident(table_schema) || '.' || quote_ident(table_name))::regclass, "
                "ordinal_position::int) from information_schema.columns "
                "where table_schema in ('indicateurs', 'qualite', 'reference', 'plan', 'revisions')"
            ).fetchall()
        )
        assert told == said
        assert pg.execute("select obj_description('indicateurs.valeurs'::regclass)").fetchone()[0]
        assert pg.execute(
            "select data_type, numeric_precision, numeric_scale from information_schema.columns "
            "where table_schema = 'indicateurs' and table_name = 'valeurs' and column_name = 'valeur'"
        ).fetchone() == ("numeric", 18, 2)
        joined = pg.execute(
            "select confrelid::regclass::text from pg_constraint where contype = 'f' "
            "and conrelid = 'indicateurs.valeurs'::regclass order by 1"
        ).fetchall()
        expected = ("indicateurs", "motifs", "perimetres", "territoires")
        assert joined == [(f"reference.{name}",) for name in expected]
        keyless = pg.execute(
            "select c.oid::regclass::text from pg_class as c join pg_namespace as n on n.oid = c.relnamespace "
            "where c.relkind = 'r' and n.nspname in ('indicateurs', 'plan') and not exists "
            "(select from pg_constraint where conrelid = c.oid and contype in ('p', 'u'))"
        ).fetchall()
        assert keyless == []


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("insert into indicateurs.valeurs select * from indicateurs.valeurs limit 1", "UniqueViolation"),
        ("update indicateurs.valeurs set statut = 'X'", "CheckViolation"),
        ("update indicateurs.series set statut = null", "NotNullViolation"),
        (
            "update indicateurs.series set territoire_code = 'DEP-00' "
            "where ctid = (select min(ctid) from indicateurs.series); set constraints all immediate",
            "ForeignKeyViolation",
        ),
    ],
)
def test_the_contract_is_held_there_too(server: Server, copy: str, statement: str, refusal: str) -> None:
    expected = pytest.raises(getattr(psycopg.errors, refusal))
    with server.connect(copy) as pg, pg.transaction(force_rollback=True), expected:
        pg.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from indicateurs.valeurs",
        "update reference.indicateurs set libelle = ''",
        "insert into reference.motifs select * from reference.motifs",
        "create table indicateurs.mienne (n int)",
        "drop table indicateurs.valeurs",
        "create schema mien",
        "select * from vigie.tables",
    ],
)
def test_an_analyst_reads_and_does_nothing_else(server: Server, copy: str, statement: str) -> None:
    with server.connect(copy) as pg:
        pg.execute("drop role if exists marie")
        pg.execute("create role marie login in role vigie_analyste")
    with server.connect(copy, "marie") as pg:
        for schema in ("indicateurs", "qualite", "reference", "plan", "revisions"):
            tables = pg.execute("select tablename from pg_tables where schemaname = %s", [schema]).fetchall()
            assert tables
            for (table,) in tables:
                pg.execute(f"select count(*) from {schema}.{table}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            pg.execute(statement)


def test_ten_copies_are_each_whole_for_a_reader(server: Server, small: Path, changed: Path) -> None:
    from pipelines.postgresql.copy import copy_to

    name = copied(server, small)
    with server.connect(name) as pg:
        one = content(pg, *READ)
        copy_to(server.dsn(name), changed)
        other = content(pg, *READ)
    assert one != other
    reader = Reader(server, name)
    for turn in range(10):
        copy_to(server.dsn(name), [small, changed][turn % 2])
    states = reader.end()
    assert {state in (one, other) for state in states} == {True}
    assert one in states
    assert other in states


def test_a_whole_copy_mends_what_a_hand_changed(server: Server, small: Path) -> None:
    from pipelines.postgresql.copy import copy_to

    name = copied(server, small)
    with server.connect(name) as pg:
        state = content(pg)
        pg.execute("delete from reference.dictionnaire")
        pg.execute("update qualite.tranches set lignes = lignes + 1")
        assert content(pg) != state
        copy_to(server.dsn(name), small, whole=True)
        assert content(pg) == state


def test_a_copy_table_by_table_would_be_seen_as_a_mixture(server: Server, small: Path, changed: Path) -> None:
    from pipelines.postgresql.copy import _fill
    from pipelines.postgresql.definition import Definition, definitions

    name = copied(server, small)
    with server.connect(name) as pg:
        one = content(pg, *READ)
    reader = Reader(server, name)
    with opened_file(changed) as db, server.connect(name) as pg:
        tables: list[Definition] = definitions(db)
        pg.execute("set session_replication_role = replica")  # each table alone breaks what refers to it
        for table in tables:
            _fill(pg, db, table)
        other = content(pg, *READ)
    assert [state for state in reader.end() if state not in (one, other)]


def test_what_others_built_on_the_tables_stays(server: Server, small: Path, changed: Path) -> None:
    from pipelines.postgresql.copy import CopyFailed, copy_to

    name = copied(server, small)
    with server.connect(name) as pg:
        pg.execute("create view public.ma_vue as select max(valeur) as m from indicateurs.valeurs")
        before = pg.execute("select m from public.ma_vue").fetchone()[0]
        copy_to(server.dsn(name), changed)
        assert pg.execute("select m from public.ma_vue").fetchone()[0] == before + 1
        state = content(pg)
        # Another version of Vigie: the table is no longer what it was.
        pg.execute("update vigie.tables set definition = '' where table_nom like '%valeurs%'")
        with pytest.raises(CopyFailed, match="ma_vue"):
            copy_to(server.dsn(name), small)
        assert content(pg) == state
        pg.execute("drop view public.ma_vue")
        copy_to(server.dsn(name), small)
        assert pg.execute("select count(*) from vigie.tables where definition = ''").fetchone() == (0,)
        assert pg.execute("select chargement from reference.publication").fetchone() != ("autre",)


def test_a_key_to_what_is_not_there_yet_waits_for_it(server: Server, small: Path, tmp_path: Path) -> None:
    """Before any file names the communes that the plan prints, nothing is refused; then no table is made anew."""
    from pipelines.postgresql.copy import copy_to

    def keys() -> set[tuple[str, str]]:
        return set(
            pg.execute(
                "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint where contype = 'f'"
            ).fetchall()
        )

    few = variant(small, tmp_path, "delete from reference.territoires where territoire_code = 'COM-46042'")
    name = copied(server, few)
    with server.connect(name) as pg:
        assert differing(few, pg) == []
        printed = ("plan.chiffres_imprimes", "reference.territoires")
        assert printed not in keys()
        assert ("indicateurs.valeurs", "reference.territoires") in keys()
        pg.execute("create view public.imprimes as select count(*) as n from plan.chiffres_imprimes")
        copy_to(server.dsn(name), small)
        assert printed in keys()
        copy_to(server.dsn(name), few)
        assert printed not in keys()
        assert differing(few, pg) == []
        assert pg.execute("select n from public.imprimes").fetchone()[0] > 0


def test_a_table_that_is_no_more_goes(server: Server, small: Path, tmp_path: Path) -> None:
    from pipelines.postgresql.copy import copy_to

    name = copied(server, small)
    copy_to(server.dsn(name), variant(small, tmp_path, "drop table qualite.regles"))
    with server.connect(name) as pg:
        assert pg.execute("select to_regclass('qualite.regles'), to_regclass('qualite.refus')").fetchone() == (
            None,
            "qualite.refus",
        )


@pytest.fixture
def loaded(demo_home: Home, tmp_path: Path) -> Home:
    """A home of the test's own with the demonstration in it."""
    shutil.copytree(demo_home.folder, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def test_a_copy_that_fails_is_said_remembered_and_made_again(loaded: Home, server: Server) -> None:
    name = server.database()
    secret = "zephyrin-" + name
    nowhere = {"VIGIE_POSTGRES_DSN": f"host={loaded.folder} dbname={name} user=vigie password={secret}"}
    first = loaded.run("load", **nowhere)
    assert first.returncode == 0
    assert "La copie PostgreSQL n'a pas été faite : le serveur ne répond pas" in first.stderr
    assert "vigie copy" in first.stderr
    assert "Copie PostgreSQL en retard : le serveur ne répond pas" in loaded.run("status", **nowhere).stdout
    told = loaded.load(**nowhere)
    assert told["copie_postgresql"]["incident"].startswith("le serveur ne répond pas")
    direct = loaded.run("copy", **nowhere)
    assert direct.returncode == 4
    assert "le serveur ne répond pas" in direct.stderr
    # The server is there again: the next load, which has nothing to read, makes the copy.
    here = {"VIGIE_POSTGRES_DSN": server.dsn(name)}
    told = loaded.load(**here)
    assert told["resultat"] == "rien de nouveau"
    assert told["copie_postgresql"]["incident"] is None
    with server.connect(name) as pg:
        assert pg.execute("select count(*) from indicateurs.valeurs").fetchone()[0] > 1000
    assert loaded.load(**here)["copie_postgresql"] is None  # not owed any more
    assert "Copie PostgreSQL à jour" in loaded.run("status", **here).stdout
    for file in loaded.folder.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file
    assert secret not in first.stderr + direct.stderr


@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        ("n'importe quoi", "ne se lit pas"),
        ("host={socket} dbname={base} user=personne", "le serveur ne répond pas, ou refuse le compte"),
        ("host={socket} dbname={base} user=sans_droit", "n'a pas les droits"),
    ],
)
def test_what_a_person_must_settle_is_said(loaded: Home, server: Server, tmp_path: Path, dsn: str, said: str) -> None:
    name = server.database()
    with server.connect() as pg:
        pg.execute("drop role if exists sans_droit")
        pg.execute("create role sans_droit login")
        pg.execute("do $$ begin create role vigie_analyste; exception when duplicate_object then end $$")
    done = loaded.run("copy", "--json", VIGIE_POSTGRES_DSN=dsn.format(socket=server.folder, base=name))
    assert done.returncode == 4
    assert said in json.loads(done.stdout)["incident"]


def test_a_schema_of_somebody_else_is_left_alone(server: Server, small: Path) -> None:
    from pipelines.postgresql.copy import CopyFailed, copy_to

    name = server.database()
    with server.connect(name, "vigie") as pg:
        pg.execute("create schema reference")
        pg.execute("create table reference.clients (n int)")
        pg.execute("insert into reference.clients values (1)")
    with pytest.raises(CopyFailed, match="pas de Vigie"):
        copy_to(server.dsn(name), small)
    with server.connect(name) as pg:
        assert pg.execute("select n from reference.clients").fetchall() == [(1,)]
        assert pg.execute("select to_regnamespace('indicateurs')").fetchone() == (None,)


def test_without_a_database_the_command_says_what_to_write(loaded: Home) -> None:
    done = loaded.run("copy")
    assert done.returncode == 64
    assert "VIGIE_POSTGRES_DSN" in done.stderr
