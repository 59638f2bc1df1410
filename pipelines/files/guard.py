"""What is checked of a received workbook before any reader opens it."""

from __future__ import annotations

import errno
import zipfile
from pathlib import Path

from pipelines.base.refusal import Defect, Refused
from pipelines.base.wording import mebibytes
from pipelines.files.sheet_xml import cell_faults, sheet_parts
from pipelines.files.xml_parts import CONTENT_TYPES, Types, check_pieces, pieces_of, read_through
from pipelines.files.zip_faults import DAMAGED, UNKNOWN_COMPRESSION

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"

_ENCRYPTED = 0x1  # bit of a part's flags, .ZIP File Format Specification 4.4.4

_RESAVE = "rouvrir le fichier dans un tableur et l'enregistrer au format Classeur Excel (.xlsx), puis le redéposer"

_UNLOCK = "retirer le mot de passe et enregistrer au format .xlsx, puis redéposer le fichier"


def check_workbook(path: Path, max_expansion_mib: int) -> dict[str, list[Defect]]:
    """Raise Refused unless `path` is a plain .xlsx: no password, macro, external link, document type or bomb. Returns
    sheet → its cells in error, and its formulas without their result.
    """
    with path.open("rb") as stream:
        magic = stream.read(4)
    if magic == _OLE:
        raise locked()
    if magic != _ZIP:
        raise refused_workbook("pas_un_classeur", "le contenu n'est pas celui d'un classeur .xlsx", _RESAVE)
    try:
        with zipfile.ZipFile(path) as archive:
            return _check_parts(archive, max_expansion_mib)
    except DAMAGED as error:
        raise damaged() from error
    except UNKNOWN_COMPRESSION as error:
        raise refused_workbook(
            "compression_inconnue", "le classeur est compressé d'une façon qu'aucun tableur n'emploie", _RESAVE
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
        raise refused_workbook("pas_un_classeur", "l'archive ne contient pas de classeur Excel", _RESAVE)
    if any(p.flag_bits & _ENCRYPTED for p in parts):
        raise locked()
    expanded = sum(p.file_size for p in parts)
    if expanded > max_expansion_mib * 2**20:
        raise refused_workbook(
            "expansion_excessive",
            f"le classeur occuperait {mebibytes(expanded)} une fois décompressé, la limite est de "
            f"{max_expansion_mib} Mio",
            "vérifier l'origine du fichier ; s'il est légitime, relever max_expansion_mib dans vigie.toml",
        )
    if len({n.lower() for n in names}) < len(parts):
        # Two readers would take the one or the other.
        raise refused_workbook("parties_en_double", "le classeur contient deux parties du même nom", _RESAVE)
    types = Types(archive.read(CONTENT_TYPES))
    sheets = {part: name for name, part in sheet_parts(archive).items()}
    faults = {}
    for name in sorted(names):
        low = name.lower()
        if low.endswith("vbaproject.bin"):
            raise refused_workbook(
                "macros", "le classeur contient des macros", "l'enregistrer au format .xlsx sans macros"
            )
        if low.startswith("xl/externallinks/"):
            raise refused_workbook(
                "liens_externes",
                "le classeur contient des liens vers d'autres fichiers",
                "rompre les liaisons (Données, Modifier les liaisons) et enregistrer, puis redéposer le fichier",
            )
        if name in sheets:
            content = archive.read(name)
            check_pieces(name, "application/xml", pieces_of(content))
            faults[sheets[name]] = cell_faults(sheets[name], content)
        else:
            check_pieces(name, types.of(name), read_through(archive, name))
    return faults


def locked() -> Refused:
    """A workbook that nobody opens without its password."""
    return refused_workbook("classeur_protege", "le classeur est protégé par un mot de passe", _UNLOCK)


def damaged() -> Refused:
    """A workbook that does not open: cut short, or with a bit that changed."""
    return refused_workbook(
        "classeur_tronque",
        "le classeur est incomplet ou abîmé : il ne s'ouvre pas",
        "redéposer une copie entière du fichier (la copie ou le téléchargement a sans doute été interrompu)",
    )


def refused_workbook(code: str, found: str, remedy: str) -> Refused:
    """A workbook refused as a whole, for one reason."""
    return Refused([Defect(code=code, constat=found, remede=remedy)])
