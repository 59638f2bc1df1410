"""`adresses.csv` of the home: to whom a service, a post, a pilot or a producer is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.base.mail_address import EXAMPLE, is_address
from pipelines.base.refusal import quote
from pipelines.catalogue.correspondents import Correspondent, correspondents, find, near
from pipelines.catalogue.model import Catalogue
from pipelines.settings.model import Settings
from pipelines.settings.tables import CatalogueError, Fault, Table, read_table

COLUMNS = ("destinataire", "adresse")


@dataclass(frozen=True)
class Addresses:
    """Code of a correspondent → where it is written to; one that is not here is written to nowhere."""

    known: dict[str, tuple[str, ...]]

    def of(self, code: str) -> tuple[str, ...]:
        return self.known.get(code, ())


def read(settings: Settings, catalogue: Catalogue) -> Addresses:
    """Read the table of the home; raises CatalogueError, with every fault, for one that does not hold together."""
    file = settings.paths.addresses
    if not file.exists():
        return Addresses({})
    known = correspondents(settings.departement, catalogue)
    table = read_table(file)
    faults = check(table, known)
    if faults:
        raise CatalogueError("\n".join(fault.sentence() for fault in faults))
    found: dict[str, tuple[str, ...]] = {}
    for _, (name, address) in _lines(table):
        code = _code(name, known)
        found[code] = (*found.get(code, ()), address)
    return Addresses(found)


def check(table: Table, known: list[Correspondent]) -> list[Fault]:
    """Find everything that is wrong in the table, in the order of its lines."""
    if table.torn or (table.faults and not table.header):
        return table.faults
    if missing := [name for name in COLUMNS if name not in table.header]:
        expected = f"Attendu : les colonnes {', '.join(COLUMNS)}"
        return [*table.faults, *(Fault(table.file, 1, name, "la colonne manque", expected) for name in missing)]
    extra = [name for name in table.header if name not in COLUMNS]
    faults = [
        *table.faults,
        *(Fault(table.file, 1, n, "la colonne est inconnue", f"Attendu : {', '.join(COLUMNS)}") for n in extra),
        *_of_lines(table, known),
    ]
    return sorted(faults, key=lambda fault: fault.line)


def _of_lines(table: Table, known: list[Correspondent]) -> Iterator[Fault]:
    first: dict[tuple[str, str], int] = {}
    for number, (name, address) in _lines(table):
        code = _code(name, known)
        if not name:
            yield Fault(table.file, number, "destinataire", "la cellule est vide", f"Attendu : {_expected(known)}")
        elif not code:
            close = near(name, known)
            yield Fault(
                table.file, number, "destinataire",
                f"{quote(name)} n'est ni un service, ni un poste, ni un pilote connu",
                f"Les plus proches : {', '.join(close)}" if close else f"Attendu : {_expected(known)}",
            )  # fmt: skip
        if not is_address(address):
            # What was written in its place is perhaps somebody's: it is not repeated.
            yield Fault(
                table.file, number, "adresse", "ce n'est pas une adresse électronique, ou il y en a plusieurs",
                f"Attendu : une seule adresse, sans nom ni accent, comme {EXAMPLE} ; une ligne par adresse",
            )  # fmt: skip
        elif code:
            before = first.setdefault((code, address.casefold()), number)
            if before != number:
                yield Fault(
                    table.file, number, "adresse", f"elle est déjà à la ligne {before} pour ce destinataire",
                    "En garder une seule",
                )  # fmt: skip


def _lines(table: Table) -> Iterator[tuple[int, tuple[str, str]]]:
    at = [table.header.index(name) for name in COLUMNS]
    for number, cells in table.lines:
        yield number, (cells[at[0]].strip(), cells[at[1]].strip())


def _code(name: str, known: list[Correspondent]) -> str:
    found = find(name, known)
    return found.code if found else ""


def _expected(known: list[Correspondent]) -> str:
    return "le nom ou le code d'un destinataire, par exemple " + (known[0].names[0] if known else "CGD CAHORS")
