"""Which records a home keeps of a file that covers the country: its own département's and those it is compared with."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.base.coded import coded
from pipelines.reading.types import tidied

# Overseas, a département or a collectivity has three characters.
_OVERSEAS = r"^9[78][0-9]"


def departement_of(codes: pa.Array) -> pa.Array:
    """Return the département of a code of commune or of département: `46042` → `46`, `97101` → `971`, `1001` → `01`."""
    codes = tidied(codes)
    lost = pc.match_substring_regex(codes, r"^(?:[1-9]|[1-9][0-9]{3})$")
    codes = pc.if_else(lost, pc.binary_join_element_wise(pa.scalar("0"), codes, ""), codes)
    overseas = pc.match_substring_regex(codes, _OVERSEAS)
    return pc.if_else(overseas, pc.utf8_slice_codeunits(codes, 0, 3), pc.utf8_slice_codeunits(codes, 0, 2))


def kept_records(known: frozenset[str], kept: frozenset[str]) -> Callable[[pa.Array], pa.Array]:
    """Find the codes that are not of another known département: what is empty or unknown is kept, to be judged."""
    aside = pa.array(sorted(known - kept), pa.string())

    def mask(codes: pa.Array) -> pa.Array:
        own = coded(codes)
        others = pc.is_in(departement_of(own.dictionary), value_set=aside)
        return pc.invert(pc.fill_null(pc.take(others, own.indices), False))

    return mask
