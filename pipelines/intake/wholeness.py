"""Whether a text file came whole: a download that was cut ends in the middle of a line."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.intake.refusal import Defect

# Fewer records than this say nothing of how the last one should look.
_ENOUGH = 5


def ends_whole(content: bytes) -> bool:
    """Whether the last line has its end."""
    return content.endswith((b"\n", b"\r"))


def cut_short(content: bytes, columns: Sequence[pa.Array], lines: pa.Array, short: bool) -> Defect | None:
    """The defect of a file that stops in its last record: `short` says that this record lacks cells, or else its last
    cell is compared with the others of its column. A file that only lacks its last line end is whole.
    """
    if ends_whole(content):
        return None
    if short or (columns and len(columns[-1]) > _ENOUGH and _is_cut(columns[-1])):
        return Defect(
            "fichier_coupe",
            "le fichier s'arrête au milieu de sa dernière ligne : la copie ou le téléchargement a été interrompu",
            "télécharger de nouveau le fichier entier et le redéposer, sans compléter cette ligne à la main",
            ligne=lines[-1].as_py() if len(lines) else None,
            attendu="une dernière ligne entière, comme les autres",
        )
    return None


def _is_cut(column: pa.Array) -> bool:
    """Whether the last cell of a column looks like the beginning of what its cells are."""
    values = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    last, others = (values[-1].as_py() or "").strip(), pc.utf8_trim_whitespace(values.slice(0, len(values) - 1))
    lengths = pc.utf8_length(others)
    if not last:
        return pc.min(lengths).as_py() > 0
    if pc.any(pc.equal(others, last)).as_py():
        return False
    if len(last) < pc.min(lengths).as_py():
        return True
    # A closed list: the beginning of one of its values is none of them.
    begins = pc.any(pc.starts_with(others, last)).as_py()
    return begins and pc.count_distinct(others).as_py() * _ENOUGH <= len(others)
