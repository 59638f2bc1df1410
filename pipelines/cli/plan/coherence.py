"""`vigie plan --coherence`: what the document says against itself, in sentences."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pipelines.base.wording import plural
from pipelines.cli.screen import out
from pipelines.publication.reading import rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FINDINGS = """
select * from plan.coherence
where $1 is null
    or upper($1) in (upper(serie_code), upper(regle_code))
    or regexp_matches(lieu_1 || ' ; ' || lieu_2, '(section|tableau) ' || regexp_escape($1) || '($|[^.0-9a-z])', 'i')
    or list_contains(string_split(upper(chiffres_1 || ', ' || chiffres_2), ', '), upper($1))
order by gravite, famille, regle_code, coherence_code
"""


def gather(db: DuckDBPyConnection, code: str | None, _day: dt.date) -> dict | None:
    """List the findings; of one section, series, rule, table, figure or claim when a code is given."""
    found = rows(db, _FINDINGS, code)
    if code and not found and not _known(db, code):
        return None
    return {
        "bilan": {
            "contradictions": sum(f["gravite"] == "contradiction" and not f["decoule_de"] for f in found),
            "contradictions_qui_en_decoulent": sum(
                f["gravite"] == "contradiction" and bool(f["decoule_de"]) for f in found
            ),
            "signaux": sum(f["gravite"] == "signal" for f in found),
        },
        "constats": found,
    }


def show(told: dict) -> None:
    """Print the contradictions by rule with what follows from each, then what is to verify, then the count."""
    found = told["constats"]
    codes = {f["coherence_code"] for f in found}
    for gravity, heading in (("contradiction", "Contradictions"), ("signal", "À vérifier")):
        roots = [f for f in found if f["gravite"] == gravity and f["decoule_de"] not in codes]
        if roots:
            out.print(f"\n{heading}", style="bold")
        for rule in dict.fromkeys(f["regle_code"] for f in roots):
            said = [f for f in roots if f["regle_code"] == rule]
            out.print(f"{said[0]['regle']} {said[0]['remede']}", style="dim", markup=False)
            for f in said:
                _bullet(f, found)
    b = told["bilan"]
    out.print(
        f"\n{plural(b['contradictions'], 'contradiction distincte', 'contradictions distinctes')}, "
        f"{plural(b['contradictions_qui_en_decoulent'], 'autre qui en découle', 'autres qui en découlent')}, "
        f"{plural(b['signaux'], 'signal à vérifier', 'signaux à vérifier')}."
    )


def sentence(f: dict) -> str:
    """Write one finding as a line under its figure."""
    return f"{'contradiction' if f['gravite'] == 'contradiction' else 'à vérifier'} : {f['phrase']}"


def _bullet(f: dict, found: list[dict], depth: int = 1) -> None:
    lead = "•" if depth == 1 else "→ en découle :"
    out.print(f"{'  ' * depth}{lead} {f['phrase']}", markup=False)
    for follower in (g for g in found if g["decoule_de"] == f["coherence_code"]):
        _bullet(follower, found, depth + 1)


def _known(db: DuckDBPyConnection, code: str) -> bool:
    return bool(
        rows(
            db,
            "select 1 from plan.chiffres_imprimes where upper($1) in "
            "(upper(section), upper(chiffre_code), upper(serie_code), upper(tableau)) "
            "union all select 1 from plan.affirmations where upper(affirmation_code) = upper($1) limit 1",
            code,
        )
    )
