"""The form a file comes in, told by its bytes: text, workbook, Parquet, or one of these packed alone in .gz or .zip."""

from __future__ import annotations

import contextlib
import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipelines.base.wording import plural
from pipelines.files.refusals import AGAIN, refused, too_large
from pipelines.files.stream import Stream
from pipelines.files.zip_faults import UNSUPPORTED
from pipelines.personal.quotable import shown_file

TEXT, WORKBOOK, PARQUET, GEOJSON = "texte", "classeur", "parquet", "geojson"
# What a workbook is written in.
XLSX, ODS, XLS = "xlsx", "ods", "xls"

_HEAD = 512
_CHUNK = 1 << 20
_ZIP, _GZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"PAR1"
_ENCRYPTED = 0x1  # bit of a part's flags, .ZIP File Format Specification 4.4.4
# What systems add to the archives that they make.
_BESIDE = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_LISTED = 5

_ALONE = "décompresser l'archive et déposer le fichier de données qu'elle contient"
_DATA = "retélécharger le fichier de données du producteur (.csv ou .xlsx) : ce n'est pas lui qui a été enregistré"
_JSON = (
    "déposer le fichier de données du producteur (.csv ou .xlsx) ; pour des contours, une collection GeoJSON "
    "(FeatureCollection)"
)

# First bytes → what the file is, and what to do about it.
_KNOWN = {
    b"BZh": ("une archive .bz2", _ALONE),
    b"\xfd7zXZ": ("une archive .xz", _ALONE),
    b"\x28\xb5\x2f\xfd": ("une archive .zst", _ALONE),
    b"7z\xbc\xaf\x27\x1c": ("une archive .7z", _ALONE),
    b"Rar!": ("une archive .rar", _ALONE),
    b"%PDF": ("un document PDF", _DATA),
    b"{\\rtf": ("un document de traitement de texte (.rtf)", _DATA),
    b"\x89PNG": ("une image", _DATA),
    b"\xff\xd8\xff": ("une image", _DATA),
    b"GIF8": ("une image", _DATA),
    b"SQLite format 3": ("une base SQLite", _DATA),
}
# The same for text, once in lower case and without what may stand before.
_KNOWN_TEXT = {
    b"<!doctype html": ("une page web", _DATA),
    b"<html": ("une page web", _DATA),
    b"<?xml": ("un document XML", _DATA),
    b"<": ("une page web ou un document XML", _DATA),
    b'{"': ("un fichier JSON", _JSON),
    b"{\n": ("un fichier JSON", _JSON),
    b"{\r": ("un fichier JSON", _JSON),
    b"{ ": ("un fichier JSON", _JSON),
    b"[{": ("un fichier JSON", _DATA),
}
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_ODS_TYPES = {_ODS, _ODS + b"-template"}
# The type that an archive of an office program declares → its name.
_OFFICE = {
    b"application/vnd.oasis.opendocument": ("un document LibreOffice", _DATA),
}


@dataclass(frozen=True)
class Content:
    """What a received file holds once unpacked. `open` gives its bytes anew, no more of them than is allowed; it raises
    Refused for what is cut short or damaged.
    """

    form: str
    open: Callable[[], Stream]
    path: Path | None = None

    @contextlib.contextmanager
    def on_disk(self, folder: Path) -> Iterator[Path]:
        """A file that holds the bytes; in `folder`, for the time it is needed, when they came packed."""
        if self.path is not None:
            yield self.path
            return
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder) as copy, self.open() as stream:
            shutil.copyfileobj(stream, copy, _CHUNK)
            copy.flush()
            yield Path(copy.name)


def is_text(path: Path) -> bool:
    """Whether the content is neither packed nor a workbook nor Parquet."""
    with path.open("rb") as stream:
        return not stream.read(4).startswith((b"PK", _OLE, _GZIP, _PARQUET))


def open_content(path: Path, max_expansion_mib: int) -> Content:
    """What a received file holds. Raises Refused for a form that Vigie does not read, named for what it is."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(_GZIP):
        return _inner(lambda: _Unpacked(gzip.open(path, "rb"), max_expansion_mib))
    if head.startswith(_ZIP):
        return _zipped(path, max_expansion_mib)
    return Content(_form(head), lambda: path.open("rb"), path)


def _form(head: bytes) -> str:
    """TEXT, WORKBOOK, PARQUET or GEOJSON; raises Refused for what is known to be something else."""
    if head.startswith((b"PK", _OLE)):
        return WORKBOOK
    if head.startswith(_PARQUET):
        return PARQUET
    words = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if words.startswith(b"{") and b'"featurecollection"' in words:
        return GEOJSON
    for known, start in ((_KNOWN, head), (_KNOWN_TEXT, words)):
        for magic, (name, remedy) in known.items():
            if start.startswith(magic):
                raise refused("autre_format", f"le fichier est {name}", remedy)
    return TEXT


def _inner(opened: Callable[[], Stream]) -> Content:
    with opened() as stream:
        head = stream.read(_HEAD)
    if head.startswith(_GZIP) or (head.startswith(_ZIP) and not _is_xlsx(opened)):
        raise refused("archive_imbriquee", "l'archive contient une autre archive", _ALONE)
    return Content(_form(head), opened)


def _is_xlsx(opened: Callable[[], Stream]) -> bool:
    with opened() as stream, tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy, _CHUNK)
        try:
            with zipfile.ZipFile(copy) as archive:
                return _holds_workbook(archive)
        except zipfile.BadZipFile:
            return True  # the reader of workbooks says what is wrong with it


def _holds_workbook(archive: zipfile.ZipFile) -> bool:
    return "[Content_Types].xml" in archive.namelist() or _is_ods(archive)


def _is_ods(archive: zipfile.ZipFile) -> bool:
    if "mimetype" not in archive.namelist():
        return False
    with archive.open("mimetype") as part:
        return part.read(_HEAD).strip() in _ODS_TYPES


def workbook_kind(path: Path) -> str:
    """XLSX, ODS or XLS, told by the bytes; what is damaged is XLSX, whose guard says so."""
    with path.open("rb") as stream:
        if stream.read(len(_OLE)) == _OLE:
            return XLS
    try:
        with zipfile.ZipFile(path) as archive:
            return ODS if _is_ods(archive) else XLSX
    except (zipfile.BadZipFile, UnicodeDecodeError):
        return XLSX


def _zipped(path: Path, max_expansion_mib: int) -> Content:
    """A workbook, or the one data file of an archive."""
    workbook = Content(WORKBOOK, lambda: path.open("rb"), path)
    try:
        with zipfile.ZipFile(path) as archive:
            if _holds_workbook(archive):
                return workbook
            if "mimetype" in archive.namelist():
                _refuse_office(archive)
            member = _only_member(archive, max_expansion_mib)
    except (zipfile.BadZipFile, UnicodeDecodeError):
        return workbook  # what its guard says of a damaged archive holds for any
    return _inner(lambda: _Unpacked(_Member(path, member.filename), max_expansion_mib))


def _refuse_office(archive: zipfile.ZipFile) -> None:
    with archive.open("mimetype") as part:
        declared = part.read(_HEAD)
    for kind, (name, remedy) in _OFFICE.items():
        if declared.startswith(kind):
            raise refused("autre_format", f"le fichier est {name}", remedy)


def _only_member(archive: zipfile.ZipFile, max_expansion_mib: int) -> zipfile.ZipInfo:
    members = [m for m in archive.infolist() if not m.is_dir() and not _beside(m.filename)]
    if not members:
        raise refused("archive_vide", "l'archive ne contient aucun fichier", AGAIN)
    if len(members) > 1:
        said = [s for m in members[:_LISTED] if (s := shown_file(m.filename))]
        names = f" : {', '.join(said)}{'…' if len(members) > len(said) else ''}" if said else ""
        raise refused(
            "archive_de_plusieurs_fichiers",
            f"l'archive contient {plural(len(members), 'fichier')}{names}",
            "décompresser l'archive et déposer chacun des fichiers de données qu'elle contient",
        )
    [member] = members
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in member.filename:
        shown = f", {s}" if (s := shown_file(member.filename)) else ""
        found = f"le fichier de l'archive porte un chemin{shown}, qui sort de son dossier"
        raise refused("nom_hostile", found, "ne pas ouvrir cette archive et en vérifier l'origine")
    if member.flag_bits & _ENCRYPTED:
        raise refused("archive_protegee", "l'archive est protégée par un mot de passe", _ALONE)
    if member.file_size > max_expansion_mib << 20:
        raise too_large("le fichier", member.file_size, max_expansion_mib, " ou plus")
    return member


def _beside(name: str) -> bool:
    return name.startswith(_BESIDE[0]) or PurePosixPath(name).name in _BESIDE[1:]


class _Member:
    """The bytes of one part of an archive that is opened for it."""

    def __init__(self, path: Path, name: str) -> None:
        self._archive = zipfile.ZipFile(path)
        self._part = self._archive.open(name)
        self.read = self._part.read

    def close(self) -> None:
        self._part.close()
        self._archive.close()


class _Unpacked:
    """A stream that says in French what is wrong with the archive it comes from, and stops where the limit is."""

    def __init__(self, stream: gzip.GzipFile | _Member, max_expansion_mib: int) -> None:
        self._stream, self._most, self._read = stream, max_expansion_mib, 0

    def __enter__(self) -> _Unpacked:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size if size >= 0 else (self._most << 20) + 1)
        except EOFError as error:
            raise refused("archive_tronquee", "l'archive est incomplète : sa fin manque", AGAIN) from error
        except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error) as error:
            raise refused("archive_abimee", "l'archive est abîmée : elle ne se décompresse pas", AGAIN) from error
        except UNSUPPORTED as error:
            found = "l'archive est compressée d'une façon que Vigie ne lit pas"
            raise refused("compression_inconnue", found, _ALONE) from error
        self._read += len(data)
        if self._read > self._most << 20:
            raise too_large("le fichier", self._read, self._most, " ou plus")
        return data
