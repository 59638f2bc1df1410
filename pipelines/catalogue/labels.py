"""Labels that a producer spells in several ways: what a table knows of each, and what is nearest to one it does not."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pipelines.base.refusal import MAX_SHOWN, Defect, quote
from pipelines.base.spelling import folded
from pipelines.catalogue.model import Catalogue, Column

if TYPE_CHECKING:
    import pyarrow as pa

# The column of a list that says which of its labels another is a spelling of.
SYNONYM = "synonyme_de"
_SAME = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "–": "-", "—": "-", "‑": "-", "_": " "})
_NEAR = 3
# A longer text is near no label, and finding that out takes the product of their lengths.
_LONGEST = 400


def label_key(text: str) -> str:
    """What two spellings of a label share: neither case, accents, spaces nor the kind of an apostrophe or a dash."""
    bare = folded(text.translate(_SAME))
    for sign in "'-()":
        bare = bare.replace(f" {sign}", sign).replace(f"{sign} ", sign)
    return bare


def nearest(text: str, known: Mapping[str, str]) -> list[str]:
    """Those of `known` (code → label) that a text looks like most, by label or by code: « ARR-461 (Cahors) »."""
    if len(text) > _LONGEST:
        return []
    spoken: dict[str, list[str]] = {}
    for code, label in known.items():
        spoken.setdefault(label_key(label), []).append(code)
    codes = {label_key(code): code for code in known}
    wanted = label_key(text)
    near = [code for n in get_close_matches(wanted, list(spoken), n=_NEAR, cutoff=0.6) for code in spoken[n]]
    near += [codes[n] for n in get_close_matches(wanted, list(codes), n=_NEAR, cutoff=0.6)]
    return [c if known[c] in {"", c} else f"{c} ({known[c]})" for c in list(dict.fromkeys(near))[:_NEAR]]


def nearest_codes(text: str, column: Column, catalogue: Catalogue) -> str | None:
    """What a code of a list should have been, in words; None when nothing comes near."""
    name, field = column.code_list.split(".")
    near = nearest(text, {r[field]: r.get("libelle") or r.get("texte") or "" for r in catalogue.lists[name]})
    return f"un code de {name}.csv ; les plus proches : {', '.join(near)}" if near else None


def spelled(column: Column, values: pa.Array, catalogue: Catalogue) -> pa.Array:
    """Labels in the spelling of their list; one that it does not know stays as it was received."""
    name, field = column.code_list.split(".")
    known = {label_key(row[field]): row.get(SYNONYM) or row[field] for row in catalogue.lists[name]}
    import pyarrow as pa

    return pa.array([v and known.get(label_key(v), v) for v in values.to_pylist()], pa.string())


def unknown_labels(
    column: Column, values: pa.Array, lines: pa.Array, place: str, sheet: str | None, catalogue: Catalogue
) -> list[Defect]:
    """A defect a label that the list does not know, at its first line, with the nearest that it does."""
    name, field = column.code_list.split(".")
    known = {label_key(row[field]): row[field] for row in catalogue.lists[name]}
    first: dict[str, int] = {}
    for value, line in zip(values.to_pylist(), lines.to_pylist(), strict=True):
        if value is not None and label_key(value) not in known:
            first.setdefault(value, line)
    defects = []
    for value, line in list(first.items())[:MAX_SHOWN]:
        wanted = label_key(value) if len(value) <= _LONGEST else ""
        near = [known[k] for k in get_close_matches(wanted, list(known), n=_NEAR, cutoff=0.5)]
        defects.append(
            Defect(
                "libelle_inconnu",
                f"{quote(value)} n'est pas dans {name}.csv",
                f"vérifier le libellé ; si le producteur l'a renommé, ajouter une ligne à {name}.csv dans "
                f"dbt_project/seeds/ (une autre façon d'écrire dit {SYNONYM}, une nouvelle série a son indicateur)",
                sheet,
                line,
                place,
                "un libellé connu ; les plus proches : " + ", ".join(f"« {n} »" for n in near)
                if near
                else f"un des libellés de {name}.csv",
            )
        )
    return defects
