"""The results of a load's checks, as one mapping and in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from pipelines.base.wording import plural
from pipelines.quality.findings import FAILED
from pipelines.quality.rules import BLOCKING, INFORMATION, WARNING

_NAMES = {
    BLOCKING: ("bloquant", "bloquants"),
    WARNING: ("avertissement", "avertissements"),
    INFORMATION: ("information", "informations"),
}


def gather(results: list[dict], findings: list[dict], names: Mapping[str, str] = MappingProxyType({})) -> dict:
    """The checks as one mapping; `bloquants` holds what stopped the publication, each with its remedy and its files
    (`names`: the name of the file of each delivery).
    """
    failed = [r for r in results if r["resultat"] == FAILED]
    blocking = [f for f in findings if f["severite"] == BLOCKING and f["connu_motif"] is None]
    return {
        "regles": len({r["regle_code"] for r in results}),
        "resultats": dict(Counter(r["resultat"] for r in results)),
        "constats": dict(Counter(f["severite"] for f in findings if f["connu_motif"] is None)),
        "connus": sum(f["connu_motif"] is not None for f in findings),
        "bloquants": [f | {"fichiers": _files(f["livraisons"], names)} for f in blocking],
        "en_erreur": [{"regle_code": r["regle_code"], "message": r["message"]} for r in failed],
    }


def _files(ids: str | None, names: Mapping[str, str]) -> list[dict]:
    return [{"livraison_id": i, "nom": names.get(i, "")} for i in (ids or "").split(",") if i]


def line(told: dict) -> str:
    """Write the checks in one line: the rules, the findings by severity, the known ones."""
    known = f", {plural(told['connus'], 'écart connu', 'écarts connus')}" if told["connus"] else ""
    return f"Contrôles : {plural(told['regles'], 'règle')}, {found(told)}{known}"


def found(told: dict) -> str:
    """Count the findings of each severity, most serious first."""
    return ", ".join(plural(told["constats"][s], *_NAMES[s]) for s in _NAMES if told["constats"].get(s)) or (
        "rien à signaler"
    )
