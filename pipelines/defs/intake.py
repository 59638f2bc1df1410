"""Landing folder → raw rows. One file may feed several sources, so all the tables are made together."""

from collections.abc import Iterator

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    MaterializeResult,
)

from pipelines.base.wording import plural, printable, read_sentence
from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register
from pipelines.loading.session import LoadSession
from pipelines.machine.memory import give_back
from pipelines.quality import examiner, record
from pipelines.quality.findings import Result
from pipelines.quality.reception import ReceptionGate, judged_tables
from pipelines.quality.rules import RECEPTION, read_rules
from pipelines.reception.intake import Intake
from pipelines.reception.receive import receive
from pipelines.warehouse.manifest import in_use, write_manifest

LANDING = AssetSpec(
    ["landing", "fichiers"],
    group_name="arrivee",
    description="Le dossier d'arrivée : ce que l'on y dépose. Vigie n'y écrit et n'y efface jamais rien.",
)


def _key(source: str, table: str) -> AssetKey:
    return AssetKey(["raw", f"{source}_{table}"])


_TABLES = [(source, table) for source in load_catalogue().sources for table in source.tables]
_NOTHING = {"livraisons en usage": 0, "lignes": 0, "cellules": 0}
TABLES = [
    AssetSpec(
        _key(source.name, table),
        deps=[LANDING.key],
        group_name="reception",
        skippable=True,
        description=f"{source.label}, table {table} : les cellules lues, en texte, avec leur place.",
    )
    for source, table in _TABLES
]
# Beyond these, `vigie deliveries` names them.
_NAMED = 50
# The kinds of work of a reception are told beside it; some are done at the same time.
PART_OF = "dont "
REGISTER = AssetSpec(
    ["raw", "registre"],
    deps=[LANDING.key],
    group_name="reception",
    skippable=True,
    description="Ce que le registre dit à l'entrepôt : les livraisons qui comptent, les refusées, ce qui est dû.",
)


SPECS = [*TABLES, REGISTER]
_REFUSED = AssetCheckSpec(
    "fichiers_refuses", asset=REGISTER.key, description="De la dernière arrivée, aucun fichier n'a été refusé."
)
CHECKS = [
    _REFUSED,
    *(
        AssetCheckSpec(code, asset=_key(source, table), description=f"{read_rules(RECEPTION)[code].name}.")
        for source, table, code in judged_tables()
    ),
]


def receive_landing(
    context: AssetExecutionContext, load: LoadSession
) -> Iterator[MaterializeResult | AssetCheckResult]:
    """Recognise, hash, read, judge, archive, register; the tables stay silent when the warehouse would not change."""
    gate = ReceptionGate()
    with load.step("réception et lecture"):
        load.intake = receive(load.settings, load.register, load.catalogue, load.load, gate, load.seen)
        for work, seconds in load.intake.seconds.items():
            load.register.note_step(load.load, f"{PART_OF}{work}", seconds)
        load.received = gate.results()
        record.keep(load.register, load.load, load.received, [])
        del gate
        give_back()
        examiner.give_back()
        must_build = load.must_build()
        if must_build:
            write_manifest(load.settings, load.register, load.catalogue)
    _tell(context, load.intake, load.register)
    if must_build:
        yield from _tables(load)
    else:
        context.log.info("Rien de nouveau : l'entrepôt publié reste tel quel.")
    if load.intake.accepted or load.intake.refused:
        yield _refused(load.intake)
    yield from map(_check, load.received)


def _tables(load: LoadSession) -> Iterator[MaterializeResult]:
    """Each raw table with what counts of it."""
    counted = in_use(load.settings)
    for source, table in _TABLES:
        metadata = counted.get((source.name, table), _NOTHING)
        yield MaterializeResult(asset_key=_key(source.name, table), metadata=metadata)
    yield MaterializeResult(asset_key=REGISTER.key)


def _refused(intake: Intake) -> AssetCheckResult:
    refused = len(intake.refused)
    return AssetCheckResult(
        asset_key=_REFUSED.asset_key,
        check_name=_REFUSED.name,
        passed=not refused,
        severity=AssetCheckSeverity.WARN,
        metadata={"acceptés": len(intake.accepted), "refusés": refused},
    )


def _tell(context: AssetExecutionContext, intake: Intake, register: Register) -> None:
    """What was received, file by file, in the run's own log: the web interface shows it."""
    context.log.info(
        f"{plural(len(intake.accepted), 'fichier accepté', 'fichiers acceptés')}, "
        f"{plural(len(intake.refused), 'refusé')}, {read_sentence(intake.lines, intake.kept, intake.rows)}"
    )
    for delivery in intake.accepted[:_NAMED]:
        context.log.info(f"Accepté : {printable(register.entry(delivery)['nom'])} ({delivery})")
    for delivery in intake.refused[:_NAMED]:
        defect = register.defects(delivery)[0]
        name = printable(register.entry(delivery)["nom"])
        context.log.warning(f"Refusé : {name} ({delivery}). {defect['constat']}. À faire : {defect['remede']}")


def _check(result: Result) -> AssetCheckResult:
    return AssetCheckResult(
        asset_key=_key(*result.objet.split(".")),
        check_name=result.regle_code,
        passed=not result.n_ecarts,
        severity=AssetCheckSeverity.WARN,  # the delivery is refused, the load goes on
        description=result.message,
        metadata={"vérifiés": result.n_verifies, "écarts": result.n_ecarts, "écarts attendus au plus": 0},
    )
