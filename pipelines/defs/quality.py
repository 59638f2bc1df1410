"""The second gate: one asset check a rule; the blocking ones hold back the publication."""

from collections.abc import Iterator

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    MaterializeResult,
    asset,
)

from pipelines.base import progress
from pipelines.defs.session import LoadSessionResource
from pipelines.defs.warehouse import build_warehouse
from pipelines.publication.contracts import SCHEMAS
from pipelines.quality import record
from pipelines.quality.findings import NOT_APPLICABLE, OFF, Result
from pipelines.quality.rules import BLOCKING, WAREHOUSE, read_rules

BUILT: list[AssetKey] = sorted(k for k in build_warehouse.keys if k.path[0] in SCHEMAS)
KEY = AssetKey(["qualite", "controles"])
_RULES = read_rules(WAREHOUSE)


@asset(
    key=KEY,
    deps=BUILT,
    group_name="controles",
    description="Ce que chaque règle dit de l'entrepôt construit, avant qu'il ne soit publié.",
    check_specs=[
        AssetCheckSpec(name=code, asset=KEY, blocking=rule.severity == BLOCKING, description=rule.says)
        for code, rule in _RULES.items()
    ],
)
def check_warehouse(context: AssetExecutionContext, session: LoadSessionResource) -> Iterator[MaterializeResult]:
    """Keep what the suite said of the build, whatever comes of it: the build was judged as soon as it was made."""
    load = session.get()
    progress.tell("Contrôles", 0)
    results, findings = load.results, load.findings
    with load.step("contrôles"):
        record.keep(load.register, load.load, results, findings)
    yield MaterializeResult(
        check_results=[_check(code, [r for r in results if r.regle_code == code]) for code in _RULES],
        metadata={"constats": len(findings), "bloquants": sum(r.stops for r in results)},
    )


def _check(code: str, results: list[Result]) -> AssetCheckResult:
    red = [r for r in results if r.resultat == OFF or r.stops]
    seen = [r for r in results if r.resultat != NOT_APPLICABLE]
    limits = [r.attendu for r in results if r.attendu is not None]
    observed = [r.observe for r in seen if r.observe is not None]
    return AssetCheckResult(
        asset_key=KEY,
        check_name=code,
        passed=not red,
        severity=AssetCheckSeverity.ERROR if any(r.stops for r in results) else AssetCheckSeverity.WARN,
        description=next((r.message for r in red if r.message), None) or (None if seen else "sans objet"),
        metadata={
            "vérifiés": sum(r.n_verifies for r in results),
            "écarts": sum(r.n_ecarts for r in results),
            "écarts connus": sum(r.n_connus for r in results),
        }
        | ({"pire écart observé": max(observed)} if observed else {})
        | ({"écart attendu au plus": limits[0]} if limits else {}),
    )
