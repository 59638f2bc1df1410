"""The second gate: one asset check a rule, on the table that it judges; the blocking ones hold back the publication."""

from collections.abc import Iterator

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    Failure,
    MaterializeResult,
)

from pipelines.base import progress
from pipelines.defs.warehouse import SPECS as TABLES
from pipelines.loading.session import LoadSession
from pipelines.quality import record
from pipelines.quality.findings import NOT_APPLICABLE, OFF, Result
from pipelines.quality.rules import BLOCKING, WAREHOUSE, Rule, read_rules

SPEC = AssetSpec(
    ["qualite", "controles"],
    deps=[s.key for s in TABLES],
    group_name="controles",
    skippable=True,
    description="Ce que chaque règle dit de l'entrepôt construit, avant qu'il ne soit publié.",
)
_RULES = read_rules(WAREHOUSE)


def _judged(rule: Rule) -> AssetKey:
    """The table that a rule judges; those that judge several are on the table of all controls."""
    return AssetKey(rule.table.split(".")) if rule.table else SPEC.key


CHECKS = [
    AssetCheckSpec(
        name=code,
        asset=_judged(rule),
        blocking=rule.severity == BLOCKING,
        description=f"{rule.name} ({rule.severity}).",
    )
    for code, rule in _RULES.items()
]


def check_warehouse(
    context: AssetExecutionContext, load: LoadSession
) -> Iterator[MaterializeResult | AssetCheckResult]:
    """Keep what the suite said of the build, whatever comes of it: the build was judged as soon as it was made.

    Raises Failure when a rule stops the load.
    """
    progress.tell("Contrôles", 0)
    results, findings = load.results, load.findings
    with load.step("contrôles"):
        record.keep(load.register, load.load, results, findings)
    stopping = [r for r in results if r.stops]
    yield MaterializeResult(asset_key=SPEC.key, metadata={"constats": len(findings), "bloquants": len(stopping)})
    for code, rule in _RULES.items():
        yield from _check(rule, [r for r in results if r.regle_code == code])
    if stopping:
        first = stopping[0]
        raise Failure(f"{first.regle_code} : {first.message or 'contrôle bloquant en échec'}", allow_retries=False)


def _check(rule: Rule, results: list[Result]) -> Iterator[AssetCheckResult]:
    """What a rule said; one that had nothing to judge keeps what it said last."""
    red = [r for r in results if r.resultat == OFF or r.stops]
    seen = [r for r in results if r.resultat != NOT_APPLICABLE]
    if not seen:
        return
    limits = [r.attendu for r in results if r.attendu is not None]
    observed = [r.observe for r in seen if r.observe is not None]
    yield AssetCheckResult(
        asset_key=_judged(rule),
        check_name=rule.code,
        passed=not red,
        severity=AssetCheckSeverity.ERROR if any(r.stops for r in results) else AssetCheckSeverity.WARN,
        description=next((r.message for r in red if r.message), None),
        metadata={
            "vérifiés": sum(r.n_verifies for r in results),
            "écarts": sum(r.n_ecarts for r in results),
            "écarts connus": sum(r.n_connus for r in results),
        }
        | ({"pire écart observé": max(observed)} if observed else {})
        | ({"écart attendu au plus": limits[0]} if limits else {}),
    )
