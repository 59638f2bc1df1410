"""What can be excused, under the names that people use: a source, a service, a post, a sheet of the plan, a pilot."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from pipelines.base.exit_codes import Stopped
from pipelines.catalogue.code_lists import code_table
from pipelines.catalogue.labels import label_key
from pipelines.catalogue.model import Catalogue
from pipelines.quality.excuses import PILOT, POST, SERVICE, SHEET

SOURCE = ""
_HEADINGS = {SOURCE: "Sources", SERVICE: "Services", POST: "Postes", SHEET: "Fiches-actions", PILOT: "Pilotes"}
_NEAR = 3


@dataclass(frozen=True)
class Excusable:
    """Something that owes: `kind` and `code` as `Excuse` has them, `names` whatever it is called."""

    kind: str
    code: str
    names: tuple[str, ...]

    @property
    def shown(self) -> str:
        """« CGD CAHORS (Compagnie de gendarmerie de Cahors) »."""
        others = [name for name in self.names[1:] if name != self.names[0]]
        return f"{self.names[0]} ({others[0]})" if others else self.names[0]


class NotExcusable(Stopped):
    """Nothing bears that name, or several things do. The text is French."""


def excusables(departement: str, catalogue: Catalogue) -> list[Excusable]:
    """List all of a département, closed ones included: they owed before. The first name is the one to type."""

    def lines(table: str) -> list[dict[str, str]]:
        return [row for row in code_table(table) if row["code_departement"] == departement]

    labels = {a["acteur_code"]: a["libelle"] for a in code_table("acteurs")}
    found = [Excusable(SOURCE, s.name, (s.name, s.label)) for s in catalogue.sources]
    found += [Excusable(SERVICE, r["territoire_code"], (r["service"], r["libelle"], r["territoire_code"]))
              for r in lines("services")]  # fmt: skip
    found += [Excusable(POST, r["poste_code"], (r["poste_code"], r["libelle"])) for r in lines("postes_iscg")]
    found += [Excusable(SHEET, r["action_code"], (r["action_code"], r["libelle"], f"fiche-action {r['action_code']}"))
              for r in lines("actions")]  # fmt: skip
    found += [Excusable(PILOT, r["acteur_code"], (r["acteur_code"], labels[r["acteur_code"]], r["texte"]))
              for r in lines("pilotes")]  # fmt: skip
    return list(dict.fromkeys(found))


def find(text: str, known: list[Excusable]) -> Excusable:
    """Find it by its name, in any case, with or without accents. Raises NotExcusable, with what is near."""
    exact = [one for one in known if text in {one.code, one.names[0]}]
    if len({(one.kind, one.code) for one in exact}) == 1:
        return exact[0]
    spoken: dict[str, list[Excusable]] = {}
    for one in known:
        for name in one.names:
            spoken.setdefault(_key(name), []).append(one)
    found = list({(e.kind, e.code): e for e in spoken.get(_key(text), [])}.values())
    if len(found) == 1:
        return found[0]
    if found:
        names = " ou ".join(f"{e.code or e.names[0]}" for e in found)
        raise NotExcusable(f"« {text} » désigne plusieurs choses. Écrire son code : {names}.")
    near = get_close_matches(_key(text), list(spoken), n=_NEAR, cutoff=0.6)
    near += [name for name in spoken if _key(text) and _key(text) in name and name not in near]
    told = list(dict.fromkeys(e.shown for name in near for e in spoken[name]))[:_NEAR]
    what = f" Vouliez-vous dire : {', '.join(told)} ?" if told else ""
    raise NotExcusable(f"« {text} » n'est rien que l'on puisse excuser.{what} {allowed(known)}")


def allowed(known: list[Excusable]) -> str:
    """« Sources : ssmsi, iscg ; Services : CGD CAHORS… »."""
    said = []
    for kind, heading in _HEADINGS.items():
        names = list(dict.fromkeys(e.names[0] for e in known if e.kind == kind))
        if names:
            said.append(f"{heading} : {', '.join(names)}")
    return " ; ".join(said) + "."


def _key(text: str) -> str:
    return label_key(text).replace("-", " ").replace("  ", " ")
