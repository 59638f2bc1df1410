"""Landing folder → raw rows. One file may feed several sources, so one step makes all the tables."""

from collections.abc import Iterator

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    Output,
    multi_asset,
)

from pipelines.base.wording import plural, printable, read_sentence
from pipelines.catalogue.load import load_catalogue
from pipelines.defs.session import LoadSessionResource
from pipelines.home.register import Register
from pipelines.machine.memory import give_back
from pipelines.quality import examiner, record
from pipelines.quality.findings import Result
from pipelines.quality.reception import ReceptionGate, judged_tables
from pipelines.quality.rules import RECEPTION, read_rules
from pipelines.reception.intake import Intake
from pipelines.reception.receive import receive
from pipelines.warehouse.manifest import write_manifest

LANDING = AssetSpec(
    ["landing", "fichiers"],
    group_name="arrivee",
    description="Le dossier d'arrivée : ce que l'on y dépose. Vigie n'y écrit et n'y efface jamais rien.",
)
TABLES = [
    AssetSpec(
        ["raw", f"{source.name}_{table}"],
        deps=[LANDING.key],
        group_name="reception",
        skippable=True,
        description=f"{source.label}, table {table} : les cellules lues, en texte, avec leur place.",
    )
    for source in load_catalogue().sources
    for table in source.tables
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


CHECKS = [
    AssetCheckSpec(
        name=code, asset=AssetKey(["raw", f"{source}_{table}"]), description=read_rules(RECEPTION)[code].says
    )
    for source, table, code in judged_tables()
]


# A load judges what it received: `can_subset` lets the other checks, and with nothing new the tables, stay silent.
@multi_asset(name="receptionner", specs=[*TABLES, REGISTER], check_specs=CHECKS, can_subset=True)
def receive_landing(
    context: AssetExecutionContext, session: LoadSessionResource
) -> Iterator[Output | AssetCheckResult]:
    """Recognise, hash, read, judge, archive, register; the tables stay silent when the warehouse would not change."""
    load = session.get()
    gate = ReceptionGate()
    with load.step("réception et lecture"):
        load.intake = receive(load.settings, load.register, load.catalogue, load.load, gate)
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
    yield from map(_check, load.received)
    if not must_build:
        context.log.info("Rien de nouveau : l'entrepôt publié reste tel quel.")
        return
    for spec in (*TABLES, REGISTER):
        yield Output(
            None,
            output_name=spec.key.to_python_identifier(),
            metadata={
                "livraisons_acceptees": len(load.intake.accepted),
                "livraisons_refusees": len(load.intake.refused),
            },
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
        asset_key=AssetKey(["raw", result.objet.replace(".", "_")]),
        check_name=result.regle_code,
        passed=not result.n_ecarts,
        severity=AssetCheckSeverity.WARN,  # the delivery is refused, the load goes on
        description=result.message,
        metadata={"vérifiés": result.n_verifies, "écarts": result.n_ecarts, "écarts attendus au plus": 0},
    )
