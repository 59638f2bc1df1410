"""`vigie plan --verifier`: every printed figure beside what the warehouse computes, and every claim."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from pipelines.base.wording import figure, plural
from pipelines.cli.plan import marks
from pipelines.cli.screen import out
from pipelines.publication.reading import rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WORDS = {
    "egal": ("green", "égal", "égaux"), "dans_la_revision": ("cyan", "dans la révision", "dans la révision"),
    "divergent": ("red", "divergent", "divergents"),
    "non_calculable": ("yellow", "non calculable", "non calculables"),
    "verifiee": ("green", "vérifiée", "vérifiées"), "contredite": ("red", "contredite", "contredites"),
}  # fmt: skip

# What the reading covers, in words: of its territory when it is not the one that the plan names, and of its perimeter.
FIGURES = """
select r.*, case when r.territoire_lu_code <> r.territoire_code then t.libelle end as territoire_lu, p.reserve
from plan.reconciliation as r
left join reference.territoires as t on t.territoire_code = r.territoire_lu_code
left join reference.perimetres as p on p.perimetre = r.perimetre and not p.complet
"""
_FIGURES = f"""{FIGURES}
where $1 is null or upper($1) in (upper(r.section), upper(r.chiffre_code))
order by r.section, r.chiffre_code, r.lecture_retenue desc, r.candidat
"""
_CLAIMS = """
select * from plan.affirmations
where $1 is null or upper($1) in (upper(section), upper(affirmation_code))
order by affirmation_code
"""


def gather(db: DuckDBPyConnection, code: str | None, _day: dt.date) -> dict | None:
    """Read the reconciliation and the claims; of one section or one figure when a code is given."""
    figures, claims = rows(db, _FIGURES, code), rows(db, _CLAIMS, code)
    if not figures and not claims:
        return None
    return {
        "bilan": _count([f for f in figures if f["lecture_retenue"]]),
        "bilan_affirmations": _count(claims),
        "chiffres": figures,
        "affirmations": claims,
        "toutes_les_lectures": code is not None,
        "reserves": marks.reserves(db),
    }


def show(told: dict) -> None:
    """Print tables by section with the readings chosen, then the claims, the marks and the counts."""
    marked = marks.marks(
        [_covers(f) for f in told["chiffres"]] + [a["perimetre"] for a in told["affirmations"]], told["reserves"]
    )
    for section in dict.fromkeys(f["section"] for f in told["chiffres"]):
        out.print(f"\n{section}", style="bold")
        here = [f for f in told["chiffres"] if f["section"] == section]
        _show_figures([f for f in here if f["lecture_retenue"] or told["toutes_les_lectures"]], marked)
        _show_choices([f for f in here if f["lecture_retenue"] and f["n_lectures"] > 1])
    if told["affirmations"]:
        _show_claims(told["affirmations"], marked)
    out.print()
    marks.show_foot(marked, told["reserves"])
    _show_count("chiffre imprimé", "chiffres imprimés", told["bilan"])
    _show_count("affirmation", "affirmations", told["bilan_affirmations"])
    if not told["toutes_les_lectures"]:
        out.print("Les autres lectures d'un chiffre : vigie plan --verifier I.A, ou le code du chiffre.", style="dim")


def _show_figures(figures: list[dict], marked: dict[str, str]) -> None:
    table = Table("Chiffre", "Série", "Période", "Imprimé", "Calculé", "Verdict", box=None, header_style="bold")
    for f in figures:
        period = f["periode"] + (f"/{f['periode_reference']}" if f["periode_reference"] else "")
        table.add_row(
            f["chiffre_code"] if f["lecture_retenue"] else "   autre lecture",
            f"{f['serie']}, {f['territoire_code']}", period, figure(f["valeur_imprimee"]),
            figure(f["valeur_calculee"]) + marked.get(_covers(f) or "", ""), verdict(f),
        )  # fmt: skip
    out.print(table)


def _show_choices(figures: list[dict]) -> None:
    """Print the reading of each line and its reason once, not once a year."""
    said = {(f["serie"], f["territoire_code"], f["indicateurs"], f["territoire_lu"], f["choix"]): None for f in figures}
    for series, place, indicators, read, why in said:
        territory = f", {read}" if read else ""
        out.print(f"  {series}, {place} : lu comme {indicators}{territory}. {why}", style="dim", markup=False)


def _show_claims(claims: list[dict], marked: dict[str, str]) -> None:
    out.print("\nAffirmations", style="bold")
    table = Table("Texte", "Territoire", "Ce qui est comparé", "Verdict", box=None, header_style="bold")
    for a in claims:
        table.add_row(
            f"« {escape(a['texte'])} »", a["territoire_code"], _compared(a) + marked.get(a["perimetre"], ""),
            _coloured(a["verdict"]) + (f" : {escape(a['motif'])}" if a["motif"] else ""),
        )  # fmt: skip
    out.print(table)


def _compared(a: dict) -> str:
    """Write the two terms that a claim compares: counts, changes, shares, rates, a rank, gaps."""
    if a["verdict"] == "non_calculable":
        return "—"
    kind = a["compare"]
    if kind == "part" and a["part_reference_pct"] is not None:
        return f"part : de {figure(a['part_reference_pct'])} à {figure(a['part_pct'])} %"
    if kind == "part":
        return f"part : {figure(a['part_pct'])} %"
    if kind == "taux":
        return f"taux : {figure(a['taux'])} et {figure(a['autre_taux'])} {a['taux_unite']}"
    if kind == "rang":
        change = figure(a["evolution_pct"], sign=True)
        return f"rang : {change} %, parmi les {figure(a['rang_pct'])} % qui baissent le plus"
    if kind == "rythme":
        first, second = (figure(a[k], sign=True) for k in ("evolution_pct", "autre_evolution_pct"))
        return f"évolutions : {first} % et {second} %"
    counts = f"de {figure(a['valeur_reference'])} à {figure(a['valeur'])}"
    if a["autre_valeur"] is None:
        return counts
    other = f"de {figure(a['autre_valeur_reference'])} à {figure(a['autre_valeur'])}"
    beside = "auparavant" if kind == "ecart" else "l'autre série"
    return f"{counts} ; {beside} : {other}"


def _covers(f: dict) -> str | None:
    """Word the perimeter of what is computed, when something is."""
    return None if f["valeur_calculee"] is None else f["perimetre"]


def verdict(r: dict) -> str:
    """Word a verdict: what answers, by how much it differs, or what is missing."""
    said = _coloured(r["verdict"])
    if r["verdict"] == "non_calculable":
        return f"{said} : {escape(r['motif'])}" + (f" ({escape(r['source'])})" if r["source"] else "")
    size = ""
    if r["ecart"] is not None:
        size = f" de {figure(r['ecart'], sign=True)}"
        if r["ecart_pct"] is not None:
            size += f" ({figure(r['ecart_pct'], sign=True)} %)"
    territory = f", {escape(r['territoire_lu'])}" if r["territoire_lu"] else ""
    return f"{said}{size}, {escape(r['indicateurs'])}{territory} ({escape(r['source'])})"


def _coloured(word: str) -> str:
    colour, label, _ = _WORDS[word]
    return f"[{colour}]{label}[/{colour}]"


def _count(judged: list[dict]) -> dict[str, int]:
    found = Counter(j["verdict"] for j in judged)
    return {word: found[word] for word in _WORDS if word in found}


def _show_count(one: str, many: str, counts: dict[str, int]) -> None:
    if counts:
        parts = ", ".join(f"[{_WORDS[v][0]}]{plural(n, *_WORDS[v][1:])}[/{_WORDS[v][0]}]" for v, n in counts.items())
        out.print(f"{plural(sum(counts.values()), one, many)} : {parts}.")
