"""What people write of a priority or of an action: kept in the home version by version, shown in one edition.

A text is checked for personal data when it is given; one that was changed by hand since is not shown.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pipelines.base.periods import Period
from pipelines.machine import ledger
from pipelines.machine.durable import write_whole
from pipelines.machine.paths import Paths
from pipelines.personal.detect import personal_sign
from pipelines.settings.tables import read_rows

_LEDGER = "commentaires.csv"
_TOPICS = Path(__file__).with_name("comment_topics.csv")
# More is a report of its own: the page has room for a few paragraphs.
LONGEST = 3000


class NotWritten(ValueError):
    """The text cannot be taken. The message is French."""


@dataclass(frozen=True)
class Version:
    """One line of the ledger of the home: who wrote which text, of what, for which edition."""

    periode: str
    edition: str
    priorite: str
    version: str
    auteur: str
    ecrit_le: str
    sha256: str

    @property
    def file(self) -> str:
        """Return the place of the text, in the folder of the comments."""
        return f"{self.periode}/{self.edition}/{self.priorite}.v{self.version}.md"


@dataclass(frozen=True)
class Comment:
    """The last version of a text, as the manifest of a snapshot carries it."""

    priorite: str
    edition: str
    auteur: str
    ecrit_le: str
    version: int
    sha256: str
    texte: str


def newest(paths: Paths, subject: str) -> list[tuple[Version, str]]:
    """List the last versions that speak of a subject in its latest period, one an edition, each with its text. Raises
    NotWritten for one that is no longer what was given.
    """
    own = [v for v in _versions(paths) if v.priorite == subject]
    if not own:
        return []
    latest = max((v.periode for v in own), key=lambda period: Period.read(period).end)
    said = {v.edition: v for v in own if v.periode == latest}
    return [(v, _read(paths.comments / v.file, v).texte) for _, v in sorted(said.items())]


def topics() -> dict[str, str]:
    """Map each topic of the quarter's qualitative part, which no priority holds, to its label."""
    return {row["sujet"]: row["libelle"] for row in read_rows(_TOPICS)}


def write(paths: Paths, period: Period, edition: str, priority: str, *, text: str, author: str, day: str) -> Version:
    """Keep a text as the next version of what it comments. Raises NotWritten."""
    text = text.strip()
    if not text:
        raise NotWritten("Le commentaire est vide.")
    if len(text) > LONGEST:
        raise NotWritten(f"Le commentaire a {len(text)} caractères ; {LONGEST} au plus tiennent à côté des chiffres.")
    if not author.strip():
        raise NotWritten("Il manque qui signe : une fonction (« le directeur de cabinet »), sans nom.")
    _refuse_personal(text, author)
    earlier = [v for v in _versions(paths) if (v.periode, v.edition, v.priorite) == (str(period), edition, priority)]
    made = Version(
        str(period), edition, priority, str(len(earlier) + 1), author.strip(), day, _sum(text),
    )  # fmt: skip
    target = paths.comments / made.file
    target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    write_whole(target, text.encode())
    ledger.append(paths.comments / _LEDGER, made)
    return made


def last(paths: Paths, period: Period) -> list[Comment]:
    """List the last version of each text of a period. Raises NotWritten for one that is no longer what was given."""
    newest = {(v.edition, v.priorite): v for v in _versions(paths) if v.periode == str(period)}
    return [_read(paths.comments / v.file, v) for _, v in sorted(newest.items())]


def _read(file: Path, version: Version) -> Comment:
    text = file.read_text(encoding="utf-8") if file.exists() else None
    if text is None or _sum(text) != version.sha256:
        raise NotWritten(
            f"Le commentaire {version.file} n'est plus celui qui a été donné : le redonner avec vigie comment."
        )
    return Comment(
        version.priorite, version.edition, version.auteur, version.ecrit_le, int(version.version), version.sha256, text
    )


def _refuse_personal(text: str, author: str) -> None:
    for place, said in [("qui signe", author), *((f"la ligne {n}", s) for n, s in enumerate(text.splitlines(), 1))]:
        sign = personal_sign(said)
        if sign is not None:
            raise NotWritten(
                f"Une donnée de personne semble se trouver dans {place} ({sign.what}) ; rien n'en est cité ici. "
                "L'ôter, ou désigner une fonction, puis recommencer."
            )


def _versions(paths: Paths) -> list[Version]:
    return ledger.lines(paths.comments / _LEDGER, Version)


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
