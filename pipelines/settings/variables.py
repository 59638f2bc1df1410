"""The environment variables that Vigie knows: a misspelt one must not pass unseen."""

from __future__ import annotations

import os
from collections.abc import Iterable
from difflib import get_close_matches

PREFIX = "VIGIE_"
# Those that begin like settings and are none: what dbt's child is told, then what tests and benchmarks are.
OTHERS = frozenset(
    {
        "VIGIE_RAW",
        "VIGIE_BUILD",
        "VIGIE_BUILD_CORES",
        "VIGIE_BUILD_MEMORY",
        "VIGIE_DONNEES",
        "VIGIE_CAS",
        "VIGIE_PLAN",
        "VIGIE_AVANT",
        "VIGIE_SUPERSET",
    }
)


def unknown(fields: Iterable[str]) -> str | None:
    """A French sentence on the variables of this process that are no setting (`fields`), with the near names."""
    settings = sorted(f"{PREFIX}{name.upper()}" for name in fields)
    said = []
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in {*settings, *OTHERS}:
            near = get_close_matches(name.upper(), settings, n=3, cutoff=0.6)
            said.append(
                f"{name} n'est pas un réglage connu" + (f" (le plus proche : {', '.join(near)})" if near else "")
            )
    if not said:
        return None
    return f"{' ; '.join(said)}. Corriger ces variables d'environnement, ou les retirer."
