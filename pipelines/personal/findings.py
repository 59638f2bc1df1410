"""What was found in one file, place by place: where a text stood and what it looked like, never the text."""

from __future__ import annotations

from collections import Counter, defaultdict

from pipelines.base.refusal import MAX_SHOWN, Defect
from pipelines.personal.detect import (
    CELL,
    Sign,
    header_is_personal,
    personal_defect,
    personal_header,
    personal_name_of,
    personal_sign,
    personal_value,
)

# A list of at least so many texts, of which no more than so few look like names in capitals, is one of places.
_LONG, _FEW = 100, 0.02
# So many effective dates in one column make a column of dates.
_DATES = 3
# A form's headers stand among the first lines that hold something.
_HEADER_LINES = 5
# Beyond, texts are no longer told apart: the list is long.
_COUNTED = 50_000
_BIRTH = "une naissance"

Place = tuple[str | None, int | None, str | None]


class Places:
    """Takes texts one by one. `own` says that the file is one of Vigie's forms, in which every sign counts: elsewhere a
    long list of communes in capitals, or a column of dates, is no list of persons.
    """

    def __init__(self, own: bool = True) -> None:
        self._own = own
        self._found: dict[tuple[str, Place], Defect] = {}
        self._weak: list[tuple[str, Place, Sign]] = []
        self._dates: Counter[tuple[str | None, str | None]] = Counter()
        self._texts: defaultdict[str | None, set[int]] = defaultdict(set)
        self._columns: set[tuple[str | None, str | None]] = set()
        self._before: tuple[tuple[str | None, int | None], str] = ((None, None), "")
        self._lines: defaultdict[str | None, set[int]] = defaultdict(set)

    @property
    def number(self) -> int:
        """How many places were found so far."""
        return len(self._found) + len(self._weak)

    @property
    def has_nothing_to_come(self) -> bool:
        """Whether nothing was found, and the headers are behind: of a cell of a text, what it says alone counts now."""
        return not self.number and len(self._lines[None]) >= _HEADER_LINES

    def see(
        self,
        text: str,
        where: str,
        sheet: str | None = None,
        line: int | None = None,
        column: str | None = None,
        names: bool = True,
    ) -> None:
        """Look at a text and remember its place when it is a person's."""
        if len(self._found) >= MAX_SHOWN:
            return
        self._take(personal_sign(text, names), where, (sheet, line, column))

    def see_cell(
        self, text: str, sheet: str | None = None, line: int | None = None, column: str | None = None, where: str = CELL
    ) -> None:
        """The same for a cell of a table; those of its first lines may be headers."""
        if len(self._found) >= MAX_SHOWN or not text or text.isspace():
            return
        lines = self._lines[sheet]
        if line is not None and (len(lines) < _HEADER_LINES or line in lines):
            lines.add(line)
            if header_is_personal(text):
                self._columns.add((sheet, column))
                self._note("entete", (sheet, line, column), personal_header(sheet, line, column))
                return
        if (sheet, column) in self._columns:  # said by its header
            return
        if not self._own and len(seen := self._texts[sheet]) < _COUNTED:
            seen.add(hash(text))
        sign = personal_sign(text) or self._with_the_cell_before(text, sheet, line)
        self._take(sign, where, (sheet, line, column))

    def _with_the_cell_before(self, text: str, sheet: str | None, line: int | None) -> Sign | None:
        """Two words in two cells of a form: « DUPONT », « Jean »."""
        if not self._own or line is None:
            return None
        (place, before), self._before = self._before, ((sheet, line), text)
        apart = place == (sheet, line) and before.isalpha() and text.isalpha() and before.lower() != text.lower()
        return personal_sign(f"{before} {text}") if apart and len(before) > 1 else None

    def see_number(self, value: float, sheet: str | None, line: int | None, column: str | None) -> None:
        """The same for a number that a cell of a form stores as one."""
        if self._own:
            self._take(personal_value(value), CELL, (sheet, line, column))

    def see_name(self, name: str, where: str, sheet: str | None = None) -> None:
        """The same for a name that someone gave to a sheet, a range or a file."""
        self._take(personal_name_of(name), where, (sheet, None, None))

    def note(self, where: str, what: str, sheet: str | None) -> None:
        """Remember a place that was looked at apart."""
        self._note(where, (sheet, None, None), personal_defect(where, what, sheet))

    def defects(self) -> list[Defect]:
        """One defect a place, as many as are worth showing."""
        names = Counter(place[0] for _, place, sign in self._weak if sign.what != _BIRTH)
        for where, place, sign in self._weak:
            texts = len(self._texts[place[0]])
            if sign.what == _BIRTH:
                listed = self._dates[place[0], place[2]] >= _DATES
            else:
                listed = texts >= _LONG and names[place[0]] <= max(1, texts * _FEW)
            if self._own or not listed:
                self._note(where, place, personal_defect(where, sign.what, *place))
        return list(self._found.values())[:MAX_SHOWN]

    def _take(self, sign: Sign | None, where: str, place: Place) -> None:
        if sign is None:
            return
        if sign.weak and not self._own:
            if sign.what == _BIRTH:
                self._dates[place[0], place[2]] += 1
            if len(self._weak) < _COUNTED:
                self._weak.append((where, place, sign))
            return
        self._note(where, place, personal_defect(where, sign.what, *place))

    def _note(self, where: str, place: Place, defect: Defect) -> None:
        self._found.setdefault((where, place), defect)
