"""What brings a register of an earlier Vigie to this one; `register.sql` is the last version, for a new file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

Step = Callable[[sqlite3.Connection], None]


def _know_what_is_set_aside(db: sqlite3.Connection) -> None:
    """A check is no content: SQLite lets its text be replaced, where it would have the whole table copied."""
    for table, before in (("livraisons", "'refusee', 'retiree')"), ("decisions", "('retiree', 'retablie')")):
        [[sql]] = db.execute("select sql from sqlite_master where type = 'table' and name = ?", (table,)).fetchall()
        if before not in sql:
            continue
        db.execute("pragma writable_schema = on")
        db.execute(
            "update sqlite_master set sql = ? where type = 'table' and name = ?",
            (sql.replace(before, before[:-1] + ", 'ecartee')"), table),
        )
        db.execute("pragma writable_schema = reset")


# The step at place n brings a register of version n to the next. Whoever changes a table of register.sql adds one; a
# table that is only new needs none.
STEPS: tuple[Step, ...] = (_know_what_is_set_aside,)


def migrate(db: sqlite3.Connection, steps: tuple[Step, ...] = STEPS) -> None:
    """Bring an open register to the last version in one transaction: cut short, it is of the version that it was."""
    if _version(db) >= len(steps):
        return
    db.execute("begin immediate")
    try:
        for step in steps[_version(db) :]:  # another process may have done it meanwhile
            step(db)
        db.execute(f"pragma user_version = {len(steps)}")
    except BaseException:
        db.execute("rollback")
        raise
    db.execute("commit")


def _version(db: sqlite3.Connection) -> int:
    [[version]] = db.execute("pragma user_version").fetchall()
    return int(version)
