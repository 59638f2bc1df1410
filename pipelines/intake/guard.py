"""What is checked of a received workbook before any reader opens it."""

from __future__ import annotations

import errno
import zipfile
import zlib
from pathlib import Path

from pipelines.intake.refusal import Defect, Refused
from pipelines.intake.sheet_xml import cell_faults, sheet_parts
from pipelines.intake.xml_parts import CONTENT_TYPES, Types, check_pieces, pieces_of, read_through
from pipelines.wording import mebibytes

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"

# What a copy cut short or a flipped bit makes of an archive: its structure or a checksum, the compressed bytes, their
# end, the names of its parts.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError)
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
        raise _refused(
            "classeur_protege_ou_ancien",
            "le classeur est protégé par un mot de passe, ou il est à l'ancien format .xls",
            _UNLOCK,
        )
    if magic != _ZIP:
        raise _refused("pas_un_classeur", "le contenu n'est pas celui d'un classeur .xlsx", _RESAVE)
    try:
        with zipfile.ZipFile(path) as archive:
            return _check_parts(archive, max_expansion_mib)
    except _DAMAGED as error:
        raise _damaged() from error
    # Nothing here is unwritten: zipfile raises this one for a compression, encryption or version that it does not have.
    except NotImplementedError as error:
        raise _refused(
            "compression_inconnue", "le classeur est compressé d'une façon qu'aucun tableur n'emploie", _RESAVE
        ) from error
    except OSError as error:
        # A part placed outside of the file. Any other one is the machine's, and says nothing of the file.
        if error.errno != errno.EINVAL:
            raise
        raise _damaged() from error


def _check_parts(archive: zipfile.ZipFile, max_expansion_mib: int) -> dict[str, list[Defect]]:
    parts = archive.infolist()
    names = {p.filename for p in parts}
    if CONTENT_TYPES not in names or not any(n.startswith("xl/") for n in names):
        raise _refused("pas_un_classeur", "l'archive ne contient pas de classeur Excel", _RESAVE)
    if any(p.flag_bits & _ENCRYPTED for p in parts):
        raise _refused("classeur_protege_ou_ancien", "le classeur est protégé par un mot de passe", _UNLOCK)
    expanded = sum(p.file_size for p in parts)
    if expanded > max_expansion_mib * 2**20:
        raise _refused(
            "expansion_excessive",
            f"le classeur occuperait {mebibytes(expanded)} une fois décompressé, la limite est de "
            f"{max_expansion_mib} Mio",
            "vérifier l'origine du fichier ; s'il est légitime, relever max_expansion_mib dans vigie.toml",
        )
    if len({n.lower() for n in names}) < len(parts):
        # Two readers would take the one or the other.
        raise _refused("parties_en_double", "le classeur contient deux parties du même nom", _RESAVE)
    types = Types(archive.read(CONTENT_TYPES))
    sheets = {part: name for name, part in sheet_parts(archive).items()}
    faults = {}
    for name in sorted(names):
        low = name.lower()
        if low.endswith("vbaproject.bin"):
            raise _refused("macros", "le classeur contient des macros", "l'enregistrer au format .xlsx sans macros")
        if low.startswith("xl/externallinks/"):
            raise _refused(
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


def _damaged() -> Refused:
    return _refused(
        "classeur_tronque",
        "le classeur est incomplet ou abîmé : il ne s'ouvre pas",
        "redéposer une copie entière du fichier (la copie ou le téléchargement a sans doute été interrompu)",
    )


def _refused(code: str, found: str, remedy: str) -> Refused:
    return Refused([Defect(code=code, constat=found, remede=remedy)])
