"""One snapshot: judged, read, controlled, written, named. Nothing appears under its name before it is whole."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.base.periods import Period
from pipelines.base.wording import plural
from pipelines.catalogue.model import Catalogue
from pipelines.home.register import Register, now
from pipelines.publication.fingerprint import build_is_needed
from pipelines.publication.reading import opened, rows
from pipelines.quality import excuses
from pipelines.settings.model import Settings
from pipelines.snapshots import closure, comments, editions, folder, given, manifest, parquet
from pipelines.snapshots.announce import owe
from pipelines.snapshots.folder import DATA, PUBLIC, RESTRICTED, Name

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from duckdb import DuckDBPyConnection


STALE = "L'entrepôt publié n'est pas à jour : des livraisons, des échéances ou des excuses n'y sont pas encore."
_PREVIEW = "APERÇU : ce cliché n'est pas donné, il peut encore changer"


class Refused(Exception):
    """The snapshot cannot be given now. `reasons` are French, for the data officer."""

    def __init__(self, sentence: str, reasons: list[str]) -> None:
        super().__init__(sentence)
        self.reasons = reasons


# Writes the pages of a snapshot (its folder, another target or None, manifests by edition or None); returns the files
# written, with their rows where they are tables.
Draw = Callable[[Path, Path | None, dict[str, dict] | None], dict[Path, int | None]]


@dataclass(frozen=True)
class Snapshot:
    """One that was given: its name, its folder, its manifest."""

    name: Name
    path: Path
    manifest: dict


def next_name(root: Path, period: Period, reason: str | None) -> Name:
    """The name of the snapshot to give: the first, or a correction when there is a reason. Raises Refused."""
    before = [name for name in folder.given(root) if name.period == str(period)]
    if before and not reason:
        raise Refused(
            f"Le cliché {before[-1]} est déjà donné : il ne change plus.",
            ['pour le corriger : la même commande avec --motif "…"'],
        )
    if reason and not before:
        raise Refused(f"Il n'y a pas de cliché {period} à corriger.", ["le donner d'abord, sans --motif"])
    return Name(str(period), before[-1].revision + 1 if before else 1)


def take(
    settings: Settings, catalogue: Catalogue, register: Register, period: Period, reason: str | None, draw: Draw
) -> Snapshot:
    """Give the snapshot of a month, a quarter or a year; raises Refused. The caller holds the home's lock, and then
    announces it (`announce`). `draw` writes what people look at beside the data.
    """
    root = settings.paths.snapshots
    name = next_name(root, period, reason)
    if build_is_needed(settings, register, catalogue):
        raise Refused(STALE, ["lancer d'abord vigie load"])
    excused = excuses.read(settings.paths)
    with opened() as db:
        verdict = closure.judge(db, settings, catalogue, period, excused)
        if verdict.blockers:
            sentence = closure.called(period)
            raise Refused(f"{sentence[0].upper()}{sentence[1:]} n'est pas clos.", verdict.blockers)
        read = _read(db, period)
    draft = _draw_draft(settings, catalogue, read, root, name, reason, draw, verdict.excused)
    owe(root, name)
    path = folder.seal(draft, root, name)
    given.remember(settings.paths)
    return Snapshot(name, path, manifest.read(path))


def preview(settings: Settings, catalogue: Catalogue, period: Period, draw: Draw, target: Path) -> closure.Closure:
    """Write in `target` what would be given of a period now, closed or not, marked as what it is; nothing is given.
    Returns what keeps it from being given. Raises NotPublished.
    """
    root = settings.paths.snapshots
    before = [name for name in folder.given(root) if name.period == str(period)]
    name = Name(str(period), before[-1].revision + 1 if before else 1)
    with opened() as db:
        verdict = closure.judge(db, settings, catalogue, period, excuses.read(settings.paths))
        read = _read(db, period)
    draft = _draw_draft(settings, catalogue, read, target.parent, name, None, draw, verdict.excused, _PREVIEW)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    return verdict


def _read(db: DuckDBPyConnection, period: Period) -> tuple[dict[str, pa.Table], dict]:
    from pipelines.snapshots.tables import read_tables

    tables = read_tables(db, period)
    [publication] = rows(db, "select * from reference.publication")
    return tables, publication


def _draw_draft(
    settings: Settings, catalogue: Catalogue, read: tuple[dict[str, pa.Table], dict], root: Path, name: Name,
    reason: str | None, draw: Draw, excused: list[dict], remark: str = "",
) -> Path:  # fmt: skip
    """Write a snapshot whole in a draft folder of `root`; returns it. Raises Refused for a correction that corrects
    nothing.
    """
    period = Period.read(name.period)
    tables, publication = read
    made = editions.compose(tables, period, given_before(settings.paths.snapshots))
    whole = made.restricted
    written = _comments(settings, period)
    if not remark:
        _refuse_the_same(root, name, whole, written)
    draft = folder.new_draft(root, period)
    counts: dict[str, int] = {}
    for edition in folder.editions_of(period):
        counts |= write_data(draft, edition, made.of(edition))
    remarks = [remark] if remark else []
    said = manifest.compose(
        settings, catalogue, name, reason=reason, made=now(), publication=publication, tables=whole,
        excuses=excuses.read(settings.paths), warnings=[*remarks, *_warnings(whole, excused)],
        comments=written,
    )  # fmt: skip
    outward = manifest.for_public(said, [*remarks, *_warnings(made.public, excused)])
    drawn = draw(draft, None, {RESTRICTED: said, PUBLIC: outward})
    counts |= {f.relative_to(draft).as_posix(): n for f, n in drawn.items() if n is not None}
    if PUBLIC in folder.editions_of(period):
        own = {n.removeprefix(f"{PUBLIC}/"): n_rows for n, n_rows in counts.items() if n.startswith(f"{PUBLIC}/")}
        manifest.write_public(draft / PUBLIC, outward, own)
    manifest.write(draft, said, counts)
    return draft


def _comments(settings: Settings, period: Period) -> list[comments.Comment]:
    try:
        return comments.last(settings.paths, period)
    except comments.NotWritten as error:
        raise Refused(str(error), []) from error


def write_data(root: Path, edition: str, tables: dict[str, pa.Table]) -> dict[str, int]:
    """Write `<edition>/donnees/<name>.parquet`; returns rows by path in `root`."""
    counts = {}
    for name, data in sorted(tables.items()):
        path = f"{edition}/{DATA}/{name}.parquet"
        parquet.write(root / path, data)
        counts[path] = data.num_rows
    return counts


def given_before(root: Path, limit: Name | None = None) -> editions.Given:
    """What the snapshots already given say, in the order of their days. With `limit`, those that had been given when
    that one was.
    """
    said = {name: manifest.read(root / str(name)) for name in folder.given(root)}
    taken = {n: dt.datetime.fromisoformat(s["fait_le"]).astimezone() for n, s in said.items()}
    names = sorted((n for n in said if n != limit), key=lambda n: (taken[n], n))
    if limit:
        names = [n for n in names if taken[n] < taken[limit]]

    def series(edition: str) -> dict[str, pd.DataFrame]:
        files = {str(n): root / str(n) / edition / DATA / "series.parquet" for n in names}
        return {name: parquet.frame_of(parquet.read(file)) for name, file in files.items() if file.exists()}

    return editions.Given(series(RESTRICTED), series(PUBLIC))


def _refuse_the_same(root: Path, name: Name, tables: dict[str, pa.Table], written: list[comments.Comment]) -> None:
    """A correction that corrects nothing is none; a text that people add or change is one."""
    if name.revision == 1:
        return
    before = root / str(Name(name.period, name.revision - 1))
    data = before / RESTRICTED / DATA
    same = all(parquet.read(data / f"{key}.parquet").equals(tables[key]) for key in ("series", "actions_a_mener"))
    if same and manifest.read(before).get("commentaires", []) == [asdict(text) for text in written]:
        raise Refused(
            f"Le cliché {name} aurait le même contenu que le précédent : il n'y a rien à corriger.",
            ["redéposer la livraison corrigée, puis vigie load"],
        )


def _warnings(tables: dict[str, pa.Table], excused: list[dict]) -> list[str]:
    """What whoever reads the snapshot must know before its figures."""
    statuses = tables["comparaisons"]["statut"].to_pylist()
    found = []
    if n := statuses.count("P"):
        found.append(f"{n} valeurs de la période sont provisoires : une source définitive les remplacera")
    if n := statuses.count("M"):
        found.append(f"{n} valeurs de la période manquent ; le motif de chacune est indiqué")
    # Which, and who owes them, is in the manifest: the warnings are printed in both editions.
    if excused:
        found.append(f"{plural(len(excused), 'absence excusée', 'absences excusées')} : ce n'est plus attendu")
    return found
