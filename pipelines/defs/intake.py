"""Landing folder → raw rows. One file may feed several sources, so one step makes all the tables."""

from collections.abc import Iterator

from dagster import AssetExecutionContext, AssetSpec, Output, multi_asset

from pipelines.defs.session import LoadSessionResource
from pipelines.intake.archive import MachineFault
from pipelines.intake.catalogue_files import load_catalogue
from pipelines.intake.manifest import write_manifest
from pipelines.intake.receive import receive

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
# The kinds of work of a reception are told beside it; some are done at the same time.
PART_OF = "dont "
REGISTER = AssetSpec(
    ["raw", "registre"],
    deps=[LANDING.key],
    group_name="reception",
    skippable=True,
    description="Ce que le registre dit à l'entrepôt : les livraisons qui comptent, les refusées, ce qui est dû.",
)


@multi_asset(name="receptionner", specs=[*TABLES, REGISTER])
def receive_landing(context: AssetExecutionContext, session: LoadSessionResource) -> Iterator[Output]:
    """Recognise, hash, archive, register and read; yields nothing when the warehouse would not change."""
    load = session.get()
    with load.step("réception et lecture"):
        try:
            load.intake = receive(load.settings, load.register, load.catalogue, load.load)
        except MachineFault as fault:
            load.fault = str(fault)
            raise
        for work, seconds in load.intake.seconds.items():
            load.register.note_step(load.load, f"{PART_OF}{work}", seconds)
        must_build = load.must_build()
        if must_build:
            write_manifest(load.settings, load.register, load.catalogue)
    context.log.info(
        f"{len(load.intake.accepted)} fichier(s) accepté(s), {len(load.intake.refused)} refusé(s), "
        f"{load.intake.rows} cellules lues"
    )
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
