"""`vigie plan --verifier`: every printed figure beside what the warehouse computes, and every claim."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from pipelines.cli.screen import out
from pipelines.publication.reading import rows
from pipelines.wording import figure, plural

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WORDS = {
    "egal": ("green", "égal", "égaux"), "dans_la_revision": ("cyan", "dans la révision", "dans la révision"),
    "divergent": ("red", "divergent", "divergents"),
    "non_calculable": ("yellow", "non calculable", "non calculables"),
    "verifiee": ("green", "vérifiée", "vérifiées"), "contredite": ("red", "contredite", "contredites"),
}  # fmt: skip

_FIGURES = """
select * from plan.reconciliation
where $1 is null or upper($1) in (upper(section), upper(chiffre_code))
order by section, chiffre_code, candidat
"""
_CLAIMS = """
select * from plan.affirmations
where $1 is null or upper($1) in (upper(section), upper(affirmation_code))
order by affirmation_code
"""


def gather(db: DuckDBPyConnection, code: str | None) -> dict | None:
    """The reconciliation and the claims; of one section or one figure when a code is given."""
    figures, claims = rows(db, _FIGURES, code), rows(db, _CLAIMS, code)
    if not figures and not claims:
        return None
    return {
        "bilan": _count([f for f in figures if f["candidat"] == 1]),
        "bilan_affirmations": _count(claims),
        "chiffres": figures,
        "affirmations": claims,
    }


def show(told: dict) -> None:
    """Tables by section, then the claims, then the counts."""
    for section in dict.fromkeys(f["section"] for f in told["chiffres"]):
        out.print(f"\n{section}", style="bold")
        table = Table("Chiffre", "Série", "Période", "Imprimé", "Calculé", "Verdict", box=None, header_style="bold")
        for f in (f for f in told["chiffres"] if f["section"] == section):
            period = f["periode"] + (f"/{f['periode_reference']}" if f["periode_reference"] else "")
            table.add_row(
                f["chiffre_code"] if f["candidat"] == 1 else "   autre définition", f"{f['serie']}, "
                f"{f['territoire_code']}", period, figure(f["valeur_imprimee"]), figure(f["valeur_calculee"]),
                verdict(f),
            )  # fmt: skip
        out.print(table)
    if told["affirmations"]:
        out.print("\nAffirmations", style="bold")
        table = Table("Texte", "Territoire", "De", "À", "Verdict", box=None, header_style="bold")
        for a in told["affirmations"]:
            table.add_row(
                f"« {escape(a['texte'])} »", a["territoire_code"], figure(a["valeur_reference"]),
                figure(a["valeur"]), _coloured(a["verdict"]) + (f" : {escape(a['motif'])}" if a["motif"] else ""),
            )  # fmt: skip
        out.print(table)
    out.print()
    _show_count("chiffre imprimé", "chiffres imprimés", told["bilan"])
    _show_count("affirmation", "affirmations", told["bilan_affirmations"])


def verdict(r: dict) -> str:
    """One verdict in words: what answers, by how much it differs, or what is missing."""
    said = _coloured(r["verdict"])
    if r["verdict"] == "non_calculable":
        return f"{said} : {escape(r['motif'])}" + (f" ({escape(r['source'])})" if r["source"] else "")
    size = ""
    if r["ecart"] is not None:
        size = f" de {figure(r['ecart'], sign=True)}"
        if r["ecart_pct"] is not None:
            size += f" ({figure(r['ecart_pct'], sign=True)} %)"
    return f"{said}{size}, {escape(r['indicateurs'])} ({escape(r['source'])})"


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
