"""One fault against one home, and the six invariants of it."""

from __future__ import annotations

import re
import shutil
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from tests.conftest import Home
from tests.faults.ground import CANARIES, Ground, Reader, file_hash, said_by

INVARIANTS = ("I1", "I2", "I3", "I4", "I5", "I6")
# A sentence for a person begins with a capital or a quotation mark, and is not the text of an exception.
_FRENCH = re.compile(r"\b(le|la|les|un|une|des|du|de|est|sont|pas|par)\b|\b[ldn]['’]", re.IGNORECASE)


@dataclass
class Outcome:
    """What a fault was found to do: how many tries, and each invariant that a try broke, with a sentence."""

    tries: int = 0
    broken: list[tuple[str, str]] = field(default_factory=list)
    to_refuse: int = 0  # files that had to be refused, and those that were, for the reason that is theirs
    refused: int = 0

    def add(self, other: Outcome) -> None:
        self.tries += other.tries
        self.broken += other.broken
        self.to_refuse += other.to_refuse
        self.refused += other.refused

    @property
    def survived(self) -> int:
        """Tries in which nothing was broken: exact where nothing is, else no more than there were."""
        return max(self.tries - len(self.broken), 0)


class Trial:
    """A copy of a home with a reader on its published file; leaving it looks at what holds whatever the fault was."""

    def __init__(self, ground: Ground, home: Home | None = None, **environment: str) -> None:
        self.ground = ground
        self.home = ground.copy(home or ground.base, **environment)
        self.outcome = Outcome(tries=1)
        self.before = file_hash(self.home.warehouse)
        self.content_before = said_by(self.home.warehouse)
        self._reader = Reader(self.home.warehouse, self.home.folder.with_name(self.home.folder.name + ".fin"))

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        refused = self._reader.end()
        self.holds("I6", refused is None, f"un lecteur n'a pas été servi : {refused}")
        if kind is None:
            for place in personal_bytes(self.home):
                self.holds("I5", False, f"une donnée personnelle se lit dans {place}")
            self.outcome.broken += [("I2", sentence) for sentence in unreconciled(self.home)]
        unlock(self.home.folder)
        shutil.rmtree(self.home.folder, ignore_errors=True)

    def holds(self, invariant: str, condition: object, sentence: str) -> None:
        """Note that an invariant is broken unless the condition holds."""
        if not condition:
            self.outcome.broken.append((invariant, sentence))

    def unchanged(self) -> None:
        """I1 where nothing may have been published: the very bytes of before."""
        self.holds("I1", file_hash(self.home.warehouse) == self.before, "le fichier publié a changé")

    def old_or(self, *contents: dict[str, str]) -> None:
        """I1: the published file says wholly what it said, or wholly what it should say now."""
        try:
            found = said_by(self.home.warehouse)
        except duckdb.Error as error:
            self.holds("I1", False, f"le fichier publié ne s'ouvre pas : {error}")
            return
        allowed = [self.content_before, *contents]
        self.holds(
            "I1", found in allowed, f"le fichier publié n'est ni l'ancien ni le nouveau : {differing(found, allowed)}"
        )

    def ends_as(self, wanted: dict[str, str], *without: str) -> None:
        """I4: what is published now, without these columns, is what a run without the fault gives."""
        found = said_by(self.home.warehouse, *without)
        self.holds(
            "I4", found == wanted, f"le contenu diffère d'un chargement sans panne : {differing(found, [wanted])}"
        )

    def says_why(self, text: str | None, what: str) -> None:
        """I3: there is a reason, and it is a French sentence."""
        self.holds("I3", text and _FRENCH.search(text) and "Traceback" not in text, f"{what} : {text!r}")

    def loads_again(self, wanted: dict[str, str], *without: str) -> None:
        """I4: the next load repairs, but for these columns."""
        told = self.home.load()
        self.holds(
            "I4", told["code_sortie"] == 0, f"le chargement suivant sort {told['code_sortie']} : {told['resultat']}"
        )
        self.ends_as(wanted, *without)


def differing(found: dict[str, str], allowed: list[dict[str, str]]) -> str:
    """The tables that differ from the nearest of what is allowed."""
    nearest = min(([t for t in found.keys() | a.keys() if found.get(t) != a.get(t)] for a in allowed), key=len)
    return ", ".join(sorted(nearest)[:4])


def unlock(folder: Path) -> None:
    """Give back the rights that a fault took, so that the folder can go."""
    for entry in [folder, *folder.rglob("*")]:
        if not entry.is_symlink() and entry.is_dir():
            entry.chmod(0o755)


def unreconciled(home: Home) -> list[str]:
    """I2: cells read, typed and summed are the same; each accepted delivery's raw rows are as many as it announced,
    once.
    """
    found = []
    with duckdb.connect(str(home.warehouse), read_only=True) as db:
        for source, slice_, *_ in db.execute(
            "select source, tranche from qualite.rapprochement where cellules_lues is distinct from cellules_typees "
            "or cellules_typees is distinct from cellules_sommees or faits_typees is distinct from faits_sommes"
        ).fetchall():
            found.append(f"{source} {slice_} ne se rapproche pas")
    with sqlite3.connect(f"file:{home.folder / 'register.sqlite'}?mode=ro", uri=True) as register:
        announced = dict(
            register.execute(
                "select livraison_id || ' ' || source || '.' || table_nom, sum(lignes) from tranches "
                "join livraisons using (livraison_id) where statut = 'acceptee' group by 1"
            ).fetchall()
        )
    kept: dict[str, int] = {}
    for folder in {f.parent for f in (home.folder / "raw").glob("*/*/*.parquet")}:
        rows = duckdb.sql(
            f"select livraison_id, count(*) from '{folder}/*.parquet' where livraison_id is not null group by 1"
        )
        for delivery, n in rows.fetchall():
            kept[f"{delivery} {folder.parent.name}.{folder.name}"] = n
    for key in sorted(announced.keys() | kept.keys()):
        if announced.get(key) != kept.get(key):
            found.append(f"{key} : {announced.get(key)} lignes annoncées, {kept.get(key)} gardées")
    return found


def personal_bytes(home: Home, canaries: tuple[str, ...] = CANARIES) -> list[str]:
    """I5: where a canary can be read: in any byte outside quarantine and landing, and inside what is compressed."""
    needles = [c.encode(e) for c in canaries for e in ("utf-8", "latin-1", "utf-16-le")]
    places = []
    for file in home.folder.rglob("*"):
        inside = file.relative_to(home.folder)
        if file.is_symlink() or not file.is_file() or inside.parts[0] in {"quarantine", "landing"}:
            continue
        content = file.read_bytes()
        if file.suffix == ".parquet":
            content += repr(duckdb.sql(f"select * from '{file}'").fetchall()).encode()
        elif file.suffix == ".duckdb":
            content += _texts(file, home.folder / "raw").encode()
        if any(needle in content for needle in needles):
            places.append(str(inside))
    return places


def _texts(warehouse: Path, raw: Path) -> str:
    """Every text of a database; the views of a build read the raw rows."""
    with duckdb.connect(str(warehouse), read_only=True, config={"file_search_path": str(raw)}) as db:
        columns = db.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where data_type = 'VARCHAR' and not internal"
        ).fetchall()
        return repr(
            [
                db.execute(f'select distinct "{column}" from "{schema}"."{table}"').fetchall()
                for schema, table, column in columns
            ]
        )
