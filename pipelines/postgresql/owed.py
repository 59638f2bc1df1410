"""Which copy is owed, and what became of it: a copy that failed is said, remembered, and made again.

What is published does not wait for it: the file is in place whatever the server answers.
"""

from __future__ import annotations

import hashlib
import traceback
from dataclasses import dataclass

from pydantic import SecretStr

from pipelines.home.register import Register, now
from pipelines.postgresql.secret import MISREAD, hidden, is_misread
from pipelines.settings.model import Settings


@dataclass(frozen=True)
class Copied:
    """How a copy ended: rows by table, or a French clause that says why there is none."""

    rows: dict[str, int] | None
    incident: str | None = None

    def sentence(self) -> str:
        if self.incident is None:
            return "Copie PostgreSQL faite."
        return (
            f"La copie PostgreSQL n'a pas été faite : {self.incident}. L'entrepôt publié est en place ; elle sera "
            "refaite au prochain chargement, ou par vigie copy."
        )


def is_owed(settings: Settings, register: Register) -> bool:
    """Whether the published file is not yet in the database that the settings name."""
    published = register.last_publication()
    if settings.postgres_dsn is None or published is None:
        return False
    last = register.last_copy(_target(settings.postgres_dsn))
    return last is None or last["incident"] is not None or last["sha256"] != published["sha256"]


def copy(settings: Settings, register: Register, *, whole: bool = False) -> Copied:
    """Copy the published file, and note how it went. The caller holds the lock; nothing is raised."""
    published, dsn = register.last_publication(), settings.postgres_dsn
    if dsn is None:
        raise ValueError("no database is named")
    if published is None:
        return Copied(None, "le registre a été perdu, et un chargement doit d'abord le refaire")
    copied = _try(settings, dsn.get_secret_value(), whole)
    register.note_copy(published["sha256"], _target(dsn), now(), copied.incident)
    return copied


def last(settings: Settings, register: Register) -> dict | None:
    """The last copy that was tried: when, of which file, and its incident."""
    return register.last_copy(_target(settings.postgres_dsn)) if settings.postgres_dsn else None


def _target(dsn: SecretStr) -> str:
    return hashlib.sha256(dsn.get_secret_value().encode()).hexdigest()[:16]


def _try(settings: Settings, dsn: str, whole: bool) -> Copied:
    try:
        import psycopg

        from pipelines.postgresql.copy import CopyFailed, copy_to
    except ImportError:
        return Copied(None, "le pilote de PostgreSQL n'est pas installé (pip install 'vigie[postgres]')")
    if is_misread(dsn):
        return Copied(None, MISREAD)
    try:
        return Copied(copy_to(dsn, settings.paths.warehouse, whole=whole))
    except CopyFailed as failed:
        return Copied(None, str(failed))
    except psycopg.errors.LockNotAvailable:
        return Copied(None, "une table est tenue par quelqu'un d'autre depuis plus d'une minute")
    except psycopg.errors.InsufficientPrivilege as error:
        return Copied(None, f"le compte donné n'a pas les droits ({error.diag.message_primary})")
    except psycopg.OperationalError as error:
        return Copied(None, f"le serveur ne répond pas, ou refuse le compte ({hidden(_first_line(error), dsn)})")
    except psycopg.Error as error:
        if error.sqlstate is None:  # the driver itself, whose text may quote what it was given
            return Copied(None, "la chaîne de connexion (VIGIE_POSTGRES_DSN ou postgres_dsn) ne se lit pas")
        return Copied(None, f"PostgreSQL répond « {error.diag.message_primary} »")
    except Exception as error:  # whatever it is, it must not undo a load that has published
        trace = hidden("".join(traceback.format_exception(error)), dsn)
        (settings.paths.logs / "copie.log").write_text(trace, encoding="utf-8")
        return Copied(None, f"incident interne, le détail est dans {settings.paths.logs / 'copie.log'}")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["sans autre précision"])[0]
