"""What a data officer should know of the data, gathered from the register and the published file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipelines.base.refusal import Defect
from pipelines.home.register import REFUSED, Register
from pipelines.quality import known, record
from pipelines.quality.findings import FAILED
from pipelines.quality.rules import BLOCKING, INFORMATION, WARNING, read_rules
from pipelines.settings.model import Settings

_LOADS = 12
_NATURES = {"demonstration": "Démonstration", "reelle": "Données réelles", None: "Aucune livraison"}


def gather(settings: Settings, missing: list[dict] | None) -> dict:
    """Gather what the page's template names; `missing` is None when nothing is published."""
    rules = read_rules()
    with Register(settings.paths.register) as register:
        load = record.last_judged(register)
        history = record.history(register)
        findings = record.findings(register, load) if load else []
        refused = [
            d | {"defauts": [_sentence(x) for x in register.defects(d["livraison_id"])]}
            for d in register.deliveries()
            if d["statut"] == REFUSED
        ]
        aside = register.set_aside()
        nature, published = register.nature(), register.last_publication()
    results = [r for r in history if r["chargement"] == load]
    loud = [f for f in findings if f["connu_motif"] is None]
    return {
        "departement": settings.departement,
        "nature": _NATURES[nature],
        "aujourdhui": settings.today.isoformat(),
        "chargement": load,
        "juge_le": results[0]["execute_le"] if results else None,
        "publie_le": published["publie_le"] if published and settings.paths.warehouse.exists() else None,
        "noms": {code: rule.name for code, rule in rules.items()},
        "erreurs": [r for r in results if r["resultat"] == FAILED],
        "bloquants": [f for f in loud if f["severite"] == BLOCKING],
        "avertissements": [f for f in loud if f["severite"] == WARNING],
        "informations": [f for f in loud if f["severite"] == INFORMATION],
        "manquants": missing,
        "refusees": refused,
        "ecartees": aside,
        "demandes": _by_debtor(missing or []),
        "connus": [vars(k) for k in known.read(settings.paths.known_errors)],
        "histoire": _by_load(history),
        "regles": [r | {"nom": rules[r["regle_code"]].name} for r in results if r["regle_code"] in rules],
    }


def _by_debtor(missing: Iterable[dict]) -> list[tuple[str, list[str]]]:
    owed: dict[str, list[str]] = {}
    for row in missing:
        owed.setdefault(row["demande_a"], []).append(row["phrase"])
    return sorted(owed.items(), key=lambda item: (-len(item[1]), item[0]))


def _by_load(history: list[dict]) -> list[dict]:
    loads: dict[str, list[dict]] = {}
    for result in history:
        loads.setdefault(result["chargement"], []).append(result)
    told = [
        {"chargement": load, "execute_le": results[0]["execute_le"]}
        | dict.fromkeys(("conforme", "ecart", "ecart_connu", "sans_objet", "erreur"), 0)
        | Counter(r["resultat"] for r in results)
        for load, results in loads.items()
    ]
    return told[::-1][:_LOADS]


def _sentence(defect: dict) -> str:
    return Defect(**{k: defect[k] for k in Defect.__dataclass_fields__}).sentence()
