"""Where rows are ranked by what a file's bytes hash to, and why no figure hangs on it."""

from __future__ import annotations

import re

from pipelines.settings.model import PROJECT

# Each such order, and why it decides no content: whoever adds one says it here.
KNOWN = {
    "pipelines/home/ranking.sql": "the last word between deliveries that say the same, or of which none counts",
    "dbt_project/models/intermediate/population/int_populations_communes.sql":
        "one delivery a file and census is left by then: the rank of the origin has decided",
    "dbt_project/models/intermediate/population/int_populations_officielles.sql":
        "one delivery an origin and census is left by then: the order of the origin has decided",
    "dbt_project/models/intermediate/retours/int_retours_envois.sql":
        "one of a month's deliveries counts as its service, whichever it is: all of them are in the lot",
}  # fmt: skip
_BY_HASH = re.compile(r"order by(?:(?!\)|;).)*\b(?:sha256|livraison_id)\b", re.DOTALL | re.IGNORECASE)
_CHOOSES = re.compile(r"row_number\(|first_value\(|max_by\(|min_by\(|\bqualify\b|distinct on", re.IGNORECASE)


def chosen_by_hash() -> set[str]:
    """The files of SQL that number or pick rows in an order in which a hash stands."""
    found = set()
    for root, kinds in ((PROJECT / "pipelines", ("*.sql",)), (PROJECT / "dbt_project", ("*.sql",))):
        for kind in kinds:
            for file in root.rglob(kind):
                if {".vigie", "target"} & {*file.parts}:
                    continue
                text = re.sub(r"--[^\n]*", "", file.read_text(encoding="utf-8"))
                windows = re.findall(r"over\s*\(((?:[^()]|\([^()]*\))*)\)", text)
                picks = re.findall(r"(?:max_by|min_by)\(((?:[^()]|\([^()]*\))*)\)", text)
                by_hash = any(_BY_HASH.search(w) for w in windows)
                by_hash |= any(re.search(r",\s*(?:\w+\.)?(?:sha256|livraison_id)\s*$", p) for p in picks)
                if by_hash and _CHOOSES.search(text):
                    found.add(file.relative_to(PROJECT).as_posix())
    return found


def test_every_order_by_hash_is_known_to_decide_no_content() -> None:
    assert chosen_by_hash() == set(KNOWN)
