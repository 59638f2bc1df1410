"""The checks' own history, in the register: a load that published nothing still shows what it found."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.home.register import Register, now
from pipelines.quality.findings import Finding, Result

# The findings of older loads are in the published files of their time; their results stay for ever.
_LOADS_OF_FINDINGS = 20


def keep(register: Register, load: str, results: Iterable[Result], findings: Iterable[Finding]) -> None:
    """Add to what this load has already recorded."""
    when = now()
    with register.transaction():
        register.insert("controles", [{"chargement": load, "execute_le": when} | r.row() for r in results])
        rank = register.rows("select coalesce(max(rang), 0) as n from constats where chargement = ?", load)[0]["n"]
        register.insert(
            "constats",
            [{"chargement": load, "rang": rank + i} | f.row() for i, f in enumerate(findings, start=1)],
        )
        register.forget_findings(_LOADS_OF_FINDINGS)


def history(register: Register) -> list[dict]:
    """List every result of every load, oldest first."""
    return register.rows("select * from controles order by execute_le, chargement, porte, regle_code, objet")


def findings(register: Register, load: str) -> list[dict]:
    """List what one load found, in the order in which it was recorded."""
    return register.rows("select * from constats where chargement = ? order by rang", load)


def results(register: Register, load: str) -> list[dict]:
    """List the result of every rule in one load."""
    return register.rows("select * from controles where chargement = ? order by porte, regle_code, objet", load)


def judged(register: Register, most: int) -> list[str]:
    """List the last loads that ran the checks of the warehouse, newest first."""
    found = register.rows(
        "select chargement from controles where porte = 'entrepot' group by chargement"
        " order by max(execute_le) desc, max(rowid) desc limit ?",
        most,
    )
    return [row["chargement"] for row in found]


def last_judged(register: Register) -> str | None:
    """Find the last load that ran the checks of the warehouse."""
    return next(iter(judged(register, 1)), None)
