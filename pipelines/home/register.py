"""The register (SQLite): which deliveries there are, what was decided of them, what each load did."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from pipelines.home.landing import LandingFile
from pipelines.home.migrations import STEPS, migrate
from pipelines.home.versions import settle_versions
from pipelines.machine.durable import restrict
from pipelines.machine.faults import MachineFault

ACCEPTED, REFUSED, WITHDRAWN, SET_ASIDE = "acceptee", "refusee", "retiree", "ecartee"
REINSTATED, CHOSEN, NAMED, CONFIRMED = "retablie", "choisie", "nommee", "confirmee"
# Delivery id → (status, reason), for this connection alone: what a build is tried with before anything is decided.
Trial = dict[str, tuple[str, str | None]]
_SCHEMA = Path(__file__).with_name("register.sql")

_OF_DELIVERIES = (
    "tranches", "refus", "decisions", "choix", "confirmations", "partielles", "contenus", "noms", "parutions", "bruts",
    "fichiers_bruts", "vus", "depots",
)  # fmt: skip
_RANKING = Path(__file__).with_name("ranking.sql")
_VERSIONS = Path(__file__).with_name("versions.sql")


# The accepted deliveries as a trial sees them; unqualified, the name means this one while it is there.
_TRIAL = """
create temp table if not exists essai (livraison_id text primary key, statut text not null, motif text) strict;
create temp view if not exists acceptees as
select t.*, l.sha256, l.nom
  from main.tranches as t
  join main.livraisons as l using (livraison_id)
  left join temp.essai as e using (livraison_id)
 where coalesce(e.statut, l.statut) = 'acceptee';
"""


def now() -> str:
    """Return local time with its offset, to the second."""
    return _to_the_second(dt.datetime.now().astimezone())


def _to_the_second(instant: dt.datetime) -> str:
    return instant.isoformat(timespec="seconds")


# What the register says of a load that was interrupted, or killed.
CUT_SHORT = "interrompu avant sa fin : rien n'est perdu, le chargement suivant reprend ce qui restait"


def note_interruption(file: Path, load: str, exit_code: int) -> None:
    """Say that a load was interrupted, by a connection of its own: the load's own may be in the middle of something."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=2)) as db:
        db.execute(
            "update chargements set fin = ?, code_sortie = ?, resultat = ? where chargement = ? and resultat is null",
            (now(), exit_code, CUT_SHORT, load),
        )


# What this code writes. A register of an earlier one is brought to it when it is opened.
VERSION = len(STEPS)


class UnreadableRegister(MachineFault):
    """The register is damaged, or of a later Vigie. The text is French, and names what heals it."""


def fault_of_register(file: Path) -> str | None:
    """What is wrong with a register, read whole; None for one that is sound or not there. Nothing is written."""
    if not file.exists():
        return None
    try:
        with Register(file) as register:
            told = [row["integrity_check"] for row in register.rows("pragma integrity_check(3)")]
    except UnreadableRegister as error:
        return str(error)
    except sqlite3.DatabaseError as error:
        return _damaged(file, str(error))
    return None if told == ["ok"] else _damaged(file, told[0])


def copy_register(file: Path, target: Path) -> None:
    """Write one file that holds all that a register holds, in the version in which it is. Raises UnreadableRegister."""
    try:
        with closing(sqlite3.connect(file)) as live, closing(sqlite3.connect(target)) as copy:
            restrict(target, 0o640)
            live.backup(copy)
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:
            raise
        raise UnreadableRegister(_damaged(file, str(error))) from error


def set_aside(file: Path) -> Path:
    """Give a damaged register another name: it is kept, for what it may still tell, and is in nobody's way."""
    target = file.with_name(f"{file.name}.abime-{dt.datetime.now():%Y%m%d-%H%M%S}")
    for end in ("-wal", "-shm", ""):
        beside = file.with_name(file.name + end)
        if beside.exists():
            os.replace(beside, target.with_name(target.name + end))
    return target


def _damaged(file: Path, why: str) -> str:
    return (
        f"Le registre {file} est abîmé ({why.splitlines()[0]}). L'archive a tout ce qu'il dit des livraisons et des "
        "décisions : le refaire par vigie rebuild."
    )


class Register:
    """One connection. Rows are mappings by column name. Where the file may only be read, a copy of it is opened, which
    goes with the connection: whoever reads reads on, and a load is refused by its lock.
    """

    def __init__(self, file: Path) -> None:
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        if file.exists() and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
            file = self._copied(file)
        # Make the file here, for its owner and group alone: SQLite gives its journals the same rights.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o640))
        self._db = sqlite3.connect(file, isolation_level=None, timeout=30)
        try:
            self._open(file)
        except BaseException as error:
            self.__exit__()
            if type(error) is sqlite3.DatabaseError:  # its own class is for damage; a lock, a full disk have another
                raise UnreadableRegister(_damaged(file, str(error))) from error
            raise

    def _open(self, file: Path) -> None:
        self._db.row_factory = sqlite3.Row
        [[version]] = self._db.execute("pragma user_version").fetchall()
        if version > VERSION:
            raise UnreadableRegister(
                f"Le registre {file} a été écrit par une version plus récente de Vigie (format {version}, celle-ci "
                f"connaît le {VERSION}). Rien n'est lu ni écrit : réinstaller cette version, ou refaire le registre "
                "avec celle-ci depuis l'archive, par vigie rebuild."
            )
        self._db.execute("pragma foreign_keys = on")
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.executescript(_SCHEMA.read_text(encoding="utf-8"))
        migrate(self._db)
        self._db.executescript(_TRIAL)
        self._db.executescript(_VERSIONS.read_text(encoding="utf-8"))
        self._db.executescript(_RANKING.read_text(encoding="utf-8"))
        self._settled: tuple[int, int] | None = None

    def _copied(self, file: Path) -> Path:
        self._copy = tempfile.TemporaryDirectory(prefix="vigie-registre-")
        target = Path(self._copy.name) / file.name
        for end in ("", "-wal"):  # what is written and not yet in the file itself
            if file.with_name(file.name + end).exists():
                shutil.copyfile(file.with_name(file.name + end), target.with_name(file.name + end))
        return target

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        if self._copy is not None:
            self._copy.cleanup()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all or nothing; inside another transaction, be a part of it."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        return [dict(r) for r in self._db.execute(sql, values)]

    # ── the home ────────────────────────────────────────────────────────────────
    def nature(self) -> str | None:
        """Return `demonstration` or `reelle`, fixed by the deliveries in it; None while it holds none."""
        natures = self.rows("select distinct nature from livraisons where statut = 'acceptee' limit 1")
        return natures[0]["nature"] if natures else None

    # ── deliveries ──────────────────────────────────────────────────────────────
    def delivery(self, prefix: str) -> dict[str, Any] | None:
        """Find the delivery whose id or SHA-256 starts with `prefix`, if exactly one does."""
        matches = self.rows("select * from livraisons where sha256 like ? || '%'", prefix) if prefix.isalnum() else []
        return matches[0] if len(matches) == 1 else None

    def entry(self, delivery_id: str) -> dict[str, Any]:
        """Return the delivery of an id that the register gave; raises KeyError for another."""
        delivery = self.delivery(delivery_id)
        if delivery is None:
            raise KeyError(delivery_id)
        return delivery

    def named(self, text: str) -> list[dict[str, Any]]:
        """Find the deliveries whose file bears this name, with or without its folders, whatever its case; failing that,
        those whose id or SHA-256 starts so.
        """
        query = (
            "with connus as (select livraison_id, nom from livraisons union select livraison_id, nom from noms)"
            " select l.* from livraisons as l where l.livraison_id in (select livraison_id from connus where"
            " nom = ?1 or nom like '%/' || ?2 escape '\\' or nom like ?2 escape '\\')"
            " order by recu_le, livraison_id"
        )
        matches = (
            self.rows(query, text, text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")) if text else []
        )
        if matches or not text.isalnum():
            return matches
        return self.rows("select * from livraisons where sha256 like ? || '%' order by recu_le, livraison_id", text)

    def deliveries(self) -> list[dict[str, Any]]:
        """Return every delivery in the order of its reception, as the trial that is under way sees it."""
        query = (
            "select l.*, e.statut as essai, e.motif as essai_motif from livraisons as l"
            " left join temp.essai as e using (livraison_id) order by recu_le, livraison_id"
        )
        deliveries = self.rows(query)
        for d in deliveries:
            tried, reason = d.pop("essai"), d.pop("essai_motif")
            if tried:
                d |= {"statut": tried, "motif": reason}
        return deliveries

    def accepted(self) -> list[str]:
        """Return the ids of what is accepted, newest load first; those of one load in the order of their bytes."""
        query = (
            "select livraison_id from livraisons as l left join temp.essai as e using (livraison_id)"
            " left join chargements as c using (chargement)"
            " where coalesce(e.statut, l.statut) = 'acceptee'"
            " order by datetime(c.debut) desc, c.rowid desc, livraison_id"
        )
        return [r["livraison_id"] for r in self.rows(query)]

    def set_aside(self) -> list[dict[str, Any]]:
        """List what Vigie set aside by itself, with the written `base` of that: a trial may take it up again."""
        query = (
            "select l.*, base from livraisons as l left join mises_a_l_ecart using (livraison_id)"
            " where statut = ? order by recu_le, livraison_id"
        )
        return self.rows(query, SET_ASIDE)

    def attempt(self, trial: Trial) -> None:
        """See these deliveries under another status, for this connection and until the next call."""
        with self.transaction():
            self._db.execute("delete from temp.essai")
            self._db.executemany("insert into temp.essai values (?, ?, ?)", [(i, *s) for i, s in trial.items()])

    def defects(self, delivery_id: str | None = None) -> list[dict[str, Any]]:
        return self.rows(
            "select * from refus where ?1 is null or livraison_id = ?1 order by livraison_id, rang",
            delivery_id,
        )

    def slices(self, delivery_id: str) -> list[dict[str, Any]]:
        return self.rows(
            "select * from tranches where livraison_id = ? order by source, table_nom, tranche", delivery_id
        )

    def note_raw(self, delivery_id: str, stem: str) -> None:
        """Note which raw files hold the rows of a delivery."""
        self._db.execute("insert or replace into bruts values (?, ?)", (delivery_id, stem))

    def note_raw_hashes(self, hashes: dict[str, str]) -> None:
        """Note the SHA-256 of raw files, by their path in the raw folder."""
        self._db.executemany("insert or replace into fichiers_bruts values (?, ?)", sorted(hashes.items()))

    def forget_raw_hashes(self, names: Iterable[str]) -> None:
        self._db.executemany("delete from fichiers_bruts where chemin = ?", [(n,) for n in names])

    def raw_hashes(self) -> dict[str, str]:
        """Map path in the raw folder to SHA-256."""
        return {r["chemin"]: r["sha256"] for r in self.rows("select * from fichiers_bruts")}

    def forget(self, delivery_id: str) -> None:
        """Take a delivery out of the index, with all that hangs on it."""
        self._db.execute("delete from livraisons where livraison_id = ?", (delivery_id,))

    def forget_deliveries(self) -> None:
        """Empty the index of the deliveries; the archive has them all."""
        with self.transaction():
            for table in (*_OF_DELIVERIES, "livraisons"):
                self._db.execute(f"delete from {table}")  # noqa: S608

    def raw_stems(self) -> dict[str, tuple[str, str]]:
        """Map every delivery that was ever accepted to (stem of its raw files, status)."""
        query = (
            "select livraison_id, coalesce(fichier, livraison_id) as fichier, statut"
            " from livraisons left join bruts using (livraison_id) where statut <> 'refusee'"
        )
        return {r["livraison_id"]: (r["fichier"], r["statut"]) for r in self.rows(query)}

    def decision_counts(self) -> dict[str, int]:
        """Count the decisions recorded of each SHA-256."""
        query = (
            "select sha256, count(*) as n from (select livraison_id from decisions union all"
            " select livraison_id from choix union all select livraison_id from noms union all"
            " select livraison_id from confirmations group by livraison_id, decide_le)"
            " join livraisons using (livraison_id) group by sha256"
        )
        return {r["sha256"]: r["n"] for r in self.rows(query)}

    def decisions(self, delivery_id: str) -> list[dict[str, Any]]:
        query = (
            "select livraison_id, decide_le, decision, motif from ("
            "select *, rowid as rang from decisions union all"
            " select livraison_id, decide_le, 'choisie', motif, rowid from choix union all"
            " select livraison_id, decide_le, 'confirmee', motif, min(rowid) from confirmations group by 1, 2, 4"
            ") where livraison_id = ? order by datetime(decide_le), rang"
        )
        return self.rows(query, delivery_id)

    def _settle(self) -> None:
        """Settle the returns that several deliveries hold, if anything was written since that was done."""
        if self._settled != self._state():
            settle_versions(self._db)
            self._settled = self._state()

    def _state(self) -> tuple[int, int]:
        """Return what changes with any write, of this connection or of another."""
        return self._db.total_changes, self._db.execute("pragma data_version").fetchone()[0]

    def corrected(self) -> list[dict[str, Any]]:
        """List the rows of returns that a correction replaced: where they stand, and what stands for them."""
        self._settle()
        return self.rows(
            "select * from temp.corrigees order by source, table_nom, tranche, livraison_id, feuille, ligne"
        )

    def selection(self) -> list[sqlite3.Row]:
        """Return every slice of every accepted delivery with its rank; what is in use is `retenue`: the first, unless
        none is (`indecise`), and for a return what it corrects row by row.

        Rows as SQLite gives them: there may be a hundred thousand, and a mapping each would be three times their size.
        It takes a second then: who wants less of it asks for less, below.
        """
        self._settle()
        return self._db.execute("select * from classement order by source, table_nom, tranche, rang").fetchall()

    def layouts(self) -> list[dict[str, Any]]:
        """List the layouts of deliveries accepted or set aside: `livraison_id`, `source`, `table_nom`, `layout`."""
        return self.rows(
            "select distinct livraison_id, source, table_nom, layout from tranches join livraisons using (livraison_id)"
            " where statut in ('acceptee', 'ecartee')"
        )

    def move_raw(self, stems: set[str]) -> None:
        """Say that these raw files hold nothing of the deliveries that are not in use; the archive gives it again."""
        self._db.executemany(
            "update bruts set fichier = livraison_id where fichier = ? and livraison_id in"
            " (select livraison_id from livraisons where statut not in ('acceptee', 'ecartee'))",
            [(stem,) for stem in sorted(stems)],
        )

    def disputed(self) -> list[sqlite3.Row]:
        """Select the slices that more than one accepted delivery holds: few, and found at once."""
        self._settle()
        return self._db.execute(
            "select * from classement_disputees order by source, table_nom, tranche, rang"
        ).fetchall()

    def ranked(self) -> list[tuple[Any, ...]]:
        """Return (source, table, slice, edition, publication's date, whether none is in use, what is, how it is read,
        SHA-256) of every slice of every accepted delivery, the one in use first.
        """
        self._settle()
        query = (
            "select source, table_nom, tranche, edition, publie_le, indecise, retenue, proposee, lecture, sha256"
            " from classement"
            " order by source, table_nom, tranche, rang"
        )
        return [tuple(r) for r in self._db.execute(query)]

    def in_use(self) -> dict[tuple[str, str, str], str]:
        """Map (source, table, slice) to the delivery that is in use for it, or that corrected it last; a slice of which
        none is has no entry.
        """
        self._settle()
        query = "select source, table_nom, tranche, livraison_id from classement where rang = 1 and retenue"
        return {tuple(r)[:3]: r["livraison_id"] for r in self._db.execute(query)}

    def used(self) -> set[str]:
        """Return the deliveries that are in use for one slice at least, were it for a row."""
        self._settle()
        return {
            r["livraison_id"] for r in self._db.execute("select distinct livraison_id from classement where retenue")
        }

    def bases(self, nature: str) -> set[tuple[str, str, str]]:
        """Return (source, table, slice) of what a delivery of this nature, accepted or set aside, holds whole: some
        lines of the same nature may correct it.
        """
        query = (
            "select distinct source, table_nom, tranche from tranches join livraisons using (livraison_id)"
            " where nature = ? and statut in ('acceptee', 'ecartee') and (livraison_id, source, table_nom, tranche)"
            " not in (select livraison_id, source, table_nom, tranche from partielles)"
        )
        return {tuple(r) for r in self._db.execute(query, (nature,))}

    def raw_in_use(self) -> set[tuple[str, str, str]]:
        """Return (source, table, stem) of the raw files that hold rows of accepted deliveries, and of those set aside:
        they may be taken up again.
        """
        query = (
            "select distinct source, table_nom, coalesce(fichier, livraison_id)"
            " from tranches join livraisons using (livraison_id) left join bruts using (livraison_id)"
            " where statut in ('acceptee', 'ecartee')"
        )
        return {tuple(r) for r in self._db.execute(query)}

    def partial(self) -> set[tuple[str, str, str, str]]:
        """Return (delivery, source, table, slice) of what cannot stand alone."""
        return {tuple(r) for r in self._db.execute("select * from partielles")}

    def delivered_sources(self) -> set[str]:
        """Return the sources of which an accepted delivery holds a slice."""
        return {r["source"] for r in self.rows("select distinct source from acceptees")}

    def accept(self, sha256: str, size: int, reception: dict[str, Any], formats: str) -> None:
        """Record an accepted delivery and its slices (`reception` as archived)."""
        with self.transaction():
            self._insert(sha256, size, reception, formats, ACCEPTED, None)
            self._db.executemany(
                "insert into tranches values (:livraison_id, :source, :table, :tranche, :periode, :edition, :layout,"
                " :feuille, :lignes, :cellules, :vides, :empreinte)",
                [p | {"livraison_id": sha256[:12]} for p in reception["tranches"]],
            )
            self._db.executemany(
                "insert into partielles values (?, ?, ?, ?)",
                [
                    (sha256[:12], p["source"], p["table"], p["tranche"])
                    for p in reception["tranches"]
                    if p.get("partielle")
                ],
            )

    def refuse(self, sha256: str, size: int, reception: dict[str, Any], formats: str) -> None:
        """Record a refused delivery and every defect found in it."""
        with self.transaction():
            self._insert(sha256, size, reception, formats, REFUSED, reception["defauts"][0]["constat"])
            self._db.executemany(
                "insert into refus values (:livraison_id, :rang, :code, :feuille, :ligne, :colonne, :constat,"
                " :attendu, :remede)",
                [d | {"livraison_id": sha256[:12], "rang": i} for i, d in enumerate(reception["defauts"], start=1)],
            )

    def confirm(self, delivery_id: str, slices: Iterable[Iterable[str]], reason: str, when: str) -> None:
        """Record a correction that a person takes: (source, table, slice, reading) each; the archive holds it."""
        with self.transaction():
            self._db.executemany(
                "insert or replace into confirmations values (?, ?, ?, ?, ?, ?, ?)",
                [(delivery_id, source, table, tranche, when, how, reason) for source, table, tranche, how in slices],
            )

    def decision_time(self) -> str:
        """Return now, or a second after the last decision if that is later: their order must outlive the clock's."""
        query = (
            "select decide_le from confirmations union select decide_le from choix"
            " union select decide_le from decisions"
        )
        earlier = [dt.datetime.fromisoformat(r["decide_le"]) + dt.timedelta(seconds=1) for r in self.rows(query)]
        return _to_the_second(max([dt.datetime.now().astimezone(), *(e.astimezone() for e in earlier)]))

    def contents_lacking(self, tables: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
        """Return the slices of these tables that several deliveries hold, or one that cannot stand alone, and of which
        it is not noted what they say: `livraison_id`, `source`, `table_nom`, `tranche`.
        """
        query = (
            "with tenues as (select t.* from tranches as t join livraisons using (livraison_id)"
            " where statut in ('acceptee', 'ecartee') and (t.source, t.table_nom) in (values {})),"
            " plusieurs as (select source, table_nom, tranche from tenues group by 1, 2, 3 having count(*) > 1)"
            " select t.livraison_id, t.source, t.table_nom, t.tranche from tenues as t"
            " left join contenus as c using (livraison_id, source, table_nom, tranche) where c.resume is null and ("
            " (t.source, t.table_nom, t.tranche) in plusieurs or (t.livraison_id, t.source, t.table_nom, t.tranche) in"
            " (select livraison_id, source, table_nom, tranche from partielles)) order by 2, 3, 4, 1"
        )
        named = [value for table in tables for value in table]
        return self.rows(query.format(", ".join(["(?, ?)"] * (len(named) // 2))), *named) if named else []

    def note_contents(self, contents: Iterable[tuple[str, str, str, str, str, str]]) -> None:
        """Note what deliveries say of slices: (delivery, source, table, slice, hash, rows as JSON)."""
        with self.transaction():
            self._db.executemany("insert or replace into contenus values (?, ?, ?, ?, ?, ?)", contents)

    def decide(self, delivery_id: str, decision: str, reason: str, when: str, basis: str | None = None) -> None:
        """Withdraw, reinstate, set aside or choose, or note another name (`reason`); the archive already holds the
        decision. `basis` is what it rests on, when something else than a person decided.
        """
        with self.transaction():
            if decision in {CHOSEN, NAMED}:
                table = "choix" if decision == CHOSEN else "noms"
                self._db.execute(f"insert or replace into {table} values (?, ?, ?)", (delivery_id, when, reason))  # noqa: S608
                return
            self._db.execute("insert into decisions values (?, ?, ?, ?)", (delivery_id, when, decision, reason))
            status = ACCEPTED if decision == REINSTATED else decision
            # What is refused now, read again, stays refused: a decision of when it was accepted has nothing to act on.
            self._db.execute(
                "update livraisons set statut = ?, motif = ? where livraison_id = ? and statut <> ?",
                (status, reason, delivery_id, REFUSED),
            )
            if basis is not None:
                self._db.execute("insert or replace into mises_a_l_ecart values (?, ?)", (delivery_id, basis))

    def _insert(
        self, sha256: str, size: int, reception: dict[str, Any], formats: str, status: str, reason: str | None
    ) -> None:
        self._db.execute("delete from livraisons where livraison_id = ?", (sha256[:12],))
        self._db.execute(
            "insert into livraisons values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                sha256[:12], sha256, reception["nom"], size, reception["recu_le"], reception["nature"],
                status, reason, formats, reception["chargement"],
            ),
        )  # fmt: skip
        if sent := reception.get("depot"):
            self._db.execute("insert into depots values (?, ?, ?)", (sha256[:12], sent["expediteur"], sent["dossier"]))

    def sender(self, delivery_id: str) -> str | None:
        """Return the code of whoever sent a delivery, when it came through a drop folder."""
        found = self.rows("select expediteur_code from depots where livraison_id = ?", delivery_id)
        return found[0]["expediteur_code"] if found else None

    def senders(self) -> dict[str, str]:
        """Map each delivery that came through a drop folder to the code of whoever sent it."""
        return {r["livraison_id"]: r["expediteur_code"] for r in self.rows("select * from depots")}

    # ── files already hashed ────────────────────────────────────────────────────
    def known_hashes(self) -> dict[tuple[str, int, int, int, int], str]:
        """Map the stat key of each landing file to its SHA-256."""
        return {
            (r["nom"], r["taille_octets"], r["mtime_ns"], r["ctime_ns"], r["inode"]): r["sha256"]
            for r in self.rows("select * from vus")
        }

    def remember(self, file: LandingFile, sha256: str, loosely: bool = False) -> None:
        """Remember that these bytes need no other reading while the file looks the same; by its size and time alone,
        `loosely`. A file whose time is too fresh to tell a change is looked at again.
        """
        if file.is_racy(time.time()):
            self._db.execute("delete from vus where nom = ?", (file.name,))
            return
        key = file.loose_key() if loosely else file.stat_key()
        self._db.execute("insert or replace into vus values (?, ?, ?, ?, ?, ?)", (*key, sha256))

    # ── names and publications ──────────────────────────────────────────────────
    def date_publications(self, dated: Iterable[tuple[str, str, str, str]]) -> None:
        """Replace what names say: (delivery id, source, publication's date, year of geography)."""
        with self.transaction():
            self._db.execute("delete from parutions")
            self._db.executemany("insert into parutions values (?, ?, ?, ?)", list(dated))

    # ── loads ───────────────────────────────────────────────────────────────────
    def open_load(self, load: str, command: str, log: str) -> None:
        """Note that a load begins; whoever holds the lock knows that the ones before it are no longer running."""
        self._db.execute(
            "update chargements set resultat = ? where resultat is null and chargement <> ?", (CUT_SHORT, load)
        )
        self._db.execute(
            "insert or ignore into chargements (chargement, commande, debut, journal) values (?, ?, ?, ?)",
            (load, command, now(), log),
        )

    def note_step(self, load: str, step: str, seconds: float) -> None:
        """Add the duration of a step to the load's record."""
        loads = self.rows("select etapes from chargements where chargement = ?", load)
        steps = json.loads(loads[0]["etapes"] or "{}") if loads else {}
        steps[step] = round(steps.get(step, 0.0) + seconds, 3)
        self._db.execute("update chargements set etapes = ? where chargement = ?", (json.dumps(steps), load))

    def note_intake(self, load: str, received: int, accepted: int, refused: int, rows: int) -> None:
        self._db.execute(
            "update chargements set recues = ?, acceptees = ?, refusees = ?, lignes = ? where chargement = ?",
            (received, accepted, refused, rows, load),
        )

    def close_load(self, load: str, exit_code: int, result: str) -> None:
        self._db.execute(
            "update chargements set fin = ?, code_sortie = ?, resultat = ? where chargement = ?",
            (now(), exit_code, result, load),
        )

    def load(self, load: str) -> dict[str, Any] | None:
        loads = self.rows("select * from chargements where chargement = ?", load)
        return loads[0] if loads else None

    def last_loads(self, most: int = 5) -> list[dict[str, Any]]:
        return self.rows("select * from chargements order by datetime(debut) desc, rowid desc limit ?", most)

    # ── checks ──────────────────────────────────────────────────────────────────
    def insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Add rows, replacing those of the same key; the columns are the keys of the first row."""
        if rows:
            names = list(rows[0])
            values = ", ".join(f":{name}" for name in names)
            self._db.executemany(f"insert or replace into {table} ({', '.join(names)}) values ({values})", rows)  # noqa: S608

    def add(self, table: str, row: dict[str, Any]) -> None:
        """Add one row; raises sqlite3.IntegrityError where one has its key."""
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        self._db.execute(f"insert into {table} ({names}) values ({values})", row)  # noqa: S608

    def forget_findings(self, loads: int) -> None:
        """Keep the findings of the last `loads` loads alone."""
        self._db.execute(
            "delete from constats where chargement not in"
            " (select chargement from chargements order by datetime(debut) desc, rowid desc limit ?)",
            (loads,),
        )

    # ── publications ────────────────────────────────────────────────────────────
    def note_publication(self, load: str, when: str, fingerprint: str, departement: str, warehouse: Path) -> None:
        """Note what the published file is made of, and how it looks from outside, so that another file is noticed."""
        stat = warehouse.stat()
        with warehouse.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        self._db.execute(
            "insert or replace into publications values (?, ?, ?, ?, ?, ?, ?)",
            (load, when, fingerprint, departement, stat.st_size, stat.st_mtime_ns, sha256),
        )

    def last_publication(self) -> dict[str, Any] | None:
        publications = self.rows("select * from publications order by rowid desc limit 1")
        return publications[0] if publications else None

    def note_copy(self, sha256: str, target: str, when: str, incident: str | None) -> None:
        """Note how a copy of the published file into PostgreSQL ended."""
        self._db.execute("insert into copies values (?, ?, ?, ?)", (sha256, target, when, incident))

    def last_copy(self, target: str) -> dict[str, Any] | None:
        copies = self.rows("select * from copies where cible = ? order by rowid desc limit 1", target)
        return copies[0] if copies else None
