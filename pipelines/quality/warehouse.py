"""The second gate: the suite on what dbt made of the marts. A red blocking rule publishes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pandas as pd

from pipelines.catalogue.load import load_catalogue
from pipelines.quality.chance import jumps
from pipelines.quality.examiner import examine
from pipelines.quality.findings import FAILED, KNOWN, NOT_APPLICABLE, OFF, SOUND, Finding, Result, finding
from pipelines.quality.known import KnownError
from pipelines.quality.rules import SEVERITIES, WAREHOUSE, Rule, parameters, read_rules, read_suite
from pipelines.quality.suites import NOTHING_CHECKED, Outcome, SuiteError

_EVERYWHERE = "ensemble"
_LABELS = """
select territoire_code, libelle from reference.territoires
union all select indicateur_code, libelle from reference.indicateurs
union all select source, libelle from seeds.precedences
"""


def judge(
    build: Path,
    delivered: set[str],
    known: list[KnownError],
    rules: dict[str, Rule] | None = None,
    suite: dict | None = None,
) -> tuple[list[Result], list[Finding]]:
    """Every rule of the second gate on a build; `delivered` are the sources that have a delivery in use, `known` the
    errors that are excused today.

    The results come rule by rule, one a source that the rule looked at; the findings, most serious first.
    """
    rules = read_rules(WAREHOUSE) if rules is None else rules
    limits = parameters()
    counts, things, labels, names = _read(build, limits)
    findings = [
        finding(rules[thing["regle_code"]], thing, labels, known, names)
        for thing in things.to_dict("records")
        if thing["regle_code"] in rules
    ]
    findings.sort(key=lambda f: (SEVERITIES.index(f.severite), f.regle_code, f.objet, f.source or ""))
    frame = _summary(counts, findings)
    try:
        outcomes = {o.rule: o for o in _examined(suite or read_suite(WAREHOUSE), frame, limits)}
    except SuiteError as error:
        outcomes = {code: Outcome(code, False, 0, 0, (), str(error)) for code in rules}
    results = [
        result
        for rule in rules.values()
        for result in _results(rule, outcomes.get(rule.code), frame, findings, delivered, limits[rule.code])
    ]
    return results, findings


def _examined(suite: dict, frame: pd.DataFrame, limits: dict[str, float]) -> list[Outcome]:
    """What the suite says, asked for the rules that have a row alone: Great Expectations takes as long over one that
    has none, of which it can only say that it looked at nothing.
    """
    judged = set(frame["regle_code"])
    idle = [e["meta"]["regle"] for e in suite["expectations"] if e["meta"]["regle"] not in judged]
    nothing = [Outcome(rule, False, 0, 0, (), NOTHING_CHECKED) for rule in idle]
    left = [e for e in suite["expectations"] if e["meta"]["regle"] in judged]
    return nothing if nothing and not left else [*nothing, *examine(suite | {"expectations": left}, frame, limits)]


def _read(build: Path, limits: dict[str, float]) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str], dict[str, str]]:
    with duckdb.connect(str(build), read_only=True) as db:
        counts = db.execute("from controles.comptes").df()
        things = _objects(db.execute("from controles.objets").df())
        chances = jumps(db.execute("from controles.ctl_sauts").df())
        labels = {source.name: source.label for source in load_catalogue().sources}
        labels |= dict(db.execute(_LABELS).fetchall())
        names = dict(db.execute("select livraison_id, nom from qualite.livraisons").fetchall())
    limit = limits["SAUT"]
    within = chances[chances["ecart"] <= limit].groupby(["regle_code", "source"])["ecart"].max()
    seen = chances.groupby(["regle_code", "source"])["ecart"].agg(["size", "count"])
    sizes = pd.DataFrame({"n_verifies": seen["size"], "n_sans_ecart": seen["size"] - seen["count"]})
    extra = sizes.join(within.rename("pire_dans_le_seuil")).reset_index()
    jumped = _objects(chances[chances["ecart"] > limit][things.columns])
    return pd.concat([counts, extra], ignore_index=True), pd.concat([things, jumped], ignore_index=True), labels, names


def _objects(frame: pd.DataFrame) -> pd.DataFrame:
    """Write absent values as None, so that a row reads the same whatever its column's type."""
    return frame.astype(object).where(frame.notna(), None)


def _summary(counts: pd.DataFrame, findings: Iterable[Finding]) -> pd.DataFrame:
    """One row a rule and source: what the suite reads. Known errors do not weigh: `pire_ecart` is absent where there is
    nothing else."""
    worst: dict[tuple[str, str], float] = {}
    for f in findings:
        if f.connu_motif is None:
            key = f.regle_code, f.source
            worst[key] = max(worst.get(key, f.ecart), f.ecart)
    frame = counts.sort_values(["regle_code", "source"], ignore_index=True)
    keys = list(zip(frame["regle_code"], frame["source"], strict=True))
    within = frame["pire_dans_le_seuil"].astype(float)
    return frame.assign(pire_ecart=[worst.get(k, w) for k, w in zip(keys, within, strict=True)])


def _results(
    rule: Rule,
    outcome: Outcome | None,
    frame: pd.DataFrame,
    findings: list[Finding],
    delivered: set[str],
    limit: float,
) -> list[Result]:
    rows = frame[frame["regle_code"] == rule.code]
    if outcome is None:
        return [_result(rule, _EVERYWHERE, FAILED, limit, message="la règle n'a pas d'attente dans expectations/")]
    if rows.empty:
        if rule.always and set(rule.sources) <= delivered and delivered:
            return [_result(rule, _EVERYWHERE, FAILED, limit, message=outcome.error or NOTHING_CHECKED)]
        return [_result(rule, _EVERYWHERE, NOT_APPLICABLE, limit)]
    if outcome.error:
        return [_result(rule, _EVERYWHERE, FAILED, limit, message=outcome.error)]
    results = []
    for position, row in rows.iterrows():
        if row["n_sans_ecart"]:
            message = f"{row['n_sans_ecart']} comparaisons sur {row['n_verifies']} n'ont donné aucun écart"
            results.append(_result(rule, row["source"], FAILED, limit, checked=int(row["n_verifies"]), message=message))
            continue
        off = [f for f in findings if f.regle_code == rule.code and f.source == row["source"]]
        known = [f for f in off if f.connu_motif is not None]
        red = position in outcome.rows
        outcome_name = OFF if red else KNOWN if known else SOUND
        results.append(
            _result(
                rule,
                row["source"],
                outcome_name,
                limit,
                checked=int(row["n_verifies"]),
                off=len(off),
                known=len(known),
                worst=None if pd.isna(row["pire_ecart"]) else float(row["pire_ecart"]),
                message=next((f.constat for f in off if f.connu_motif is None), None),
            )
        )
    return results


def _result(
    rule: Rule,
    thing: str,
    outcome: str,
    limit: float,
    *,
    checked: int = 0,
    off: int = 0,
    known: int = 0,
    worst: float | None = None,
    message: str | None = None,
) -> Result:
    return Result(
        rule.code, rule.family, WAREHOUSE, rule.severity, thing, outcome, checked, off, known, worst, limit, message
    )
