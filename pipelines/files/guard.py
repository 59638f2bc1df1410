"""What is checked of a received workbook before any reader opens it."""

from __future__ import annotations

import errno
import zipfile
from pathlib import Path

from pipelines.base.refusal import Defect
from pipelines.files.refusals import RESAVE, damaged, linked, locked, refused, too_large, with_macros
from pipelines.files.sheet_xml import cell_faults, sheet_parts
from pipelines.files.xml_parts import CONTENT_TYPES, Types, check_pieces, pieces_of, read_through
from pipelines.files.zip_faults import DAMAGED, UNSUPPORTED

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"

_ENCRYPTED = 0x1  # bit of a part's flags, .ZIP File Format Specification 4.4.4


def check_workbook(path: Path, max_expansion_mib: int) -> dict[str, list[Defect]]:
    """Raise Refused unless `path` is a plain .xlsx: no password, macro, external link, document type or bomb. Returns
    sheet → its cells in error, and its formulas without their result.
    """
    with path.open("rb") as stream:
        magic = stream.read(4)
    if magic == _OLE:
        raise locked()
    if magic != _ZIP:
        raise refused("pas_un_classeur", "le contenu n'est pas celui d'un classeur .xlsx", RESAVE)
    try:
        with zipfile.ZipFile(path) as archive:
            return _check_parts(archive, max_expansion_mib)
    except DAMAGED as error:
        raise damaged() from error
    except UNSUPPORTED as error:
        raise refused(
            "compression_inconnue", "le classeur est compressé d'une façon qu'aucun tableur n'emploie", RESAVE
        ) from error
    except OSError as error:
        # A part placed outside of the file. Any other one is the machine's, and says nothing of the file.
        if error.errno != errno.EINVAL:
            raise
        raise damaged() from error


def _check_parts(archive: zipfile.ZipFile, max_expansion_mib: int) -> dict[str, list[Defect]]:
    parts = archive.infolist()
    names = {p.filename for p in parts}
    if CONTENT_TYPES not in names or not any(n.startswith("xl/") for n in names):
        raise refused("pas_un_classeur", "l'archive ne contient pas de classeur Excel", RESAVE)
    if any(p.flag_bits & _ENCRYPTED for p in parts):
        raise locked()
    expanded = sum(p.file_size for p in parts)
    if expanded > max_expansion_mib * 2**20:
        raise too_large("le classeur", expanded, max_expansion_mib)
    if len({n.lower() for n in names}) < len(parts):
        # Two readers would take the one or the other.
        raise refused("parties_en_double", "le classeur contient deux parties du même nom", RESAVE)
    types = Types(archive.read(CONTENT_TYPES))
    sheets = {part: name for name, part in sheet_parts(archive).items()}
    faults = {}
    for name in sorted(names):
        low = name.lower()
        if low.endswith("vbaproject.bin"):
            raise with_macros()
        if low.startswith("xl/externallinks/"):
            raise linked("Données, Modifier les liaisons")
        if name in sheets:
            content = archive.read(name)
            check_pieces(name, "application/xml", pieces_of(content))
            faults[sheets[name]] = cell_faults(sheets[name], content)
        else:
            check_pieces(name, types.of(name), read_through(archive, name))
    return faults
