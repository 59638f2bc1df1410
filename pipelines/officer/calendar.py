"""Who owes which period, and where it stands: the calendar of what is asked by a form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.base.periods import Period
from pipelines.base.rows import slice_of
from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import Catalogue, Source
from pipelines.home.register import Register
from pipelines.publication.missing import read_missing
from pipelines.publication.standing import Standing, periods, standing
from pipelines.quality import excuses
from pipelines.quality.excuses import Excuse
from pipelines.settings.model import Settings
from pipelines.templates.lists import rows_in_force

RECEIVED, PROPOSED, LATE, EXPECTED, OPTIONAL, EXCUSED, NOT_ASKED = (
    "recu", "propose", "retard", "attendu", "facultatif", "excuse", "non_demande"
)  # fmt: skip
WORDS = {
    RECEIVED: "reçu",
    PROPOSED: "correction à confirmer",
    LATE: "en retard",
    EXPECTED: "attendu",
    OPTIONAL: "facultatif",
    EXCUSED: "excusé",
    NOT_ASKED: "non demandé",
}
_MONTHLY, _QUARTERLY = "mensuelle", "trimestrielle"
_COUNT = {_MONTHLY: 12, _QUARTERLY: 4}
_LENGTH = {_MONTHLY: 1, _QUARTERLY: 3}
# The column of an absence that names each kind of debtor, and of a slice the value that it answers by.
_SEEDS = {
    "services": ("services", "territoire_code", "service", "libelle"),
    "postes_iscg": ("postes_iscg", "poste_code", "poste_code", "libelle"),
    "pilotes": ("actions", "action_code", "action_code", "libelle"),
}
_OBJECTS = {"services": "territoire_code", "postes_iscg": "objet_code", "pilotes": "action_code"}
_IN_USE = "select source, tranche, table_nom, periode, livraison_id, retenue from classement where periode <> ''"


@dataclass(frozen=True)
class Cell:
    """One debtor's period. `delivery` is what answered it last, `due` the day it is due (ISO)."""

    period: Period
    state: str
    due: str
    delivery: str = ""

    @property
    def words(self) -> str:
        return WORDS[self.state]


@dataclass(frozen=True)
class Line:
    """Who owes: `code` as an excuse names it, `form` as the form is asked for (service or post), empty where one file
    answers for all.
    """

    source: Source
    shown: str
    code: str
    form: str
    cells: list[Cell]


@dataclass(frozen=True)
class Board:
    """The lines of one cadence, and the periods of their columns."""

    cadence: str
    periods: list[Period]
    lines: list[Line]

    @property
    def asked(self) -> list[Period]:
        """The periods that somebody owes by a form that is the same for all."""
        shared = [line for line in self.lines if line.code and not line.form]
        return [p for i, p in enumerate(self.periods) if any(x.cells[i].state != NOT_ASKED for x in shared)]


def boards(settings: Settings, until: Period | None = None) -> list[Board]:
    """Return a board a cadence, up to the period in which the month `until` is (today's without it)."""
    catalogue = load_catalogue()
    known = _Known.read(settings, catalogue)
    last = until.start if until else settings.today
    found = []
    for cadence in (_MONTHLY, _QUARTERLY):
        columns = _columns(last.year * 12 + last.month - 1, cadence)
        sources = [s for s in catalogue.sources if s.cadence == cadence and any(k.templated for k in s.layouts)]
        lines = [line for s in sources for line in _lines(settings, s, columns, known)]
        found.append(Board(cadence, columns, lines))
    return found


def _columns(month: int, cadence: str) -> list[Period]:
    length = _LENGTH[cadence]
    last = month - month % length
    return [Period(last - length * i, length) for i in reversed(range(_COUNT[cadence]))]


@dataclass(frozen=True)
class _Known:
    """What came and what is missing, by (source, debtor, period); the debtor is empty where one file answers."""

    came: dict[tuple[str, str, str], tuple[str, bool]]
    asked: set[tuple[str, str, str]]
    excused: set[tuple[str, str, str]]
    earlier: set[tuple[str, str, str]]
    said: list[Excuse]  # obeyed at once, before any load publishes them

    @classmethod
    def read(cls, settings: Settings, catalogue: Catalogue) -> _Known:
        came: dict[tuple[str, str, str], tuple[str, bool]] = {}
        nature = None
        if settings.paths.register.exists():
            with Register(settings.paths.register) as register:
                nature = register.nature()
                proposed = {(*slice_of(s), s["livraison_id"]) for s in register.disputed() if s["proposee"]}
                for row in register.rows(_IN_USE):
                    key = _answered(catalogue, row)
                    delivery, waits = came.get(key, ("", False))
                    used = row["livraison_id"] if row["retenue"] or not delivery else delivery
                    came[key] = (used, waits or (*slice_of(row), row["livraison_id"]) in proposed)
        found = Standing()
        if settings.paths.warehouse.exists():
            found = standing(settings, catalogue, read_missing() or [], nature)
        return cls(came, set(_keys(catalogue, found.asked)), set(_keys(catalogue, found.excused)),
                   set(_keys(catalogue, found.earlier)), excuses.read(settings.paths))  # fmt: skip

    def excuses(self, source: Source, debtor: str, period: Period) -> bool:
        absence = {"source": source.name, **dict.fromkeys(excuses.COLUMNS.values(), "")}
        absence |= {_OBJECTS[source.debtors]: debtor} if source.debtors in _OBJECTS else {}
        return any(e.covers(absence, period) for e in self.said)


def _answered(catalogue: Catalogue, row: dict) -> tuple[str, str, str]:
    source = catalogue.source(row["source"])
    parts = [p.columns[0] for p in source.tables[row["table_nom"]].slice_parts]
    values = dict(zip(parts, row["tranche"].split("|"), strict=False))
    if source.debtors == "services":
        debtor = values.get("service", "")
    elif source.debtors == "postes_iscg":
        debtor = values.get("poste", "")
    elif source.debtors == "pilotes":
        code = next((v for k, v in values.items() if k.endswith("_code") and k != "code_departement"), "")
        debtor = ".".join(code.split(".")[:2])
    else:
        debtor = ""
    return source.name, debtor, row["periode"]


def _keys(catalogue: Catalogue, rows: list[dict]) -> Iterator[tuple[str, str, str]]:
    for row in rows:
        column = _OBJECTS.get(catalogue.source(row["source"]).debtors)
        for period in periods(row):
            yield row["source"], str(row[column] or "") if column else "", str(period)


def _lines(settings: Settings, source: Source, columns: list[Period], known: _Known) -> Iterator[Line]:
    if source.debtors not in _SEEDS:
        yield Line(source, source.label, "", "", [_cell(settings, source, p, "", {""}, known) for p in columns])
        return
    seed, code, answers, label = _SEEDS[source.debtors]
    debtors: dict[str, tuple[str, str]] = {}
    # Under every name that it had in these periods; the last one is shown.
    names: dict[tuple[str, Period], set[str]] = {}
    for period in columns:
        for row in rows_in_force(seed, settings.departement, period):
            debtors[row[code]] = (row[label], row[answers])
            names.setdefault((row[code], period), set()).add(row[answers])
    for one, (shown, name) in debtors.items():
        cells = [_cell(settings, source, p, one, names.get((one, p), set()), known) for p in columns]
        title = f"{one}, {shown}" if source.debtors == "pilotes" else shown
        yield Line(source, title, one, "" if source.debtors == "pilotes" else name, cells)


def _cell(settings: Settings, source: Source, period: Period, debtor: str, names: set[str], known: _Known) -> Cell:
    key = (source.name, debtor, str(period))
    due = source.due_date(str(period))
    came = next((known.came[k] for k in ((source.name, n, str(period)) for n in names) if k in known.came), None)
    owed = bool(names) and period.start >= Period.read(source.first_period).start
    owed = owed and source.is_owed(str(period), settings.starts(source.name))
    if came and came[1]:
        state = PROPOSED
    elif key in known.asked:
        state = LATE
    elif came:
        state = RECEIVED
    elif not owed or key in known.earlier:
        state = NOT_ASKED
    elif source.optional:
        state = OPTIONAL
    elif key in known.excused or known.excuses(source, debtor, period):
        state = EXCUSED
    else:
        state = EXPECTED if due >= settings.today else LATE
    return Cell(period, state, due.isoformat(), came[0] if came else "")
