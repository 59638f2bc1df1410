"""Tables of records: one sound file a layout, and what each surprise in it is called."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.load import load_catalogue
from pipelines.catalogue.model import Catalogue, Column, Layout
from pipelines.reading.parse import Limits, Verdict, parse_file

CATALOGUE = load_catalogue()
LISTS = [layout for s in CATALOGUE.sources for layout in s.layouts if layout.shape == "liste"]
CSVS = [layout for layout in LISTS if "csv" in layout.formats]
BY_TYPE = {
    "annee": "2019", "annee_courte": "2019", "mois": "3", "trimestre": "2", "nombre": "4", "decimal": "12,5",
    "date": "11/05/2021", "identifiant": "1", "edition": "1", "texte": "Cahors", "ignoree": "x",
}  # fmt: skip


@pytest.fixture
def catalogue() -> Catalogue:
    return CATALOGUE


def year_of(layout: Layout) -> str:
    return layout.valid_from or "2019"


def sample(layout: Layout, column: Column) -> str:
    """A sound cell, typed by hand from what the column means, never from what the reader does."""
    known = {
        "num_acc": f"{year_of(layout)}00000001", "an_2": year_of(layout)[2:].lstrip("0"), "an": year_of(layout),
        "jour": "14", "departement_x10": "460", "commune_3": "042", "code_commune": "46042", "code_departement": "46",
        "code_region": "76", "service": "CGD CAHORS", "force": "gendarmerie",
        "poste": "POSTE-46-CIAT-CAHORS", "type_commune": "COM", "territoire_code": "COM-46042", "statut": "realise",
        "code_arrondissement": "461", "commune_parente": "46042", "code_avant": "46327", "code_apres": "46156",
        "code_epci": "200023737", "numero_commune": "042",
    }  # fmt: skip
    if layout.own_format:
        known["annee"] = "2021"  # the first year of the social workers' posts
        known |= {"valeur": "12", "nombre": "12"}  # most of what is followed is counted
    if column.name in known:
        return known[column.name]
    if column.code_list:
        return CATALOGUE.codes(column.code_list)[0]
    if column.choices:
        return column.choices[0]
    value = BY_TYPE.get(column.type, "1")
    return value.replace(",", ".") if layout.separator == "," else value


def lines(layout: Layout) -> list[list[str]]:
    """One record, or one for each code when the table must hold them all."""
    complete = CATALOGUE.table(layout).complete
    spread = [
        CATALOGUE.codes(c.code_list) if c.code_list and c.name in complete else c.choices if c.name in complete
        else [sample(layout, c)]
        for c in layout.at("colonne")
    ]  # fmt: skip
    return [list(row) for row in itertools.product(*spread)]


def written(path: Path, layout: Layout, header: list[str], body: list[list[str]], encoding: str = "utf-8") -> Path:
    text = "\n".join(layout.separator.join(row) for row in [header, *body]) + "\n"
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path) -> Verdict:
    return parse_file(path, "abcabcabcabc", path.parent / "raw", CATALOGUE, Limits(64, 1_000_000, dt.date(2030, 1, 1)))


def raw(path: Path, layout: Layout) -> list[dict]:
    return pq.read_table(path.parent / "raw" / layout.source / layout.table / "abcabcabcabc.parquet").to_pylist()


def headers(layout: Layout) -> list[str]:
    if layout.own_format:
        return [c.name for c in layout.columns]
    return [c.header.replace("{annee}", "2020") for c in layout.at("colonne")]


@pytest.mark.parametrize("layout", CSVS, ids=lambda k: k.name)
def test_a_sound_file_is_read_whole(layout: Layout, tmp_path: Path) -> None:
    body = lines(layout)
    file = written(tmp_path / "f.csv", layout, headers(layout), body)
    verdict = read(file)
    assert verdict.defects == []
    assert [(p.source, p.table, p.layout) for p in verdict.parts] == [(layout.source, layout.table, layout.name)]
    rows = raw(file, layout)
    assert len(rows) == len(body)
    assert [r["ligne"] for r in rows] == list(range(2, len(body) + 2))
    kept = {c.name for c in layout.columns if c.kept}
    assert kept <= rows[0].keys()
    assert not {c.name for c in layout.columns if not c.kept} & rows[0].keys()


@pytest.mark.parametrize("layout", CSVS, ids=lambda k: k.name)
@pytest.mark.parametrize("surprise", ["renamed", "added", "missing"])
def test_a_surprise_in_the_headers_is_named(layout: Layout, surprise: str, tmp_path: Path) -> None:
    header, body = headers(layout), lines(layout)
    # A return may come without its first column, the edition: one more, renamed, is a column of remarks.
    position = 1 if layout.own_format else 0
    if surprise == "renamed":
        header[position] += "_bis"
        named, code = header[position], "en_tete_inconnu"
    elif surprise == "added":
        header.append("colonne_nouvelle")
        body = [[*row, "1"] for row in body]
        # A return may have a column of remarks; a number in one has lost its box.
        named, code = "colonne_nouvelle", "nombre_hors_tableau" if layout.own_format else "en_tete_inconnu"
    else:
        header.pop(1)
        named, code = layout.at("colonne")[1].header, "en_tete_manquant"
        body = [row[:1] + row[2:] for row in body]
    verdict = read(written(tmp_path / "f.csv", layout, header, body))
    assert verdict.parts == []
    said = {d.code: d.constat for d in verdict.defects}
    assert f"« {named} »" in said[code]
    assert not (tmp_path / "raw").exists()


@pytest.mark.parametrize("layout", [k for k in LISTS if "xlsx" in k.formats], ids=lambda k: k.name)
def test_the_same_in_a_workbook_with_banners_and_empty_lines(layout: Layout, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = layout.sheet
    sheet.append([None])
    for row in [headers(layout), *lines(layout), [None], [None]]:
        sheet.append(row)
    file = tmp_path / "f.xlsx"
    book.save(file)
    verdict = read(file)
    assert verdict.defects == []
    assert raw(file, layout)[0]["ligne"] == 3


def base(tmp_path: Path, *body: str, encoding: str = "utf-8", bom: bytes = b"") -> Verdict:
    header = "classe;annee;Code.département;Code.région;unité.de.compte;millPOP;millLOG;faits;POP;LOG;tauxpourmille"
    file = tmp_path / "base.csv"
    file.write_bytes(bom + "\r\n".join([header, *body, ""]).encode(encoding))
    return read(file)


SOUND = "Vols avec armes;19;46;76;infraction;17;17;7;173828;119 499,5;0,04"


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("cp1252", b""),
        ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"),
    ],
)  # fmt: skip
def test_encodings_and_french_numbers(tmp_path: Path, encoding: str, bom: bytes) -> None:
    verdict = base(tmp_path, SOUND.replace("119 499", "119\u00a0499"), encoding=encoding, bom=bom)
    assert verdict.defects == []
    [row] = pq.read_table(tmp_path / "raw" / "ssmsi" / "base" / "abcabcabcabc.parquet").to_pylist()
    assert (row["logements"], row["annee"], row["tranche"]) == ("119499.5", "2019", "2019")
    assert (verdict.parts[0].edition, verdict.parts[0].periode) == ("2019", "2019")


@pytest.mark.parametrize("content", [b"a;b\n\0;1\n", b"\xff\xfea\0;", b"\xff\xfe\0\xd8"])
def test_what_is_not_text_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "base.csv"
    file.write_bytes(content)
    [defect] = read(file).defects
    assert defect.code == "pas_du_texte"
    assert ".csv" in defect.remede


@pytest.mark.parametrize(
    ("line", "code", "column", "word"),
    [
        (SOUND.replace(";7;", ";n.c.;"), "valeur_illisible", "faits", "« n.c. »"),
        (SOUND.replace(";7;", ";7,5;"), "valeur_illisible", "faits", "« 7,5 »"),
        (SOUND.replace(";7;", ";-7;"), "valeur_illisible", "faits", "« -7 »"),
        (SOUND.replace(";7;", ";1 2;"), "valeur_illisible", "faits", "« 1 2 »"),
        (SOUND.replace(";7;", ";99999999;"), "valeur_illisible", "faits", "dix millions"),
        (SOUND.replace(";46;", ";461;"), "code_inconnu", "Code.département", "« 461 »"),
        (SOUND.replace("Vols avec armes", "Vols inédits"), "libelle_inconnu", "classe", "« Vols inédits »"),
        (SOUND + ";surplus", "ligne_mal_coupee", None, "12 cellules"),
        (SOUND.replace(";19;", ";29;"), "periode_a_venir", None, "2029"),
    ],
)
def test_each_fault_has_its_name_and_its_place(tmp_path: Path, line, code, column, word) -> None:
    verdict = (
        parse_of(tmp_path, SOUND.replace("avec armes", "violents sans arme"), line)
        if code != "periode_a_venir"
        else parse_of(tmp_path, line, today=dt.date(2025, 1, 1))
    )
    [defect] = verdict.defects
    assert (defect.code, defect.colonne) == (code, column)
    assert word in f"{defect.constat} {defect.attendu}"
    assert not defect.attendu or defect.attendu not in defect.constat, "what is expected is said once"
    if column:
        assert defect.ligne == 3


def parse_of(tmp_path: Path, *body: str, today: dt.date = dt.date(2030, 1, 1)) -> Verdict:
    base(tmp_path, *body)
    return parse_file(tmp_path / "base.csv", "a" * 12, tmp_path / "raw", CATALOGUE, Limits(64, 10**6, today))


def test_a_line_twice_is_refused_with_both_places(tmp_path: Path) -> None:
    [defect] = base(tmp_path, SOUND, SOUND).defects
    assert (defect.code, defect.ligne) == ("cle_en_double", 3)
    assert "déjà à la ligne 2" in defect.constat


def test_a_file_rewritten_by_a_spreadsheet_is_refused_by_that_name(tmp_path: Path) -> None:
    layout = next(k for k in CSVS if k.name == "usagers_2022")
    body = [[c if c != f"{year_of(layout)}00000001" else "2.023E+11" for c in row] for row in lines(layout)]
    [defect] = read(written(tmp_path / "f.csv", layout, headers(layout), body)).defects
    assert defect.code == "abime_par_tableur"
    assert "réenregistré par un tableur" in defect.constat


def test_identifiers_with_no_break_spaces_are_one_number(tmp_path: Path) -> None:
    layout = next(k for k in CSVS if k.name == "vehicules_2019")
    body = [["138\u00a0306\u00a0524" if h == "id_vehicule" else v for h, v in zip(headers(layout), row, strict=True)]
            for row in lines(layout)]  # fmt: skip
    file = written(tmp_path / "f.csv", layout, headers(layout), body)
    assert read(file).defects == []
    assert raw(file, layout)[0]["id_vehicule"] == "138306524"


def test_a_month_without_one_of_the_indexes_is_not_a_month(tmp_path: Path) -> None:
    layout = next(k for k in CSVS if k.name == "retour_faits_1")
    body = [row for row in lines(layout) if row[headers(layout).index("code_index")] != "7"]
    verdict = read(written(tmp_path / "f.csv", layout, headers(layout), body))
    [lack] = verdict.lacks  # refused by the reception, unless it corrects what is known
    assert (lack.defaut.code, [p.partielle for p in verdict.parts]) == ("code_absent", [True])
    assert "7" in lack.defaut.constat


def test_a_service_that_the_list_does_not_know_is_refused_by_name(tmp_path: Path) -> None:
    layout = next(k for k in CSVS if k.name == "retour_faits_1")
    at = headers(layout).index("service")
    body = [[*row[:at], "CGD CAORS", *row[at + 1 :]] for row in lines(layout)]
    [defect] = read(written(tmp_path / "f.csv", layout, headers(layout), body)).defects
    assert defect.code == "service_inconnu"
    assert "CGD CAHORS" in defect.attendu


@pytest.mark.parametrize(("cells", "edition"), [("absent", ""), ("", ""), ("2", "0002"), ("first", "0002")])
def test_nobody_has_to_write_an_edition(tmp_path: Path, cells: str, edition: str) -> None:
    layout = next(k for k in CSVS if k.name == "barometre_1")
    at, body = headers(layout).index("edition"), lines(layout)
    for i, row in enumerate(body):
        row[at] = "2" if cells == "2" or (cells == "first" and i == 0) else ""
    head = headers(layout)
    if cells == "absent":
        head, body = head[:at] + head[at + 1 :], [row[:at] + row[at + 1 :] for row in body]
    verdict = read(written(tmp_path / "f.csv", layout, head, body))
    assert (verdict.defects, {p.edition for p in verdict.parts}) == ([], {edition})


def test_two_editions_of_one_month_in_one_file_are_refused(tmp_path: Path) -> None:
    layout = next(k for k in CSVS if k.name == "barometre_1")
    body = lines(layout)
    body[0][headers(layout).index("edition")] = "2"
    [defect] = read(written(tmp_path / "f.csv", layout, headers(layout), body)).defects
    assert defect.code == "deux_editions"


@pytest.mark.parametrize("header", ["Nom", "prénom", "date_naissance", "E-mail", "Téléphone", "NIR", "adresse"])
def test_a_column_about_persons_sends_the_file_to_quarantine(tmp_path: Path, header: str) -> None:
    layout = next(k for k in CSVS if k.name == "suivi_actions_1")
    body = [[*row, "Dupont Jeanne"] for row in lines(layout)]
    [defect] = read(written(tmp_path / "f.csv", layout, [*headers(layout), header], body)).defects
    assert defect.code == "donnees_personnelles"
    assert "Dupont" not in str(defect)


@pytest.mark.parametrize("cell", ["j.dupont@exemple.fr", "06 12 34 56 78", "+33612345678", "1 84 12 46 042 117 25"])
def test_a_cell_about_a_person_as_well_and_nothing_of_it_is_quoted(tmp_path: Path, cell: str) -> None:
    layout = next(k for k in CSVS if k.name == "suivi_financements_1")
    at = headers(layout).index("dossier")
    body = [[*row[:at], cell, *row[at + 1 :]] for row in lines(layout)]
    [defect] = read(written(tmp_path / "f.csv", layout, headers(layout), body)).defects
    assert (defect.code, defect.colonne, defect.ligne) == ("donnees_personnelles", "dossier", 2)
    assert cell not in str(defect)


def test_a_line_break_in_a_cell_is_noticed_by_the_second_count(tmp_path: Path) -> None:
    verdict = base(tmp_path, SOUND.replace("infraction", '"infra\nction"'))
    assert verdict.defects
    assert verdict.parts == []


@pytest.mark.parametrize("line", [2, 3])
def test_a_line_longer_than_any_can_be_is_refused_with_its_place(tmp_path: Path, line: int) -> None:
    long = SOUND.replace("infraction", "i" * (3 << 20))
    assert long != SOUND
    [defect] = base(tmp_path, *([SOUND] if line == 3 else []), long).defects
    assert (defect.code, defect.ligne) == ("ligne_trop_longue", line)
    assert "3,1 Mio" in defect.constat


def test_the_mark_of_a_demonstration_stands_above_the_headers(tmp_path: Path) -> None:
    layout = next(k for k in CSVS if k.name == "lieux_2019")
    file = written(tmp_path / "f.csv", layout, headers(layout), lines(layout))
    assert read(file).nature == "reelle"
    file.write_bytes("DONNÉES DE DÉMONSTRATION\n".encode() + file.read_bytes())
    verdict = read(file)
    assert (verdict.nature, verdict.defects) == ("demonstration", [])
    assert raw(file, layout)[0]["ligne"] == 3
