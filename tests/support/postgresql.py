"""A PostgreSQL server of a test's own: a new cluster in a temporary folder, on a socket that nothing else sees."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import psycopg

_ACCOUNT = "vigie"


READ = ("indicateurs.series", "indicateurs.taux", "qualite.controles", "reference.publication")


class Server:
    """A running cluster. `database` gives an empty one, with the connection string of the account that Vigie uses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made = 0

    def dsn(self, database: str, account: str = _ACCOUNT) -> str:
        return f"host={self.folder} dbname={database} user={account}"

    def connect(self, database: str = "postgres", account: str = "administrateur", **options: object):
        import psycopg

        return psycopg.connect(self.dsn(database, account), autocommit=True, **options)

    def database(self) -> str:
        """A new database's name; it belongs to the account."""
        self._made += 1
        with self.connect() as pg:
            pg.execute(f"create database essai_{self._made} owner {_ACCOUNT}")
        return f"essai_{self._made}"


def programs() -> Path | None:
    """Where the newest installed server keeps its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda f: int(f.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def server() -> Iterator[Server]:
    """Start a cluster and end it. It does not run as root: there, it runs as the account of the Debian package."""
    binaries = programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    account = {"user": "postgres"} if os.geteuid() == 0 else {}
    if account:
        shutil.chown(folder, "postgres")
    folder.chmod(0o755)
    data = folder / "data"

    def do(*arguments: str) -> None:
        done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False, **account)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)

    try:
        do(str(binaries / "initdb"), "--pgdata", str(data), "--auth", "trust", "--username", "administrateur",
           "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")  # fmt: skip
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        do(str(binaries / "pg_ctl"), "--pgdata", str(data), "--options", options, "--wait",
           "--log", str(folder / "journal"), "start")  # fmt: skip
        try:
            made = Server(folder)
            with made.connect() as pg:
                pg.execute(f"create role {_ACCOUNT} login createrole")
            yield made
        finally:
            do(str(binaries / "pg_ctl"), "--pgdata", str(data), "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fixture_server() -> Iterator[Server]:
    """For a fixture: the test skips with a sentence where the package is not installed."""
    if programs() is None:
        pytest.skip("PostgreSQL n'est pas installé (paquet Debian postgresql)")
    with server() as made:
        yield made


def content(pg: psycopg.Connection, *tables: str) -> dict[str, tuple]:
    """Table → its rows and a sum over them, of these tables or of all, as one transaction sees them: what a reader
    would call one state.
    """
    with pg.transaction():
        pg.execute("set transaction isolation level repeatable read, read only")
        named = tables or [t for (t,) in pg.execute("select table_nom from vigie.tables order by 1").fetchall()]
        return {
            name: pg.execute(
                f"select count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) from {name} as t"
            ).fetchone()
            for name in named
        }


def differing(warehouse: Path, pg: psycopg.Connection) -> list[str]:
    """The tables that are not the same rows in a published file and in a database, or are in one alone."""
    from pipelines.publication.reading import opened_file

    with opened_file(warehouse) as db:
        ours = {t for (t,) in db.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()}
        there = pg.execute(
            "select schemaname || '.' || tablename from pg_tables "
            "where schemaname not in ('pg_catalog', 'information_schema', 'vigie')"
        ).fetchall()
        theirs = {t for (t,) in there}
        odd = ours ^ theirs
        for table in ours & theirs:
            held = Counter(db.execute(f"from {table}").fetchall())
            if Counter(pg.execute(f"select * from {table}").fetchall()) != held:
                odd.add(table)
    return sorted(odd)


class Reader:
    """Somebody who reads some tables in a loop; `states` is what they saw."""

    def __init__(self, server: Server, name: str) -> None:
        self.states: list[dict] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read, args=(server, name))
        self._thread.start()

    def _read(self, server: Server, name: str) -> None:
        with server.connect(name) as pg:
            while not self._over.is_set():
                self.states.append(content(pg, *READ))

    def end(self) -> list[dict]:
        self._over.set()
        self._thread.join(timeout=60)
        return self.states
