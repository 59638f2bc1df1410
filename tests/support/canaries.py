"""Returns with one text more, in each of the places that a file has for one: what a person hides without meaning to."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

HEADERS = ["edition", "annee", "mois", "code_departement", "force", "service", "nature", "faits"]
NATURES = ["tapages", "ivresses_publiques", "occupations", "rassemblements"]
SHEET = "Tranquillité publique"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"

# What is written of a person: one of each form, none of anybody.
FORMS = {
    "téléphone": "06 39 98 76 54", "téléphone à l'étranger": "+33 (0)6 39 98 76 55", "téléphone en 00": "0033639987656",
    "téléphone à barres": "06/39/98/76/57", "téléphone d'un trait": "0639987658",
    "compte": "FR76 3000 6000 0112 3456 7890 189", "plaque": "AB-739-CD", "ancienne plaque": "7391 AB 46",
    "sécurité sociale": "2 87 07 46 042 739 45", "naissance": "née le 14 juillet 1987", "date nue": "14/07/1987",
    "lieu de naissance": "né à Quatrebarbes", "rue": "739 bis rue des Quatrebarbes", "ville": "46730 QUATREBARBES",
    "lieu-dit": "lieu-dit Quatrebarbes", "courriel": "z.quatrebarbes@example.org",
    "courriel caché": "quatrebarbes (at) example.org", "civilité": "Mme Quatrebarbes", "mineur": "mineur Quatrebarbes",
    "nom": "QUATREBARBES Jean", "pièce": "passeport n° 12QB73945",
}  # fmt: skip

Place = Callable[[str], bytes]


def rows(faits: object = 3) -> list[list[object]]:
    """The records of a sound return."""
    return [[1, 2021, 3, "46", "gendarmerie", "CGD CAHORS", nature, faits] for nature in NATURES]


def book() -> openpyxl.Workbook:
    """A sound return, with its notice."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = SHEET
    for row in [HEADERS, *rows()]:
        sheet.append(row)
    made.create_sheet("Notice", 0)["A1"] = "Retour mensuel : tranquillité publique"
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _changed(change: Callable[[openpyxl.Workbook, str], object]) -> Place:
    def make(text: str) -> bytes:
        made = book()
        change(made, text)
        return saved(made)

    return make


def _with_part(name: str, content: Callable[[str], str]) -> Place:
    """A part that no program of this test writes, added to the archive."""

    def make(text: str) -> bytes:
        out = io.BytesIO(saved(book()))
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content(text))
        return out.getvalue()

    return make


def _replaced(part: str, old: str, new: Callable[[str], str]) -> Place:
    """A part with a text put before the first `old` of it."""

    def make(text: str) -> bytes:
        out = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(saved(book()))) as source,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
        ):
            for item in source.namelist():
                content = source.read(item)
                if item == part:
                    assert old.encode() in content
                    content = content.replace(old.encode(), (new(text) + old).encode(), 1)
                made.writestr(item, content)
        return out.getvalue()

    return make


def as_excel(content: bytes, unused: str = "") -> bytes:
    """The same workbook with its texts in one table, as Excel writes them, in two runs each; `unused`: one more."""
    texts: list[str] = []

    def shared(cell: re.Match[str]) -> str:
        texts.append(cell[2])
        return f'<c {cell[1]} t="s"><v>{len(texts) - 1}</v></c>'

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            part = source.read(name).decode()
            if name.startswith("xl/worksheets/sheet"):
                part, n = re.subn(r'<c ([^>]*?) t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>', shared, part)
                assert n
            elif name == "xl/_rels/workbook.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
                end = f'<Relationship Id="rId99" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
                part = part.replace("</Relationships>", end)
            elif name == "[Content_Types].xml":
                kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
                end = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
                part = part.replace("</Types>", end)
            made.writestr(name, part)
        cut = [(t[:4], t[4:]) for t in [*texts, *([escape(unused)] if unused else [])]]
        runs = "".join(
            f'<si><r><t xml:space="preserve">{a}</t></r><r><t xml:space="preserve">{b}</t></r></si>' for a, b in cut
        )
        made.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{runs}</sst>')
    return out.getvalue()


def _run(text: str) -> str:
    return f'<r><t xml:space="preserve">{text}</t></r>'


def _added_sheet(name: str, state: str) -> Place:
    def change(made: openpyxl.Workbook, text: str) -> None:
        sheet = made.create_sheet(name)
        sheet["B7"] = text
        sheet.sheet_state = state

    return _changed(change)


def _above(made: openpyxl.Workbook, text: str) -> None:
    made[SHEET].insert_rows(1)
    made[SHEET]["A1"] = text


def _comment(made: openpyxl.Workbook, text: str) -> None:
    made[SHEET]["C4"].comment = Comment(f"vu avec : {text}", "Chef de service")


def _page(side: str) -> Place:
    def change(made: openpyxl.Workbook, text: str) -> None:
        getattr(made[SHEET], side).left.text = text

    return _changed(change)


def _property(name: str) -> Place:
    return _changed(lambda made, text: setattr(made.properties, name, text))


def _custom(made: openpyxl.Workbook, text: str) -> None:
    made.custom_doc_props.append(StringProperty(name="Rédaction", value=text))


def _validation(**texts: str) -> Place:
    def change(made: openpyxl.Workbook, text: str) -> None:
        made[SHEET].add_data_validation(
            DataValidation(
                type="list", formula1='"oui,non"', sqref="H2", **{k: v.format(text) for k, v in texts.items()}
            )
        )

    return _changed(change)


def _listed(made: openpyxl.Workbook, text: str) -> None:
    made[SHEET].add_data_validation(DataValidation(type="list", formula1=f'"oui,{text}"', sqref="H2"))


def _link(made: openpyxl.Workbook, text: str) -> None:
    made[SHEET]["H2"].hyperlink = f"mailto:{text}" if "@" in text else f"tel:{text}"


def _chart(made: openpyxl.Workbook, text: str) -> None:
    chart = BarChart()
    chart.title = text
    chart.add_data(Reference(made[SHEET], min_col=8, min_row=2, max_row=5))
    made[SHEET].add_chart(chart, "K2")


def _drawing(text: str) -> str:
    return (
        f'<xdr:wsDr xmlns:xdr="{_DRAWING}/spreadsheetDrawing" xmlns:a="{_DRAWING}/main"><xdr:sp><xdr:txBody><a:p>'
        f"<a:r><a:t>{escape(text[:4])}</a:t></a:r><a:r><a:t>{escape(text[4:])}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
        "</xdr:wsDr>"
    )


def _thread(text: str) -> str:
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    return (
        f'<ThreadedComments xmlns="{space}"><threadedComment ref="C7" dT="2021-04-01T10:00:00.00" personId="'
        f'{{00000000-0000-0000-0000-000000000000}}" id="{{06399876-5432-4A6B-8C7D-0639987654AB}}"><text>'
        f"{escape(text)}</text></threadedComment></ThreadedComments>"
    )


def _joined(content: bytes, text: str) -> bytes:
    inside, out = io.BytesIO(), io.BytesIO(content)
    with zipfile.ZipFile(inside, "w", zipfile.ZIP_DEFLATED) as document:
        document.writestr("[Content_Types].xml", "<Types/>")
        document.writestr("word/document.xml", f"<document><p><t>{escape(text)}</t></p></document>")
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/embeddings/Microsoft_Word_Document.docx", inside.getvalue())
    return out.getvalue()


def _pivot(text: str) -> str:
    return (
        f'<pivotCacheDefinition xmlns="{_MAIN}"><cacheFields count="1"><cacheField name="qui"><sharedItems>'
        f"<s v={quoteattr(text)}/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>"
    )


# Where in a workbook.
WORKBOOK: dict[str, Place] = {
    "sous le tableau": _changed(lambda made, text: made[SHEET].__setitem__("A9", text)),
    "à droite du tableau": _changed(lambda made, text: made[SHEET].__setitem__("K3", text)),
    "au-dessus du tableau": _changed(_above),
    "dans un en-tête de plus": _changed(lambda made, text: made[SHEET].__setitem__("I1", text)),
    "dans une cellule de texte": _changed(lambda made, text: made[SHEET].__setitem__("F3", text)),
    "dans une cellule de nombre": _changed(lambda made, text: made[SHEET].__setitem__("H3", text)),
    "dans une cellule de code": _changed(lambda made, text: made[SHEET].__setitem__("D3", text)),
    "sur une ligne sans réponse": _changed(
        lambda made, text: made[SHEET].append([1, 2021, 4, "46", "gendarmerie", text, "tapages", None])
    ),
    "dans la notice": _changed(lambda made, text: made["Notice"].__setitem__("A20", text)),
    "dans une feuille ajoutée": _added_sheet("Divers", "visible"),
    "dans une feuille de remarques": _added_sheet("Remarques", "visible"),
    "dans une feuille masquée": _added_sheet("Brouillon", "hidden"),
    "dans une feuille très masquée": _added_sheet("Listes", "veryHidden"),
    "dans un commentaire": _changed(_comment),
    "dans un fil de commentaires": _with_part("xl/threadedComments/threadedComment1.xml", _thread),
    "dans le titre du document": _property("title"),
    "dans l'objet du document": _property("subject"),
    "dans les mots clés du document": _property("keywords"),
    "dans la description du document": _property("description"),
    "dans une propriété ajoutée": _changed(_custom),
    "dans le nom de la société": _replaced(
        "docProps/app.xml", "</Properties>", lambda t: f"<Company>{escape(t)}</Company>"
    ),
    "dans l'en-tête de page": _page("oddHeader"),
    "dans le pied de page": _page("evenFooter"),
    "dans un nom défini": _changed(
        lambda made, text: made.defined_names.add(DefinedName("qui", attr_text=f'"{text}"'))
    ),
    "dans un message de saisie": _validation(prompt="appeler {}", promptTitle="Aide"),
    "dans un message d'erreur": _validation(error="{}", errorTitle="Erreur"),
    "dans une liste de saisie": _changed(_listed),
    "dans un lien": _changed(_link),
    "dans le titre d'un graphique": _changed(_chart),
    "dans une zone de texte": _with_part("xl/drawings/drawing9.xml", _drawing),
    "dans un texte qu'aucune cellule ne montre": lambda text: as_excel(saved(book()), text),
    "sous le tableau, comme Excel l'écrit": lambda text: as_excel(WORKBOOK["sous le tableau"](text)),
    "dans un tableau croisé": _with_part("xl/pivotCache/pivotCacheDefinition1.xml", _pivot),
    "dans un document joint": lambda t: _joined(saved(book()), t),
    "dans une partie ajoutée": _with_part("customXml/item1.xml", lambda t: f"<a><b>{escape(t)}</b></a>"),
    "dans une partie mal formée": _with_part("xl/drawings/vmlDrawing9.vml", lambda t: f"<xml><p>{escape(t)}<br></p>"),
}  # fmt: skip


def text_file(
    *, above: str = "", beside: str = "", below: str = "", service: str = "CGD CAHORS", header: str = ""
) -> bytes:
    """The same return as text."""
    lines = [";".join([*HEADERS, *([header] if header else [])])]
    body = [[*row, *([1] if header else [])] for row in rows()]
    body[1] = [*body[1][:5], service, *body[1][6:8], *([beside or 1] if header or beside else [])]
    lines += [";".join(map(str, row)) for row in body]
    return "\n".join([*([above] if above else []), *lines, *([below] if below else []), ""]).encode()


TEXT: dict[str, Place] = {
    "au-dessus des en-têtes": lambda t: text_file(above=t),
    "sous le tableau": lambda t: text_file(below=t),
    "sous le tableau, après des lignes vides": lambda t: text_file(below=f"\n\n# {t}"),
    "dans une cellule de trop": lambda t: text_file(beside=t),
    "dans une colonne de trop": lambda t: text_file(header="remarque", beside=t),
    "dans un en-tête de plus": lambda t: text_file(header=t),
    "dans une cellule de texte": lambda t: text_file(service=t),
    "dans une cellule entre guillemets": lambda t: text_file(service=f'"vu, {t}"'),
    "sur une ligne sans réponse": lambda t: text_file(below=f"1;2021;4;46;gendarmerie;{t};tapages;"),
    "en UTF-16": lambda t: text_file(below=t).decode().encode("utf-16"),
    "en Windows-1252": lambda t: text_file(below=f"à voir : {t}").decode().encode("cp1252"),
    "dans un fichier que rien ne lit": lambda t: f"relevé;valeur\n{t};3\n".encode(),
    "dans une page web": lambda t: f"<html><body><p>{escape(t)}</p></body></html>\n".encode(),
}  # fmt: skip

_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = " ".join(
    f'xmlns:{short}="{_ODF}:{long}:1.0"'
    for short, long in {
        "office": "office", "table": "table", "text": "text", "style": "style", "draw": "drawing", "meta": "meta",
        "svg": "svg-compatible",
    }.items()
)  # fmt: skip
_MORE = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'


def open_document(
    *, below: str = "", cell: str = "", hidden: str = "", note: str = "", frame: str = "", meta: str = "",
    page: str = "", validation: str = "", changed: str = "", link: str = "",
) -> bytes:  # fmt: skip
    """The same return as an OpenDocument workbook."""

    def paragraph(text: object) -> str:
        return f"<text:p>{escape(str(text))}</text:p>"

    def cell_of(value: object, inside: str) -> str:
        number = f' office:value-type="float" office:value="{value}"' if isinstance(value, int) else ""
        return f"<table:table-cell{number}>{inside}{paragraph(value)}</table:table-cell>"

    def line(values: list[object], inside: str = "") -> str:
        return f"<table:table-row>{''.join(cell_of(v, inside) for v in values)}</table:table-row>"

    annotation = f"<office:annotation><dc:creator>Jean Dupont</dc:creator>{paragraph(note)}</office:annotation>"
    body = rows()
    body[1][5] = cell or body[1][5]
    table = "".join([line(HEADERS, annotation if note else ""), *map(line, body)])
    if below:
        table += '<table:table-row table:number-rows-repeated="3"/>' + line([below])
    if link:
        target = f"<text:p><text:a xlink:href={quoteattr('mailto:' + link)}>ici</text:a>"
        table += line([""]).replace("<text:p>", target)
    shapes = f"<table:shapes><draw:frame><draw:text-box>{paragraph(frame)}</draw:text-box></draw:frame></table:shapes>"
    parts = [
        f"<table:tracked-changes><table:deletion>{paragraph(changed)}</table:deletion></table:tracked-changes>",
        "<table:content-validations><table:content-validation><table:help-message>"
        f"{paragraph(validation)}</table:help-message></table:content-validation></table:content-validations>",
        f'<table:table table:name="{SHEET}">{shapes if frame else ""}{table}</table:table>',
        f'<table:table table:name="Divers" table:display="false">{line([hidden or "rien"])}</table:table>',
    ]
    content = (
        f"<office:document-content {_SPACES} {_MORE}><office:body><office:spreadsheet>{''.join(parts)}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    said = (
        f"<office:document-meta {_SPACES} {_MORE}><office:meta><meta:initial-creator>Jean Dupont</meta:initial-creator>"
        f"<dc:creator>Jean Dupont</dc:creator><dc:subject>{escape(meta)}</dc:subject></office:meta>"
        "</office:document-meta>"
    )
    styles = (
        f'<office:document-styles {_SPACES}><office:master-styles><style:master-page style:name="Défaut">'
        f"<style:header>{paragraph(page)}</style:header></style:master-page></office:master-styles>"
        "</office:document-styles>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        for name, xml in (("content.xml", content), ("meta.xml", said), ("styles.xml", styles)):
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{xml}')
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry '
            'manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
        )
    return out.getvalue()


OPEN_DOCUMENT: dict[str, Place] = {
    "sous le tableau": lambda t: open_document(below=t),
    "dans une cellule de texte": lambda t: open_document(cell=t),
    "dans une feuille masquée": lambda t: open_document(hidden=t),
    "dans une annotation": lambda t: open_document(note=t),
    "dans une zone de texte": lambda t: open_document(frame=t),
    "dans les propriétés": lambda t: open_document(meta=t),
    "dans l'en-tête de page": lambda t: open_document(page=t),
    "dans un message de saisie": lambda t: open_document(validation=t),
    "dans le suivi des modifications": lambda t: open_document(changed=t),
    "dans un lien": lambda t: open_document(link=t),
}  # fmt: skip

FILES: dict[str, tuple[str, dict[str, Place]]] = {
    "classeur": (".xlsx", WORKBOOK), "texte": (".csv", TEXT), "ods": (".ods", OPEN_DOCUMENT)
}  # fmt: skip
