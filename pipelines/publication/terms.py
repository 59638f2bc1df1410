"""What the plan holds that has an end, and what succeeds it: the plan itself, its document of road safety."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pipelines.base.rows import Row
from pipelines.base.wording import MONTHS
from pipelines.publication.reading import rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PLANS = "select version, libelle, valide_de as debut, valide_a as fin from plan.versions order by valide_de, version"
_ROAD_SAFETY = """
select distinct d.dispositif_code as version, d.libelle, d.debut, d.fin
from plan.dispositifs as d
inner join plan.dgo as g on g.dispositif_code = d.dispositif_code
where d.dernier_etat
order by d.debut, version
"""


@dataclass(frozen=True)
class Term:
    """Something that has ended; `suite` is the name of what succeeds it, empty when nothing does."""

    objet: str
    version: str
    libelle: str
    fin: dt.date
    suite: str
    phrase: str


def ended(db: DuckDBPyConnection, today: dt.date) -> list[Term]:
    """List the plan and the road safety document that are over, and that no amendment prolongs."""
    found = _over("plan", rows(db, _PLANS), today)
    if rows(db, "select 1 from duckdb_tables() where schema_name = 'plan' and table_name = 'dgo'"):
        found += _over("dgo", rows(db, _ROAD_SAFETY), today)
    return found


def told(db: DuckDBPyConnection, today: dt.date) -> list[dict]:
    """The same as plain mappings, for a page or an object."""
    return [asdict(term) for term in ended(db, today)]


def _over(kind: str, versions: Sequence[Row], today: dt.date) -> list[Term]:
    found = []
    for one in versions:
        end = one["fin"]
        if end is None or end >= today or _is_prolonged(one, versions):
            continue
        after = next((v for v in versions if v["debut"] is not None and v["debut"] > end), None)
        found.append(
            Term(kind, one["version"], one["libelle"], end, after["libelle"] if after else "", _phrase(one, after))
        )
    return found


def _is_prolonged(one: Row, versions: Iterable[Row]) -> bool:
    """Tell whether an amendment, begun before the end, lasts longer or replaces it to the same day."""
    return any(
        other["version"] != one["version"]
        and other["debut"] is not None
        and (one["debut"] is None or other["debut"] > one["debut"])
        and other["debut"] <= one["fin"]
        and (other["fin"] is None or other["fin"] >= one["fin"])
        for other in versions
    )


def _phrase(one: Row, after: Row | None) -> str:
    said = f"{one['libelle']} : terminé le {in_words(one['fin'])}"
    if after is None:
        return f"{said}. Aucun autre ne lui succède dans les tables."
    return f"{said}. Depuis le {in_words(after['debut'])} : {after['libelle']}."


def in_words(day: dt.date) -> str:
    """2024-12-31 → 31 décembre 2024."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"
