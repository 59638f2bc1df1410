"""What the files of one return say together: which rows count, and which file only proposes itself.

A slice (a service and a month) may come several times. A file that holds every row that is known replaces; one that
holds some of them corrects these rows, and the others stay; one that lacks some and adds some says neither, and a
person does. What is stated decides: the edition that a person wrote, then what a person confirmed; a newer file only
proposes itself. The order of two hashes decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, NamedTuple, TypeVar

Rows = dict[str, tuple["Version", "Row"]]

# How a correction is read. UNSAID: nobody can tell, and nothing is decided.
LINES, WHOLE, UNSAID = "lignes", "entier", ""
# A file that carries no edition is a first sending until something says otherwise.
_FIRST = "0001"


class Row(NamedTuple):
    """What a row says, as a hash of its answers, and where it stands."""

    content: str
    sheet: str
    line: int


_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Version:
    """One delivery of a slice. `entered` is the instant of its load; `order` tells apart those that say the same;
    `partial` is what cannot stand alone; `confirmed` holds (instant, reading) of each time that a person took it.
    """

    delivery: str
    edition: str
    entered: str
    rows: Mapping[str, Row]
    order: tuple[str, ...] = ()
    partial: bool = False
    confirmed: tuple[tuple[str, str], ...] = ()
    correction: bool = False  # a person took its rows for corrections of another's

    @property
    def is_base(self) -> bool:
        return not self.partial and not self.correction

    @property
    def says(self) -> frozenset[tuple[str, str]]:
        return frozenset((key, row.content) for key, row in self.rows.items())


class Corrected(NamedTuple):
    """A row that another takes the place of: `last` when the last correction did it, `changed` when they differ."""

    delivery: str
    row: Row
    by: str
    by_row: Row
    last: bool
    changed: bool


@dataclass
class Settled:
    """`layers` are in use, the last correction first, each with how it is read; `before` were in use until that last
    one. `proposed` maps what proposes itself to how it would be read. `undecided`: none is in use until a person
    chooses. `same` says nothing that is not in use.
    """

    layers: list[tuple[str, str]] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    proposed: dict[str, str] = field(default_factory=dict)
    undecided: list[str] = field(default_factory=list)
    corrected: list[Corrected] = field(default_factory=list)
    same: set[str] = field(default_factory=set)


def reading(rows: Mapping[_Key, object], known: Mapping[_Key, object]) -> str:
    """Decide how a correction is read, from its keys and those of what it corrects."""
    lacks, adds = bool(known.keys() - rows.keys()), bool(rows.keys() - known.keys())
    if lacks and adds:
        return UNSAID
    return LINES if lacks else WHOLE


def settle(versions: Iterable[Version]) -> Settled:
    """Decide what is in use of one slice, and what proposes itself."""
    fold = _Fold()
    known = _without_bases(sorted(versions, key=lambda v: (v.order, v.delivery)))
    for (level, _, kind), events in groupby(_events(known), lambda e: e[:3]):
        if kind == _ENTRY:
            fold.enter(level, [version for *_, version, _ in events])
        else:
            for *_, version, how in events:
                fold.confirm(level, version, how)
    return fold.settled(known)


def _without_bases(versions: list[Version]) -> list[Version]:
    """Take what a person took as corrected rows for no base, where there is another."""
    lines = {v.delivery for v in versions if any(how == LINES for _, how in v.confirmed)}
    bases = [v for v in versions if v.delivery not in lines and not v.partial]
    return [
        replace(v, correction=any(how == LINES and b.entered <= when for when, how in v.confirmed for b in bases))
        for v in versions
    ]


_ENTRY, _CONFIRMATION = 0, 1


def _events(versions: list[Version]) -> list[tuple[Any, ...]]:
    """Sort (level, instant, kind, version, reading) by level: a stated edition holds in whatever order it came."""

    def stated(when: str, inclusive: bool) -> str:
        seen = (v.edition for v in versions if v.entered < when or (inclusive and v.entered == when))
        return max((e for e in seen if e), default=_FIRST)

    events = []
    for v in versions:
        events.append((v.edition or stated(v.entered, inclusive=False), v.entered, _ENTRY, v, UNSAID))
        events += [(stated(when, inclusive=True), when, _CONFIRMATION, v, how) for when, how in v.confirmed]
    return sorted(events, key=lambda e: e[:3])


class _Fold:
    """The state of a slice, event after event."""

    def __init__(self) -> None:
        self.layers: list[tuple[Version, str]] = []  # the base first
        self.rows: Rows = {}
        self.level = ""
        self.stopped = ""  # the level at which editions contradict each other: what comes after only proposes itself
        self.before: list[Version] = []
        self.rows_before: Rows = {}
        self.proposed: list[Version] = []
        self.undecided: list[Version] = []
        self.waiting: list[Version] = []  # corrections of what is not there

    def enter(self, level: str, batch: list[Version]) -> None:
        """Enter the versions of one load, at one level."""
        if not self.layers:
            batch = self._begin(level, batch)
        news = [v for v in batch if self._is_news(v)]
        if not news or not self.layers:
            return
        distinct = list({v.says: v for v in reversed(news)}.values())[::-1]
        stated = level > max(self.level, self.stopped) and all(v.edition for v in news)
        if stated and self._take(level, distinct):
            return
        self.stopped = max(self.stopped, level) if stated else self.stopped
        self.proposed += distinct

    def confirm(self, level: str, version: Version, how: str) -> None:
        """Take a version that a person confirms; what is in use already is taken against all that proposes itself."""
        if version.partial and (how == WHOLE or not self.layers):
            return
        if not self.layers:
            self._stand(level, version)
            return
        if self.layers[-1][0].delivery == version.delivery and (how == UNSAID or not self._is_news(version)):
            self.proposed.clear()
            return
        how = how or reading(version.rows, self.rows)
        if how == UNSAID:
            return
        older = {v.delivery for v in self.proposed if how == WHOLE and v.entered < version.entered}
        self._apply([(version, how)])
        self.proposed = [v for v in self.proposed if v.delivery not in older | {version.delivery}]
        self.level = max(self.level, level)

    def settled(self, versions: list[Version]) -> Settled:
        news = [v for v in self.proposed if self._is_news(v)]
        return Settled(
            [(v.delivery, how) for v, how in reversed(self.layers)],
            [v.delivery for v in self.before],
            {v.delivery: reading(v.rows, self.rows) if self._changes(v) else UNSAID for v in news},
            [] if self.layers else [v.delivery for v in self.undecided],
            self._corrected(),
            {v.delivery for v in versions if self.layers and not self._is_news(v)},
        )

    def _begin(self, level: str, batch: list[Version]) -> list[Version]:
        """Find the base; returns what of the batch may correct it."""
        corrections, bases = [v for v in batch if not v.is_base], [v for v in batch if v.is_base]
        contents = {v.says for v in bases}
        contested = {key for v in self.undecided for key in v.rows}
        if bases and len(contents | {v.says for v in self.undecided}) == 1:
            self._stand(level, (self.undecided or bases)[0])
        elif self.undecided and len(contents) == 1 and level > self.level and contested <= bases[0].rows.keys():
            self._stand(level, bases[0])  # a later edition that answers for all that is contested
        else:
            self.undecided += bases
            self.level = self.level or level
            self.waiting += corrections
            return []
        return corrections

    def _stand(self, level: str, version: Version) -> None:
        """Put in use what comes where nothing was."""
        self.layers, self.level = [(version, WHOLE)], level
        self.rows = {key: (version, row) for key, row in version.rows.items()}
        self.proposed += [v for v in self.waiting if v.entered >= version.entered]
        self.undecided, self.waiting = [], []

    def _take(self, level: str, stated: list[Version]) -> bool:
        """Put later editions over what is in use, unless they contradict each other or cannot be read."""
        if len(stated) > 1 and not agree(stated, self.rows):
            return False
        how = [(v, reading(v.rows, self.rows)) for v in stated]
        if len(stated) == 1 and how[0][1] == UNSAID and all(v.entered > stated[0].entered for v, _ in self.layers):
            # It was in use before the earlier edition came, and stays.
            late = [v for v, _ in self.layers]
            self._apply([(stated[0], WHOLE)])
            self.before, self.rows_before, self.proposed = [], {}, late
        elif all(read != UNSAID and self._changes(v) for v, read in how):
            self._apply(how)
            self.proposed = [] if how[0][1] == WHOLE else self.proposed
        else:
            return False
        self.level = level
        return True

    def _is_news(self, version: Version) -> bool:
        """Tell whether it says otherwise than what is in use, or holds other rows; some of a list are no other rows."""
        return self._changes(version) or (version.rows.keys() != self.rows.keys() and not version.partial)

    def _changes(self, version: Version) -> bool:
        return any(
            key not in self.rows or self.rows[key][1].content != row.content for key, row in version.rows.items()
        )

    def _apply(self, corrections: list[tuple[Version, str]]) -> None:
        self.before, self.rows_before = [v for v, _ in reversed(self.layers)], self.rows
        for version, how in corrections:
            whole = how == WHOLE
            self.rows = ({} if whole else self.rows) | {key: (version, row) for key, row in version.rows.items()}
            layers = [] if whole else [(v, h) for v, h in self.layers if v.delivery != version.delivery]
            self.layers = [*layers, (version, how if layers else WHOLE)]
        left = {v.delivery for v, _ in self.rows.values()}
        self.layers = [(v, how) for v, how in self.layers if v.delivery in left]

    def _corrected(self) -> list[Corrected]:
        """Return the rows that count no more, of what is in use and of what was before."""
        corrected = []
        for version in {v.delivery: v for v in [*self.before, *(v for v, _ in self.layers)]}.values():
            for key, row in version.rows.items():
                was = self.rows_before.get(key)
                holder = self.rows.get(key) or was
                if holder is None or holder[0].delivery == version.delivery:
                    continue
                last = was is not None and was[0].delivery == version.delivery
                corrected.append(Corrected(version.delivery, row, holder[0].delivery, holder[1], last,
                                       holder[1].content != row.content))  # fmt: skip
        return corrected


def agree(versions: list[Version], known: Mapping[str, object]) -> bool:
    """Tell whether several corrections are of rows alone, and none says of a row what another does not."""
    contents: dict[str, str] = {}
    return all(
        reading(v.rows, known) == LINES
        and all(contents.setdefault(key, row.content) == row.content for key, row in v.rows.items())
        for v in versions
    )
