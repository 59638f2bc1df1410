"""What someone with bad intentions, or a broken machine, may put in the landing folder."""

from __future__ import annotations

import io
import os
import re
import unicodedata
import zipfile
from collections.abc import Callable

import openpyxl

from tests.conftest import Home
from tests.faults.experiments import TRANQUILLITE, WORKBOOK, ignored, put, refused, says_as, text_of
from tests.faults.fault import Fault
from tests.faults.ground import CANARIES, Ground
from tests.faults.trial import Outcome, Trial

NAMES: dict[str, str | bytes] = {
    "points et barres encodées": "x%2f..%2f..%2fetc%2fpasswd.csv",
    "saut de ligne": "a\nPublié.csv",
    "marque de droite à gauche": "retours‮vsc.csv",
    "guillemets et SQL": "x'; drop table livraisons; --\".csv",
    "tiret en tête": "-rf.csv",
    "255 octets": "é" * 125 + "a.csv",
    "balises": "<script>alert(1)<script>.csv",
    "formule": "=cmd|' C'!A0.csv",
    "octets qui ne sont pas de l'UTF-8": b"\xff\xfe\xe9.csv",
    "séquences de terminal": "\x1b[2J\x1b]0;titre\x07.csv",
}


def named(ground: Ground, name: str | bytes) -> Outcome:
    """A file under this name is refused like another, and its name, wherever it is written, does nothing."""
    outcome = refused(ground, {name: b"a;b\n1;2\n"}, "feuille_inconnue")
    with Trial(ground) as t:
        put(t.home, {name: b"a;b\n1;2\n"})
        done = t.home.run("load")
        shown = done.stdout + done.stderr + t.home.run("deliveries").stdout + t.home.run("status").stdout
        t.holds("I3", "\x1b" not in shown and "‮" not in shown, "le nom commande le terminal")
        t.home.run("quality")
        for page in t.home.folder.glob("*.html"):
            t.holds(
                "I3", "<script>alert" not in page.read_text(encoding="utf-8"), "le nom entre dans la page comme code"
            )
    outcome.add(t.outcome)
    return outcome


def accepted_under_any_name(ground: Ground) -> Outcome:
    """The same content is the same content under the worst of these names."""
    worst = "=x'; drop table t; --\"<b>\n.csv"
    return says_as(ground, {worst: (ground.demonstration / TRANQUILLITE).read_bytes()})


def twins(ground: Ground) -> Outcome:
    """Two names that look the same, composed and decomposed: two files, two verdicts."""
    name = "éàç.csv"
    files = {unicodedata.normalize("NFC", name): b"a;b\n1;2\n", unicodedata.normalize("NFD", name): b"a;b\n3;4\n"}
    return refused(ground, files, "feuille_inconnue")


def link_out(home: Home) -> None:
    secret = home.folder.with_name(home.folder.name + "-secret.csv")
    secret.write_text(f"nom\n{CANARIES[0]}\n", encoding="utf-8")
    (home.landing / "lien.csv").symlink_to(secret)
    (home.landing / "absolu.csv").symlink_to("/etc/passwd")
    (home.landing / "boucle").symlink_to(home.landing)


def special(home: Home) -> None:
    os.mkfifo(home.landing / "tube.csv")


def rezip(ground: Ground, **parts: bytes) -> bytes:
    """The workbook with parts added or replaced (`__` in a name is `/`)."""
    wanted = {name.replace("__", "/"): content for name, content in parts.items()}
    out = io.BytesIO()
    with (
        zipfile.ZipFile(ground.demonstration / WORKBOOK) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in wanted:
                new.writestr(name, old.read(name))
        for name, content in wanted.items():
            new.writestr(name, content)
    return out.getvalue()


def workbook(change: Callable[[openpyxl.Workbook], None]) -> Callable[[Ground], bytes]:
    """The demonstration's workbook with one change made to it by a spreadsheet."""

    def make(ground: Ground) -> bytes:
        book = openpyxl.load_workbook(ground.demonstration / WORKBOOK)
        change(book)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return make


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


def encrypted(ground: Ground) -> bytes:
    """The flag of an encrypted part on every part."""
    content = bytearray((ground.demonstration / WORKBOOK).read_bytes())
    for found in re.finditer(rb"PK\x01\x02", bytes(content)):
        content[found.start() + 8] |= 1
    return bytes(content)


def flipped(ground: Ground) -> bytes:
    """A byte in the middle of what a sheet compresses to: what lies around it, dates and names, nobody reads."""
    content = bytearray((ground.demonstration / WORKBOOK).read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as book:
        part = book.getinfo("xl/worksheets/sheet2.xml")
    content[part.header_offset + 30 + len(part.filename) + part.compress_size // 2] ^= 0xFF
    return bytes(content)


def two_million_rows(ground: Ground) -> bytes:
    head, *rows = text_of(ground).splitlines()[1:]
    return "\n".join([head, *rows[:200] * 10_000, ""]).encode("cp1252")


def many_columns(ground: Ground) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Faits"
    book.active.append([f"colonne {i}" for i in range(16_384)])
    book.active.append([1] * 16_384)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def far_cell(ground: Ground) -> bytes:
    """A value in the last cell that a sheet can have."""
    with zipfile.ZipFile(ground.demonstration / WORKBOOK) as book:
        sheet = book.read("xl/worksheets/sheet2.xml")
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return rezip(ground, **{"xl__worksheets__sheet2.xml": sheet.replace(b"</sheetData>", far)})


def huge_cell(ground: Ground) -> bytes:
    text = text_of(ground)
    return text.replace("CIAT DE CAHORS", "C" * (10 << 20), 1).encode("cp1252")


def label(text: str) -> Callable[[Ground], bytes]:
    """A text put where the name of a service belongs."""
    return lambda ground: text_of(ground).replace("CIAT DE CAHORS", text).encode("cp1252")


def _free_text(ground: Ground, text: str) -> bytes:
    [file] = ground.files("suivi-actions-2024").values()
    book = openpyxl.load_workbook(file)
    cell = book["Financements"]["G2"]
    cell.value, cell.data_type = text, "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def formula_in_a_label(ground: Ground) -> Outcome:
    """A text that a spreadsheet would run, where any text is allowed: inert in each export."""
    outcome = Outcome()
    for text in (
        "=HYPERLINK(0)",
        "+1+1",
        "@SUM(A1)",
        "-2+3",
        "\t=1",
        "<img src=x onerror=alert(1)>",
        "'); drop table x; --",
    ):
        with Trial(ground) as t:
            put(t.home, {"suivi.xlsx": _free_text(ground, text)})
            told = t.home.load()
            if told["refusees"]:
                t.says_why(told["refusees"][0]["defauts"][0]["constat"], text)
                t.unchanged()
            else:
                t.holds("I2", told["code_sortie"] == 0, told["resultat"])
                [[kept]] = t.home.sql("select count(*) from plan.financements")
                t.holds("I2", kept > 0, "les financements ne sont pas là")
                csv = t.home.run("sql", "select dossier from plan.financements", "--format", "csv").stdout
                cells = [line.strip('"') for line in csv.splitlines()]
                t.holds("I3", not any(re.match(r"[=+@\t]|-\d", c) for c in cells), "une formule entre dans l'export")
        outcome.add(t.outcome)
    return outcome


def other_type(head: bytes) -> Callable[[Ground], bytes]:
    return lambda _: head + b"\0" * 4000


FAULTS = [
    *(Fault("hostile", f"nom de fichier : {what}", lambda g, n=name: named(g, n)) for what, name in NAMES.items()),
    Fault("hostile", "nom de fichier : jumeaux NFC et NFD", twins),
    Fault("hostile", "un bon fichier sous le pire des noms", accepted_under_any_name),
    Fault(
        "hostile", "lien hors du dossier", lambda g: ignored(g, link_out, "lien.csv", "absolu.csv", "boucle"), fast=True
    ),
    Fault("hostile", "tube nommé", lambda g: ignored(g, special, "tube.csv"), fast=True),
    Fault(
        "hostile",
        "bombe de décompression",
        lambda g: refused(
            g,
            {"b.xlsx": lambda g: rezip(g, xl__media__x=b"\0" * (80 << 20))},
            "expansion_excessive",
            VIGIE_MAX_EXPANSION_MIB="64",
        ),
    ),
    Fault(
        "hostile",
        "bombe d'entités XML",
        lambda g: refused(g, {"b.xlsx": lambda g: rezip(g, **{"xl__sharedStrings.xml": BOMB})}, "entites_xml"),
        fast=True,
    ),
    Fault(
        "hostile",
        "entité XML externe",
        lambda g: refused(g, {"b.xlsx": lambda g: rezip(g, **{"xl__styles.xml": EXTERNAL})}, "entites_xml"),
    ),
    Fault(
        "hostile",
        "macros",
        lambda g: refused(g, {"b.xlsx": lambda g: rezip(g, **{"xl__vbaProject.bin": b"x"})}, "macros"),
    ),
    Fault(
        "hostile",
        "lien vers un autre classeur",
        lambda g: refused(
            g, {"b.xlsx": lambda g: rezip(g, **{"xl__externalLinks__externalLink1.xml": b"<a/>"})}, "liens_externes"
        ),
    ),
    Fault(
        "hostile",
        "mot de passe, ancien format",
        lambda g: refused(g, {"b.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000}, "classeur_tronque"),
    ),
    Fault("hostile", "parties chiffrées", lambda g: refused(g, {"b.xlsx": encrypted}, "classeur_protege")),
    Fault(
        "hostile", "un octet retourné dans une feuille", lambda g: refused(g, {"b.xlsx": flipped}, "classeur_tronque")
    ),
    Fault("hostile", "deux millions de lignes", lambda g: refused(g, {"grand.csv": two_million_rows}, "cle_en_double")),
    Fault(
        "hostile",
        "16 384 colonnes",
        lambda g: refused(g, {"large.xlsx": many_columns}, "en_tete_inconnu", "feuille_inconnue"),
    ),
    Fault(
        "hostile",
        "une cellule au bout de la feuille",
        lambda g: refused(g, {"loin.xlsx": far_cell}, "trop_de_cellules", "memoire_depassee", "cellule_hors_tableau"),
    ),
    Fault(
        "hostile",
        "une cellule de 10 Mo",
        lambda g: refused(
            g,
            {"cellule.csv": huge_cell},
            "ligne_trop_longue",
        ),
    ),
    Fault(
        "hostile",
        "un PDF renommé .xlsx",
        lambda g: refused(g, {"b.xlsx": other_type(b"%PDF-1.7\n")}, "autre_format"),
    ),
    Fault(
        "hostile",
        "une archive d'autre chose renommée .xlsx",
        lambda g: refused(g, {"b.xlsx": lambda _: _zip_of({"lisez-moi.txt": b"rien"})}, "feuille_inconnue"),
    ),
    Fault(
        "hostile",
        "SQL dans un libellé",
        lambda g: refused(g, {"t.csv": label("x') or ('1' = '1' --")}, "service_inconnu"),
    ),
    Fault(
        "hostile",
        "SQL et séparateurs dans un libellé",
        lambda g: refused(g, {"t.csv": label("x'); drop table livraisons; --")}, "ligne_mal_coupee"),
    ),
    Fault(
        "hostile",
        "HTML dans un libellé",
        lambda g: refused(g, {"t.csv": label("<script>alert(1)</script>")}, "service_inconnu"),
    ),
    Fault(
        "hostile",
        "formule dans un libellé",
        lambda g: refused(g, {"t.csv": label("=cmd|' /C calc'!A0")}, "service_inconnu"),
    ),
    Fault("hostile", "formules et balises dans un texte libre, jusqu'aux exports", formula_in_a_label),
]


def _zip_of(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
