"""Whether a text file came whole: a download that was cut ends in the middle of a line."""

from __future__ import annotations

from pipelines.base.refusal import Defect, Refused

# Fewer records than this say nothing of how the last one should look; more than that say no more.
_ENOUGH, _MOST = 5, 5_000


def ends_whole(content: bytes) -> bool:
    """Whether the last line has its end."""
    return content.endswith(b"\n")


def check_end(block: bytes, separator: str, number: int, header: int = 0) -> None:
    """Raise Refused for a file that stops in its last record, the line `number`: `block` is its last whole lines and
    what stands after them, `header` how many of these lines are no records.

    The last record is compared with those before it: a file that only lacks its last line end is whole.
    """
    # Only the end is cut: what is compared, the headers, and the lines before them as one.
    *before, last = block.rsplit(b"\n", _MOST + header + 1)
    records = [line for line in before[header:][-_MOST:] if line.strip()]
    if not last.strip() or len(records) < _ENOUGH:
        return
    mark = separator.encode()
    if last.count(mark) >= min(r.count(mark) for r in records) and not _is_cut(
        last.rsplit(mark, 1)[-1], [r.rsplit(mark, 1)[-1] for r in records]
    ):
        return
    raise Refused(
        Defect(
            "fichier_coupe",
            "le fichier s'arrête au milieu de sa dernière ligne : la copie ou le téléchargement a été interrompu",
            "télécharger de nouveau le fichier entier et le redéposer, sans compléter cette ligne à la main",
            ligne=number,
            attendu="une dernière ligne entière, comme les autres",
        )
    )


def _is_cut(last: bytes, others: list[bytes]) -> bool:
    """Whether a cell looks like the beginning of what the cells of its column are."""
    known = set(others)
    if last in known:
        return False
    if last.startswith(b'"') and (last == b'"' or not last.endswith(b'"')):
        return True
    if len(last) < min(map(len, known)):
        return True
    # A closed list: the beginning of one of its values is none of them.
    closed = len(known) * _ENOUGH <= len(others)
    return closed and any(value.startswith(last) for value in known)
