"""What the checks say: one result a rule and source, one finding a thing that is off."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from pipelines.base.wording import figure
from pipelines.quality.known import KnownError
from pipelines.quality.rules import BLOCKING, NO_FILE, Rule

_MOST_FILES = 3
SOUND, OFF, KNOWN, NOT_APPLICABLE, FAILED = "conforme", "ecart", "ecart_connu", "sans_objet", "erreur"


@dataclass(frozen=True)
class Result:
    """One rule on one source in one load; `observe` and `attendu` are the worst deviation and its limit."""

    regle_code: str
    famille: str
    porte: str
    severite: str
    objet: str
    resultat: str
    n_verifies: int
    n_ecarts: int
    n_connus: int
    observe: float | None
    attendu: float | None
    message: str | None

    @property
    def stops(self) -> bool:
        """Tell whether it stops the publication: a blocking rule that is red, or any rule that could not be run."""
        return self.resultat == FAILED or (self.resultat == OFF and self.severite == BLOCKING)

    def row(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class Finding:
    """One thing that one rule found off, in words."""

    regle_code: str
    famille: str
    severite: str
    source: str
    objet: str
    indicateur_code: str | None
    territoire_code: str | None
    periode: str | None
    observe: float | None
    attendu: float | None
    ecart: float
    constat: str
    remede: str
    livraisons: str | None
    connu_motif: str | None = None
    connu_jusqu_au: str | None = None

    def row(self) -> dict:
        return asdict(self)


def finding(
    rule: Rule, thing: dict, labels: dict[str, str], known: list[KnownError], names: dict[str, str] | None = None
) -> Finding:
    """Say a deviating row in French. `thing` has the columns of `controles.objets`; `names` are the files of the
    deliveries, by delivery: a remedy says which to ask again.
    """
    name = " ".join(rule.thing.format_map({k: v or "" for k, v in thing.items()}).split())
    words = {
        "indicateur": labels.get(thing["indicateur_code"], thing["indicateur_code"]) or thing["detail"] or "",
        "territoire": labels.get(thing["territoire_code"], thing["territoire_code"]) or "",
        "periode": (thing["periode"] or "").replace("|", " "),
        "detail": labels.get(thing["detail"], thing["detail"]) or "",
        "source": labels.get(thing["source"], thing["source"]),
        "observe": figure(_rounded(thing["observe"])),
        "attendu": figure(_rounded(thing["attendu"])),
    }
    deliveries = sorted(set(thing["livraisons"].split(","))) if thing["livraisons"] else []
    excuse = next((k for k in known if k.covers(rule.code, name)), None)
    return Finding(
        regle_code=rule.code,
        famille=rule.family,
        severite=rule.severity,
        source=thing["source"],
        objet=name,
        indicateur_code=thing["indicateur_code"],
        territoire_code=thing["territoire_code"],
        periode=thing["periode"],
        observe=_float(thing["observe"]),
        attendu=_float(thing["attendu"]),
        ecart=float(thing["ecart"]),
        constat=rule.says.format_map(words),
        remede=rule.remedy.format_map({"fichiers": _files(deliveries, names or {})}),
        livraisons=",".join(deliveries) or None,
        connu_motif=excuse.motif if excuse else None,
        connu_jusqu_au=excuse.jusqu_au if excuse else None,
    )


def _files(deliveries: list[str], names: dict[str, str]) -> str:
    """Name the files to ask again, as a remedy does; without a name, write « le fichier »."""
    found = sorted({names[d] for d in deliveries if d in names})
    if not found:
        return NO_FILE
    more = f" et {len(found) - _MOST_FILES} autres" if len(found) > _MOST_FILES else ""
    return ", ".join(f"« {name} »" for name in found[:_MOST_FILES]) + more


def _float(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)


def _rounded(value: float | None) -> float | int | None:
    number = _float(value)
    return None if number is None else int(number) if number == int(number) else round(number, 2)
