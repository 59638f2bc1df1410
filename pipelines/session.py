"""One load from its lock to its record in the register, whoever started it: the command or the web interface."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pipelines.exit_codes import DONE, INTERNAL_FAULT, NOTHING_PUBLISHED, PARTLY_REFUSED
from pipelines.intake.catalogue import Catalogue
from pipelines.intake.catalogue_files import load_catalogue
from pipelines.intake.publications import date_publications
from pipelines.intake.receiver import Intake
from pipelines.intake.register import Register, now
from pipelines.lock import LoadLock
from pipelines.postgresql import owed
from pipelines.publication.fingerprint import build_is_needed, fingerprint
from pipelines.quality.examiner import warm_up
from pipelines.quality.findings import Finding, Result
from pipelines.settings import Settings
from pipelines.snapshots.announce import announce
from pipelines.warehouse.dbt_build import DbtBuild, discard_build, discard_unfinished


@dataclass
class LoadSession:
    """Held by one run. Entering takes the lock; leaving writes the outcome."""

    settings: Settings
    load: str
    command: str
    wait: bool = False
    anew: bool = False  # build whatever the published file is made of
    catalogue: Catalogue = field(default_factory=load_catalogue)
    intake: Intake = field(default_factory=Intake)
    needed: bool = False
    published: dict[str, int] | None = None
    failed: bool = False
    fault: str | None = None
    dbt: DbtBuild | None = None
    received: list[Result] = field(default_factory=list)  # what the first gate said: it refuses files, not the load
    results: list[Result] = field(default_factory=list)
    copied: owed.Copied | None = None
    findings: list[Finding] = field(default_factory=list)

    def __enter__(self) -> LoadSession:
        self.settings.paths.create()
        self._lock = LoadLock(self.settings.paths.lock, self.command, self.wait)
        self._lock.__enter__()
        try:
            self.register = Register(self.settings.paths.register)
            discard_unfinished(self.settings.paths)
            repair_publication(self.settings, self.register)
            announce(self.settings, self.register)
            self.register.open_load(self.load, self.command, str(self.log_file))
        except BaseException:
            self._lock.__exit__()
            raise
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.failed = self.failed or kind is not None
        if self.dbt is not None:
            self.dbt.close()
        try:
            intake = self.intake
            if kind is None:
                self.copy()
            received = len(intake.accepted) + len(intake.refused) + intake.already_known + intake.already_refused
            self.register.note_intake(self.load, received, len(intake.accepted), len(intake.refused), intake.rows)
            self.register.close_load(self.load, self.exit_code(), self.outcome())
            self.register.__exit__()
            if self.failed and not self.settings.keep_build:
                discard_build(self.settings.paths)
        finally:
            self._lock.__exit__()

    @property
    def log_file(self):
        return self.settings.paths.logs / f"{self.load}.log"

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step, in seconds, into the register."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.note_step(name, time.perf_counter() - started)

    def note_step(self, name: str, seconds: float) -> None:
        """Add the duration of a step, or of a part of one, to the register."""
        self.register.note_step(self.load, name, seconds)

    def copy(self) -> None:
        """Copy what is published into PostgreSQL where that is owed; tried once a load."""
        if self.copied is None and owed.is_owed(self.settings, self.register):
            with self.step("copie PostgreSQL"):
                self.copied = owed.copy(self.settings, self.register)

    def start_dbt(self) -> DbtBuild:
        """The load's dbt child; started by whoever asks first."""
        if self.dbt is None:
            self.dbt = DbtBuild(self.settings)
            warm_up()
        return self.dbt

    def must_build(self) -> bool:
        """Whether the published file would change; remembered for the outcome."""
        date_publications(self.settings, self.register, self.catalogue)
        self.needed = self.anew or build_is_needed(self.settings, self.register, self.catalogue)
        return self.needed

    def checked(self, results: list[Result], findings: list[Finding]) -> None:
        """What the checks of the warehouse said."""
        self.results += results
        self.findings += findings

    @property
    def held_back(self) -> bool:
        """Whether a blocking check is why nothing is published."""
        return self.published is None and any(result.stops for result in self.results)

    def fingerprint(self) -> str:
        return fingerprint(self.settings, self.register, self.catalogue)

    def exit_code(self) -> int:
        """The exit codes of every command that loads."""
        if self.held_back:
            return NOTHING_PUBLISHED
        if self.failed or (self.needed and self.published is None):
            return INTERNAL_FAULT
        if not self.intake.refused:
            return DONE
        return PARTLY_REFUSED if self.published is not None else NOTHING_PUBLISHED

    def outcome(self) -> str:
        """In French, for the register and the screen."""
        code = self.exit_code()
        if code == INTERNAL_FAULT:
            return "incident interne : rien n'a été publié, l'entrepôt précédent reste en place"
        if self.held_back:
            return "rien publié : un contrôle bloquant est rouge, l'entrepôt précédent reste en place"
        if code == NOTHING_PUBLISHED:
            return "rien publié : aucun des fichiers reçus n'a été accepté"
        if self.published is None:
            return "rien de nouveau"
        return "publié en partie : des fichiers ont été refusés" if code == PARTLY_REFUSED else "publié"


def repair_publication(settings: Settings, register: Register) -> None:
    """The published file knows what it is made of: after a crash between the swap and the register, believe it."""
    warehouse = settings.paths.warehouse
    if not warehouse.exists():
        return
    last = register.last_publication()
    stat = warehouse.stat()
    if last and (last["taille_octets"], last["mtime_ns"]) == (stat.st_size, stat.st_mtime_ns):
        return
    from pipelines.publication.publish import read_publication

    found = read_publication(warehouse)
    if found:
        register.note_publication(found.chargement, found.publie_le, found.empreinte, found.code_departement, warehouse)
    elif last:
        register.note_publication(last["chargement"], now(), "illisible", last["departement"], warehouse)
