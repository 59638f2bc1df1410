"""One load from its lock to its record in the register, whoever started it: the command or the web interface."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.base.exit_codes import DONE, INTERNAL_FAULT, INTERRUPTED, NOTHING_PUBLISHED, PARTLY_REFUSED
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import Catalogue
from pipelines.catalogue.table_checks import hold
from pipelines.home.hold import held
from pipelines.home.register import ACCEPTED, CUT_SHORT, Register, note_interruption, now
from pipelines.loading.search import Conclusion
from pipelines.machine import interruption
from pipelines.machine.disk import FULL, fault_in, fault_of
from pipelines.machine.faults import MachineFault
from pipelines.operations.beside import discard_beside
from pipelines.postgresql import owed
from pipelines.publication.fingerprint import build_is_needed, fingerprint, judgement_basis
from pipelines.quality import known
from pipelines.quality.examiner import warm_up
from pipelines.quality.findings import Finding, Result
from pipelines.reception.confirmations import confirm_by_itself
from pipelines.reception.contents import note_contents
from pipelines.reception.intake import Intake
from pipelines.reception.look import Look
from pipelines.reception.publications import date_publications
from pipelines.settings import identity
from pipelines.settings.model import Settings
from pipelines.snapshots.announce import announce
from pipelines.warehouse.dbt import BASE
from pipelines.warehouse.dbt_build import DbtBuild, discard_build, discard_unfinished
from pipelines.warehouse.failures import Failure

if TYPE_CHECKING:
    from pipelines.loading.trial import Trial


class HeldBack(Exception):
    """Nothing can be published of what was built. The text is French."""


@dataclass
class LoadSession:
    """Held by one run. Entering takes the lock; leaving writes the outcome."""

    settings: Settings
    load: str
    command: str
    wait: bool = False
    first: bool = False  # nothing was ever accepted in this home
    anew: bool = False  # build whatever the published file is made of
    catalogue: Catalogue = field(init=False)
    seen: Look | None = None  # in the landing folder, by whoever asked for this load
    intake: Intake = field(default_factory=Intake)
    needed: bool = False
    published: dict[str, int] | None = None
    failed: bool = False
    interrupted: bool = False
    fault: str | None = None
    dbt: DbtBuild | None = None
    retried: frozenset[str] = frozenset()  # set aside by an earlier load, and worth another build
    trial: Trial | None = None
    received: list[Result] = field(default_factory=list)  # what the first gate said: it refuses files, not the load
    results: list[Result] = field(default_factory=list)
    copied: owed.Copied | None = None
    confirmed: list[str] = field(default_factory=list)  # corrections taken without a person, as the settings say
    findings: list[Finding] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)  # of the last build that failed
    mail: str = ""  # what came of the messages that this load sent

    def __post_init__(self) -> None:
        self.settings.paths.create()
        hold(self.settings.paths.dbt / "tables.sha256")
        self.catalogue = load_catalogue()

    def __enter__(self) -> LoadSession:
        self._lock = held(self.settings.paths, self.command, self.wait)
        self._lock.__enter__()
        self._undone = interruption.undo(self._note_interruption)
        self._undone.__enter__()
        try:
            discard_beside(self.settings.paths)
            self.first = identity.read(self.settings.paths.home) is None
            self.register = Register(self.settings.paths.register)
            if self.register.nature():  # a home of before there were identities
                identity.fix(self.settings.paths.home, self.settings.departement, self.settings.today)
            discard_unfinished(self.settings.paths)
            repair_publication(self.settings, self.register)
            announce(self.settings, self.register)
            self.register.open_load(self.load, self.command, str(self.log_file))
        except BaseException:
            self._undone.__exit__(None, None, None)
            self._lock.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: object, error: BaseException | None = None, *_: object) -> None:
        self.failed = self.failed or kind is not None
        if error is not None:
            self._note_fault(error)
        if self.failed:
            interruption.settle()
        # The service that runs it told it to end: Dagster then raises what is no Exception.
        self.interrupted = isinstance(kind, type) and not issubclass(kind, Exception)
        if self.dbt is not None:
            self.dbt.close()
        try:
            if kind is None:
                self.copy()
            if self.failed and not self.settings.keep_build:
                discard_build(self.settings.paths)  # first: on a full disk, the register has no room otherwise
            self._close()
        except Exception as last:
            self._note_fault(last)
            if self.fault is None:
                raise
            self.failed = True  # the next load notes that this one was cut short
        finally:
            self._undone.__exit__(None, None, None)
            self._lock.__exit__(None, None, None)
        if self.settings.smtp_serveur and not self.interrupted:
            self._send_mail()

    def _send_mail(self) -> None:
        from pipelines.messages.dispatch import after_load

        self.mail = after_load(self.settings, self.catalogue)
        if self.mail:
            with suppress(OSError), self.log_file.open("a", encoding="utf-8") as log:
                log.write(f"{self.mail}\n")

    def _close(self) -> None:
        intake = self.intake
        try:
            received = len(intake.accepted) + len(intake.refused) + intake.already_known + intake.already_refused
            self.register.note_intake(self.load, received, len(intake.accepted), len(intake.refused), intake.rows)
            self.register.close_load(self.load, self.exit_code(), self.outcome())
        finally:
            self.register.__exit__()

    def _note_interruption(self) -> None:
        note_interruption(self.settings.paths.register, self.load, INTERRUPTED)

    @property
    def log_file(self) -> Path:
        return self.settings.paths.logs / f"{self.load}.log"

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step, in seconds, into the register; what the machine refuses it is what the load says of itself."""
        started = time.perf_counter()
        try:
            yield
        except Exception as error:
            self._note_fault(error)
            raise
        finally:
            self.note_step(name, time.perf_counter() - started)

    def _note_fault(self, error: BaseException) -> None:
        fault = str(error) if isinstance(error, MachineFault) else fault_of(error, self.settings.paths)
        self.fault = self.fault or fault

    def note_step(self, name: str, seconds: float) -> None:
        """Add the duration of a step, or of a part of one, to the register."""
        self.register.note_step(self.load, name, seconds)

    def copy(self) -> None:
        """Copy what is published into PostgreSQL where that is owed; tried once a load."""
        if self.copied is None and owed.is_owed(self.settings, self.register):
            with self.step("copie PostgreSQL"):
                self.copied = owed.copy(self.settings, self.register)

    def start_dbt(self) -> DbtBuild:
        """Start the load's dbt child, if nobody has."""
        if self.dbt is None:
            self.dbt = DbtBuild(self.settings)
            warm_up()
        return self.dbt

    def must_build(self) -> bool:
        """Tell whether the published file would change, and remember it for the outcome."""
        date_publications(self.settings, self.register, self.catalogue)
        self.register.attempt({})
        note_contents(self.settings, self.register, self.catalogue)
        self.confirmed += confirm_by_itself(self.settings, self.register, self.catalogue)
        aside = self.register.set_aside()
        if aside:
            basis = judgement_basis(self.settings, self.register, self.catalogue)
            self.retried = frozenset(d["livraison_id"] for d in aside if d["base"] != basis)
            self.register.attempt(dict.fromkeys(self.retried, (ACCEPTED, None)))
        self.needed = self.anew or bool(self.retried) or build_is_needed(self.settings, self.register, self.catalogue)
        return self.needed

    def after_build(self, failures: list[Failure]) -> bool:
        """Judge what dbt built, or take in what it could not. Returns whether another build, of other deliveries, is to
        be made; when none is, what was found is decided.
        """
        if self.dbt is not None:
            self.dbt.close()
            self.dbt = None
        if self.trial is None:
            from pipelines.loading.trial import Trial

            self.trial = Trial(self.settings, self.register, self.catalogue, self.retried)
            self.trial.begin()
        self.fault = next(filter(None, (fault_in(f.message, self.settings.paths) for f in failures)), self.fault)
        self.failures = failures or self.failures
        judged = None if failures else self._judge()
        if self.trial.next_build(failures, judged):
            return True
        self.trial.decide()
        self.results, self.findings = self.trial.judged
        return False

    def _judge(self) -> tuple[list[Result], list[Finding]]:
        from pipelines.quality.warehouse import judge

        with self.step("contrôles"):
            delivered = self.register.delivered_sources()
            return judge(self.settings.paths.build / BASE.name, delivered, known.valid(self.settings))

    def hold_back(self) -> None:
        """Raise HeldBack when no build can be published; a rule that is red says so itself, in the step after."""
        if self.emptied:
            raise HeldBack("aucune livraison n'est en usage : tout ce qui a été reçu est mis à l'écart")
        if self.conclusion.unexplained and not self.results:
            unexplained = f"{self.conclusion.unexplained}, sans qu'aucune livraison l'explique."
            self.fault = self.fault or (None if self.conclusion.between else unexplained)
            raise HeldBack(self.conclusion.unexplained)

    @property
    def conclusion(self) -> Conclusion:
        """What the builds of this load found; nothing when there was none."""
        return (self.trial and self.trial.conclusion) or Conclusion({})

    @property
    def emptied(self) -> bool:
        """Whether everything that could have been published was set aside."""
        return self.trial is not None and self.trial.conclusion is not None and self.trial.emptied

    @property
    def held_back(self) -> bool:
        """Whether what was delivered is why nothing is published."""
        red = any(result.stops for result in self.results)
        return self.published is None and (red or self.emptied or bool(self.conclusion.between))

    def fingerprint(self) -> str:
        return fingerprint(self.settings, self.register, self.catalogue)

    def exit_code(self) -> int:
        """Return the exit code of a command that loads."""
        if self.interrupted:
            return INTERRUPTED
        if self.held_back:
            return NOTHING_PUBLISHED
        if self.failed or (self.needed and self.published is None):
            return INTERNAL_FAULT
        if not self.intake.refused and not self.conclusion.aside:
            return DONE
        return PARTLY_REFUSED if self.published is not None else NOTHING_PUBLISHED

    def outcome(self) -> str:
        """Say in French how the load ended, for the register and the screen."""
        code = self.exit_code()
        if code == INTERRUPTED:
            return CUT_SHORT
        if code == INTERNAL_FAULT and self.published is not None:
            return "publié, puis un incident : " + (self.fault or "voir le journal")
        if code == INTERNAL_FAULT and self.fault and self.fault.startswith(FULL):
            return "rien publié : le disque est plein, l'entrepôt précédent reste en place"
        if code == INTERNAL_FAULT:
            return "incident interne : rien n'a été publié, l'entrepôt précédent reste en place"
        if self.held_back and self.emptied:
            return "rien publié : tout ce qui a été reçu est mis à l'écart"
        if self.held_back and self.conclusion.between:
            return "rien publié : des livraisons se contredisent, l'entrepôt précédent reste en place"
        if self.held_back:
            return "rien publié : un contrôle bloquant a échoué, l'entrepôt précédent reste en place"
        if code == NOTHING_PUBLISHED:
            return "rien publié : aucun des fichiers reçus n'a été accepté"
        if self.published is None:
            return "rien de nouveau"
        if self.conclusion.aside:
            return "publié en partie : des fichiers ont été mis à l'écart"
        return "publié en partie : des fichiers ont été refusés" if code == PARTLY_REFUSED else "publié"


def repair_publication(settings: Settings, register: Register) -> None:
    """Believe the published file on what it is made of, after a crash between the swap and the register."""
    warehouse = settings.paths.warehouse
    if not warehouse.exists():
        return
    last = register.last_publication()
    stat = warehouse.stat()
    if last and (last["taille_octets"], last["mtime_ns"]) == (stat.st_size, stat.st_mtime_ns):
        return
    from pipelines.publication.publish import read_publication

    published = read_publication(warehouse)
    if published:
        register.note_publication(
            published.chargement, published.publie_le, published.empreinte, published.code_departement, warehouse
        )
    elif last:
        register.note_publication(last["chargement"], now(), "illisible", last["departement"], warehouse)
