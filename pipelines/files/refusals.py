"""Why a file is refused before it is read, said once for its several readers."""

from __future__ import annotations

from pipelines.base.refusal import Defect, Refused
from pipelines.base.wording import mebibytes

RESAVE = "rouvrir le fichier dans un tableur et l'enregistrer au format Classeur Excel (.xlsx), puis le redéposer"
_CUT_SHORT = "(la copie ou le téléchargement a sans doute été interrompu)"
AGAIN = f"retélécharger le fichier et le redéposer {_CUT_SHORT}"


def refused(code: str, found: str, remedy: str) -> Refused:
    """A file refused as a whole, for one reason."""
    return Refused(Defect(code, found, remedy))


def damaged() -> Refused:
    """A workbook that does not open: cut short, or with a bit that changed."""
    return refused(
        "classeur_tronque",
        "le classeur est incomplet ou abîmé : il ne s'ouvre pas",
        f"redéposer une copie entière du fichier {_CUT_SHORT}",
    )


def locked() -> Refused:
    """A workbook that nobody opens without its password."""
    remedy = "retirer le mot de passe et enregistrer au format .xlsx, puis redéposer le fichier"
    return refused("classeur_protege", "le classeur est protégé par un mot de passe", remedy)


def with_macros() -> Refused:
    """A workbook that would run."""
    return refused("macros", "le classeur contient des macros", "l'enregistrer au format .xlsx sans macros")


def linked(where: str) -> Refused:
    """A workbook that reads other files; `where`: the menu in which they are parted."""
    remedy = f"rompre les liaisons ({where}) et enregistrer, puis redéposer le fichier"
    return refused("liens_externes", "le classeur contient des liens vers d'autres fichiers", remedy)


def too_large(what: str, size: int, most_mib: int, more: str = "") -> Refused:
    """What would not fit once it is unpacked; `more`: « ou plus » where it was not read to its end."""
    return refused(
        "expansion_excessive",
        f"{what} occuperait {mebibytes(size)}{more} une fois décompressé, la limite est de {most_mib} Mio",
        "vérifier l'origine du fichier ; s'il est légitime, relever max_expansion_mib dans vigie.toml",
    )


def of_a_document_type(where: str) -> Refused:
    """A workbook with an XML document type, which may open other files or grow without end."""
    found = f"{where} du classeur déclare un type de document XML, ce qu'aucun tableur n'écrit"
    return refused("entites_xml", found, "ne pas ouvrir ce fichier et en vérifier l'origine")
