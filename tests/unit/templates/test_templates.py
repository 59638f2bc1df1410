"""The return templates say what the schemas say, hold every key, and once filled in are what the intake accepts."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from pipelines.base.exit_codes import DONE, USAGE
from pipelines.base.periods import Period
from pipelines.catalogue.load import load_catalogue
from pipelines.cli import templates as command
from pipelines.reading.parse import Limits, parse_file, parse_texts
from pipelines.settings.model import SEEDS, SOURCES
from pipelines.templates import Template, as_workbook, choose, table_as_csv
from pipelines.templates.known import identity_of
from pipelines.templates.lists import codes
from pipelines.templates.selection import last_closed
from tests.support.commands import code_of
from tests.support.filling import filled, layouts, opened, place, records, save_filled, schemas, sheets
from tests.support.tables import rows
from tests.support.typed import as_typed

TODAY = dt.date(2021, 6, 1)
SERVICES = ["CIAT DE CAHORS", "CGD CAHORS", "CGD FIGEAC", "CGD GOURDON", "EDSR DU LOT"]
# Typed from the formats agreed with the services, not read from sources/.
ISCG = {
    "anciennete": {"nouvelles", "connues"}, "sexe": {"femmes", "hommes"},
    "age": {"mineurs", "18-24", "25-59", "60+"}, "origine": {"policier", "gendarme", "partenaire", "directe"},
    "probleme": {
        "violences_conjugales", "autres_vif", "violences_sexuelles", "conflit_familial", "enfance_en_danger",
        "vulnerabilite", "logement", "addictions", "sante_mentale", "difficultes_sociales", "voisinage",
    },
    "suite": {"ecoute_information", "orientation", "accompagnement", "signalement", "sans_suite"},
}  # fmt: skip


def code_list_values(reference: str, departement: str, period: Period | None = None) -> list[str]:
    return [c.code for c in codes(reference, departement, period)]


@pytest.fixture(scope="module")
def templates() -> list[Template]:
    made, skipped = choose("46", TODAY)
    assert [s.source for s in skipped] == ["socle_commun"]  # asked for since July 2025 only
    return made


@pytest.fixture(scope="module")
def books(templates: list[Template]) -> dict[str, tuple[Template, openpyxl.Workbook]]:
    return {t.name: (t, opened(t, formulas=True)) for t in templates}


def tables(books):
    """Every (template, workbook, schema as JSON, sheet), read again from sources/."""
    for template, book in books.values():
        for sheet, schema in sheets(book, template.source.name):
            yield template, book, schema, sheet


def of_source(books, source: str, name: str) -> list[list[dict[str, object]]]:
    schema = schemas(source)[name]
    held = (records(book[name], schema) for template, book in books.values() if template.source.name == source)
    return [[values for _, values in found] for found in held]


def drop_downs(book, sheet, schema) -> dict[str, list[object]]:
    """Field → the values that its drop-down offers, through the named range."""
    _, columns = place(sheet, schema)
    fields = {openpyxl.utils.get_column_letter(column): name for name, column in columns.items()}
    offered = {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            target = book.defined_names[rule.formula1].attr_text
            where = re.fullmatch(r"Listes!(\$([A-Z]+)\$2:\$\2\$\d+)", target)
            assert where, target
            cells = book["Listes"][where[1].replace("$", "")]
            cells = [c for line in cells for c in line] if isinstance(cells, tuple) else [cells]
            offered[fields[re.match("[A-Z]+", str(rule.sqref))[0]]] = [c.value for c in cells]
    return offered


def test_there_is_a_workbook_a_source_and_a_respondent(templates: list[Template]) -> None:
    assert {t.source.name for t in templates} == {
        "service_returns", "road_barometer", "iscg", "action_followup", "plan_steering",
    }  # fmt: skip
    assert [t.respondent.name for t in templates if t.source.name == "service_returns"] == SERVICES
    assert {str(t.period) for t in templates} == {"2021-05", "2021-T1"}


def test_sheets_and_headers_are_those_of_the_schemas(books) -> None:
    for template, book in books.values():
        names = [row["feuille"] for row in layouts(template.source.name)]
        assert book.sheetnames == ["Notice", *names, "Remarques", "Listes"]
        for table in template.tables:
            content = table_as_csv([table])
            assert content.startswith(b"\xef\xbb\xbfedition;annee;")
            names = [f["name"] for f in schemas(template.source.name)[table.sheet]["fields"]]
            assert next(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")) == names
    for _, _, schema, sheet in tables(books):
        header, columns = place(sheet, schema)
        assert set(columns) == {f["name"] for f in schema["fields"]}
        assert sheet.freeze_panes == f"B{header + 1}"


def test_what_nobody_fills_in_is_hidden_and_the_rest_is_not(books) -> None:
    for _, _, schema, sheet in tables(books):
        _, columns = place(sheet, schema)
        hidden = {
            name
            for name, column in columns.items()
            if any(c.hidden and c.min <= column <= c.max for c in sheet.column_dimensions.values())
        }
        assert {"edition", "annee", "code_departement"} <= hidden
        keys = set(schema["primaryKey"])
        assert hidden <= keys | {"edition"}, "a box is hidden"
        # What is left to choose on a spare line is shown.
        assert keys - hidden <= {
            "indicateur_code", "territoire_code", "action_code", "fonds", "dossier", "dispositif_code",
            "engagement_code", "reference",
        }  # fmt: skip


def test_a_drop_down_offers_its_enum_or_its_list_and_nothing_else(books) -> None:
    for template, book, schema, sheet in tables(books):
        offered = drop_downs(book, sheet, schema)
        for field in schema["fields"]:
            rules = field.get("constraints", {})
            if field.get("vigie:masquee"):
                assert field["name"] not in offered
            elif "enum" in rules:
                assert offered[field["name"]] == [field.get("vigie:choix", {}).get(v, v) for v in rules["enum"]]
            elif "vigie:liste" in field:
                expected = code_list_values(field["vigie:liste"], "46", template.period)
                expected = [int(c) for c in expected] if field["type"] == "integer" else expected
                assert offered[field["name"]] == expected, (template.name, field["name"])
            elif field["vigie:type"] != "lieu":
                assert field["name"] not in offered


def test_the_places_of_the_departement_are_offered_by_their_names(books) -> None:
    book = next(book for template, book in books.values() if template.source.name == "action_followup")
    offered = drop_downs(book, book["Indicateurs"], schemas("action_followup")["Indicateurs"])["territoire_code"]
    communes = [r for r in rows(SEEDS / "reference" / "communes.csv") if r["code_departement"] == "46"]
    then = [r for r in communes if r["valide_de"] <= "2021-01-01" and (r["valide_a"] or "9") > "2021-03"]
    listed = {r["code_commune"]: r["libelle"] for r in then}
    assert len(listed) == 313
    assert {f"{name} — COM-{code}" for code, name in listed.items()} <= set(offered)
    assert "Quartier de Terre Rouge (Cahors) — QRT-46042-TERRE-ROUGE" in offered
    assert not [o for o in offered if o.endswith("DEP-46")]
    assert len(offered) == len(set(offered))


def test_every_number_and_date_is_checked_with_a_french_message(books) -> None:
    kinds = {"integer": {"whole"}, "number": {"whole", "decimal"}, "date": {"date"}}
    for _, _, schema, sheet in tables(books):
        _, columns = place(sheet, schema)
        checks: dict[str, list] = {}
        for rule in sheet.data_validations.dataValidation:
            checks.setdefault(re.match("[A-Z]+", str(rule.sqref))[0], []).append(rule)
        for field in schema["fields"]:
            found = checks.get(openpyxl.utils.get_column_letter(columns[field["name"]]), [])
            if not found:
                assert field["type"] == "string" or field.get("vigie:masquee")
                continue
            for check in found:
                assert check.type in {"list", *kinds.get(field["type"], set())}
                assert check.error.startswith("Valeur attendue\u00a0: ")
                assert check.errorTitle
                assert check.showErrorMessage


def test_a_count_takes_no_fraction_and_a_full_time_equivalent_does(books) -> None:
    wanted = {"ISCG": {"personnes": "whole", "réunions": "whole", "ETP": "decimal"}, "Indicateurs": {}}
    for name, source, sheet_name in (
        ("ISCG", "iscg", "Activité ISCG"),
        ("Indicateurs", "action_followup", "Indicateurs"),
    ):
        book = next(book for template, book in books.values() if template.source.name == source)
        sheet, schema = book[sheet_name], schemas(source)[sheet_name]
        header, columns = place(sheet, schema)
        kinds = {
            line: rule.type
            for rule in sheet.data_validations.dataValidation
            for area in rule.sqref.ranges
            if area.min_col == columns["valeur"]
            for line in range(area.min_row, area.max_row + 1)
        }
        unit = next(c.column for c in sheet[header] if c.value == "Unité")
        told = {sheet.cell(line, unit).value: kinds[line] for line, _ in records(sheet, schema)}
        assert wanted[name].items() <= told.items()
        assert {kind for u, kind in told.items() if u != "ETP"} == {"whole"}


def test_a_service_has_every_index_and_every_nature_once(books) -> None:
    facts = of_source(books, "service_returns", "Faits")
    assert [f[0]["service"] for f in facts] == SERVICES
    assert [f[0]["force"] for f in facts] == ["police", *["gendarmerie"] * 4]
    for service in facts:
        assert [r["code_index"] for r in service] == list(range(1, 108))
        assert {(r["edition"], r["annee"], r["mois"], r["code_departement"]) for r in service} == {
            (None, 2021, 5, "46")
        }
        assert all(r["faits_constates"] is None and r["mis_en_cause"] is None for r in service)
    for service in of_source(books, "service_returns", "Tranquillité publique"):
        assert [r["nature"] for r in service] == ["tapages", "ivresses_publiques", "occupations", "rassemblements"]


def test_the_meaning_of_a_line_is_beside_its_boxes(books) -> None:
    book = next(book for name, (_, book) in books.items() if "CGD CAHORS" in name)
    sheet, schema = book["Faits"], schemas("service_returns")["Faits"]
    told = {values["code_index"]: sheet.cell(line, 1).value for line, values in records(sheet, schema)}
    labels = {int(r["code_index"]): r["libelle"] for r in rows(SEEDS / "reference" / "index_4001.csv")}
    assert told == {index: f"{index} — {label}" for index, label in labels.items()}
    book = next(book for template, book in books.values() if template.source.name == "action_followup")
    sheet, schema = book["Indicateurs"], schemas("action_followup")["Indicateurs"]
    told = {v["indicateur_code"]: [sheet.cell(line, c).value for c in (1, 2)] for line, v in records(sheet, schema)}
    listed = {
        r["indicateur_code"]: r for r in rows(SEEDS / "plan" / "indicateurs_suivi.csv") if r["code_departement"] == "46"
    }
    for code, row in listed.items():
        assert told[code] == [f"{code} — {row['libelle']}", row["unite"]]


def test_what_an_iscg_counts_is_said_with_the_words_of_the_warehouse(books) -> None:
    book = next(book for template, book in books.values() if template.source.name == "iscg")
    sheet, schema = book["Activité ISCG"], schemas("iscg")["Activité ISCG"]
    words = {
        (r["ventilation_type"], r["ventilation_code"]): r["libelle"]
        for r in rows(SEEDS / "indicateurs" / "ventilations.csv")
        if r["source"] == "retours_iscg"
    }
    for line, values in records(sheet, schema):
        said = sheet.cell(line, 1).value
        word = words.get((values["ventilation"], values["modalite"]), "")
        assert said.casefold().endswith(word.casefold())
        assert said


def test_the_barometer_is_by_force_only_where_the_police_and_the_gendarmerie_count_apart(books) -> None:
    (held,) = of_source(books, "road_barometer", "Baromètre")
    forces: dict[str, set[str]] = {}
    for row in held:
        forces.setdefault(row["mesure"], set()).add(row["force"])
    schema = json.loads((SOURCES / "road_barometer" / "mesures.schema.json").read_text(encoding="utf-8"))
    measures = next(f for f in schema["fields"] if f["name"] == "mesure")["constraints"]["enum"]
    by_force = {"conduites_alcool", "conduites_stupefiants"}
    assert forces == {m: {"police", "gendarmerie"} if m in by_force else {"ensemble"} for m in measures}
    assert len(held) == 14


def test_a_post_has_each_breakdown_once(books) -> None:
    (held,) = of_source(books, "iscg", "Activité ISCG")
    expected = {("personnes", v, m) for v, modalities in ISCG.items() for m in modalities}
    expected |= {(m, "total", "total") for m in ("personnes", "etp", "reunions_cellule")}
    assert {(r["mesure"], r["ventilation"], r["modalite"]) for r in held} == expected
    assert len(held) == len(expected) == 31
    assert {r["poste"] for r in held} == {"POSTE-46-CIAT-CAHORS"}


def test_the_follow_up_has_every_indicator_every_action_and_no_funding(books) -> None:
    (indicators,) = of_source(books, "action_followup", "Indicateurs")
    (actions,) = of_source(books, "action_followup", "Actions à mener")
    (funding,) = of_source(books, "action_followup", "Financements")
    in_force = {
        name: [
            r
            for r in rows(SEEDS / "plan" / f"{name}.csv")
            if r["code_departement"] == "46" and r["valide_de"] <= "2021-03-31" <= (r["valide_a"] or "9")
        ]
        for name in ("indicateurs_suivi", "actions_a_mener")
    }
    declared = [r["indicateur_code"] for r in in_force["indicateurs_suivi"]]
    situation = {"CAMERAS", "COMMUNES_3000_EQUIPEES", "TRANSPORTS_INCIDENTS", "TRANSPORTS_BUS_EQUIPES"}
    held = [r["indicateur_code"] for r in indicators]
    assert held[: len(declared)] == declared
    assert set(held[len(declared) :]) == situation
    listed = [r["action_a_mener_code"] for r in in_force["actions_a_mener"]]
    assert [r["action_a_mener_code"] for r in actions] == listed
    assert {(r["annee"], r["trimestre"]) for r in actions} == {(2021, 1)}
    assert funding == []


def test_codes_are_text_and_what_is_read_is_never_a_formula(books) -> None:
    for _, book, schema, sheet in tables(books):
        header, columns = place(sheet, schema)
        for field in schema["fields"]:
            for (cell,) in sheet.iter_rows(header + 1, sheet.max_row, columns[field["name"]], columns[field["name"]]):
                assert cell.data_type != "f"
                if field["type"] == "string":
                    assert cell.value is None or cell.data_type == "s"
        for other in ("Notice", "Remarques", "Listes"):
            assert not any(cell.data_type == "f" for line in book[other].iter_rows() for cell in line)


def test_every_formula_has_its_value(templates: list[Template]) -> None:
    for template in templates:
        with zipfile.ZipFile(io.BytesIO(as_workbook(template))) as parts:
            for name in parts.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    content = parts.read(name).decode()
                    assert not re.search(r"</f>(?:<v></v>|<v/>|</c>)", content), name


def test_the_notice_says_who_by_when_how_to_correct_and_what_never_to_write(books) -> None:
    due = {"mois": "15 juin 2021", "trimestre": "20 avril 2021"}
    for template, book in books.values():
        shown = "\n".join(str(v) for line in book["Notice"].iter_rows(values_only=True) for v in line if v)
        assert "n’est pas connu\u00a0: laisser la case vide" in shown
        said = as_typed(shown)
        for part in (
            template.source.label, template.source.producer, "jamais 0", "aucun nom, aucune date de naissance",
            "aucune adresse", "l'envoyer de nouveau", due[template.period.kind],
        ):  # fmt: skip
            assert part in said
        assert "edition" not in said.casefold()
        for table in template.tables:
            for field in table.schema.fields:
                if not field.hidden:
                    assert field.title in said
                    assert field.description in said


def test_the_same_template_gives_the_same_bytes(templates: list[Template]) -> None:
    again, _ = choose("46", TODAY)
    for one, two in zip(templates, again, strict=True):
        content = as_workbook(one)
        assert content == as_workbook(two)
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            assert not [n for n in parts.namelist() if "vba" in n.lower() or "external" in n.lower()]


def faults(schema: dict, held: list[dict[str, object]]) -> list[str]:
    """Types, constraints and primary key of a Table Schema, with `vigie:liste`."""
    found = []
    for row in held:
        for f in schema["fields"]:
            value, rules = row[f["name"]], f.get("constraints", {})
            if value is None:
                found += [f"{f['name']} vide"] if rules.get("required") else []
                continue
            kind = {"integer": int, "number": (int, float), "string": str, "date": str}[f["type"]]
            fits = isinstance(value, kind) and value in rules.get("enum", [value])
            if fits and f["type"] in {"integer", "number"}:
                fits = rules.get("minimum", value) <= value <= rules.get("maximum", value)
            if fits and "vigie:liste" in f:
                fits = str(value) in code_list_values(f["vigie:liste"], "46")
            found += [] if fits else [f"{f['name']} {value!r}"]
    keys = [tuple(row[k] for k in schema["primaryKey"]) for row in held]
    return found + (["clé en double"] if len(set(keys)) < len(keys) else [])


def test_a_filled_template_is_what_the_schema_asks_for(books) -> None:
    for _, _, schema, sheet in tables(books):
        answers = filled(schema, [values for _, values in records(sheet, schema)])
        assert faults(schema, answers) == []
        try:
            import frictionless
        except ImportError:
            continue
        order = [f["name"] for f in schema["fields"]]
        data = [order, *([row[n] for n in order] for row in answers)]
        assert frictionless.validate(data, schema=frictionless.Schema.from_descriptor(schema)).valid


def test_the_intake_accepts_a_filled_workbook(tmp_path: Path) -> None:
    catalogue, limits = load_catalogue(), Limits(64, 1_000_000, today=TODAY)
    templates, _ = choose("46", TODAY)
    for template in templates:
        file = save_filled(template, tmp_path)
        verdict = parse_file(file, template.name, tmp_path / "raw", catalogue, limits)
        assert verdict.defects == []
        assert {s.table for s in verdict.parts} == {t.name for t in template.tables}
        assert {s.periode for s in verdict.parts} == {str(template.period)}


def test_the_intake_accepts_a_filled_csv(tmp_path: Path) -> None:
    catalogue, limits = load_catalogue(), Limits(64, 1_000_000, today=TODAY)
    templates, _ = choose("46", TODAY)
    for template in templates:
        for table in template.tables:
            schema = schemas(template.source.name)[table.sheet]
            file = tmp_path / f"{template.name}_{table.name}.csv"
            with file.open("w", encoding="utf-8-sig", newline="") as stream:
                writer = csv.DictWriter(stream, table.schema.names, delimiter=";")
                writer.writeheader()
                writer.writerows(filled(schema, table.rows))
            verdict = parse_file(file, file.stem, tmp_path / "raw", catalogue, limits)
            assert verdict.defects == []
            assert {s.table for s in verdict.parts} == {table.name}


def test_a_template_that_nobody_filled_in_is_not_a_return(tmp_path: Path) -> None:
    catalogue, limits = load_catalogue(), Limits(64, 1_000_000, today=TODAY)
    templates, _ = choose("46", TODAY)
    for template in templates:
        book = tmp_path / f"{template.name}.xlsx"
        book.write_bytes(as_workbook(template))
        verdict = parse_file(book, template.name, tmp_path / "raw", catalogue, limits)
        assert [d.code for d in verdict.defects] == ["rien_de_rempli"]
        texts = [tmp_path / f"{template.name}_{table.name}.csv" for table in template.tables]
        for file, table in zip(texts, template.tables, strict=True):
            file.write_bytes(table_as_csv([table]))
            verdict = parse_file(file, file.stem, tmp_path / "raw", catalogue, limits)
            assert [d.code for d in verdict.defects] == ["rien_de_rempli" if table.rows else "classeur_vide"]
    assert not (tmp_path / "raw").exists()


def test_one_of_several_returns_that_nobody_filled_in_is_refused_alone(tmp_path: Path) -> None:
    catalogue, limits = load_catalogue(), Limits(64, 1_000_000, today=TODAY)
    [table] = choose("46", TODAY, "road_barometer")[0][0].tables
    blank = table_as_csv([table])
    files = []
    for rank in range(4):
        file = tmp_path / f"{rank}.csv"
        file.write_bytes(blank if rank == 2 else re.sub(rb";\r?\n", b";%d\n" % (rank + 3), blank))
        files.append((file, f"{rank:012d}"))
    verdicts = parse_texts(files, tmp_path / "raw", catalogue, limits)
    found = {i: [d.code for d in v.defects] for i, v in verdicts.items()}
    assert found == {f"{r:012d}": ["rien_de_rempli"] if r == 2 else [] for r in range(4)}


def test_a_sheet_that_nobody_filled_in_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    catalogue, limits = load_catalogue(), Limits(64, 1_000_000, today=TODAY)
    template = next(t for t in choose("46", TODAY)[0] if len(t.tables) == 2)
    book = opened(template)
    sheet, schema = list(sheets(book, template.source.name))[1]
    _, columns = place(sheet, schema)
    for line, _ in records(sheet, schema):
        sheet.cell(line, columns["faits"], 3)
    book.save(tmp_path / "moitie.xlsx")
    verdict = parse_file(tmp_path / "moitie.xlsx", "moitie", tmp_path / "raw", catalogue, limits)
    assert verdict.defects == []
    assert {s.table for s in verdict.parts} == {template.tables[1].name}


def test_what_a_pilot_left_blank_does_not_stand_against_what_another_wrote(tmp_path: Path) -> None:
    catalogue, limits = load_catalogue(), Limits(64, 1_000_000, today=TODAY)
    [template], _ = choose("46", TODAY, "action_followup")
    parts, schema = {}, schemas("action_followup")["Actions à mener"]
    for action in ("P1.A1", "P3.A2"):
        book = opened(template)
        sheet = book["Actions à mener"]
        _, columns = place(sheet, schema)
        for line, values in records(sheet, schema):
            if values["action_a_mener_code"].startswith(f"{action}."):
                sheet.cell(line, columns["etat"], "fait")
        book.save(tmp_path / f"{action}.xlsx")
        verdict = parse_file(tmp_path / f"{action}.xlsx", action, tmp_path / "raw", catalogue, limits)
        assert verdict.defects == []
        parts[action] = {(s.table, s.tranche.split("|")[1].rpartition(".M")[0]) for s in verdict.parts}
    assert parts == {action: {("actions", action)} for action in parts}


def test_a_date_without_its_state_is_still_refused(tmp_path: Path) -> None:
    catalogue, limits = load_catalogue(), Limits(64, 1_000_000, today=TODAY)
    [template], _ = choose("46", TODAY, "action_followup")
    book = opened(template)
    sheet = book["Actions à mener"]
    header, columns = place(sheet, schemas("action_followup")["Actions à mener"])
    sheet.cell(header + 1, columns["etat_date"], "2021-03-04")
    book.save(tmp_path / "date.xlsx")
    verdict = parse_file(tmp_path / "date.xlsx", "date", tmp_path / "raw", catalogue, limits)
    letter = openpyxl.utils.get_column_letter(columns["etat"])
    assert [(d.code, d.ligne, d.colonne) for d in verdict.defects] == [("cellule_vide", header + 1, letter)]


@pytest.mark.parametrize("source", ["service_returns", "iscg", "road_barometer", "action_followup"])
def test_frictionless_accepts_what_the_intake_accepts(source: str, tmp_path: Path) -> None:
    """Another reader of the same schemas: what a partner checks with it before sending is what Vigie takes."""
    frictionless = pytest.importorskip("frictionless")
    for template in choose("46", TODAY, source)[0][:1]:
        for table, layout in zip(template.tables, layouts(source), strict=True):
            described = SOURCES / source / layout["schema"]
            answers = filled(json.loads(described.read_text(encoding="utf-8")), table.rows)
            for spoilt in (False, True):
                file = tmp_path / f"{table.name}-{spoilt}.csv"
                with file.open("w", encoding="utf-8", newline="") as stream:
                    writer = csv.DictWriter(stream, table.schema.names, delimiter=";")
                    writer.writeheader()
                    writer.writerows([answers[0] | {"annee": "beaucoup"}, *answers[1:]] if spoilt else answers)
                with frictionless.system.use_context(trusted=True):
                    resource = frictionless.Resource(
                        path=str(file),
                        schema=frictionless.Schema.from_descriptor(str(described)),
                        dialect=frictionless.Dialect(controls=[frictionless.formats.CsvControl(delimiter=";")]),
                    )
                    report = resource.validate()
                assert report.valid is not spoilt, report.flatten(["rowNumber", "fieldName", "message"])[:3]


def test_lists_keep_the_departement_and_what_is_in_force() -> None:
    assert code_list_values("departements.code_departement", "2A") == ["2A"]
    assert code_list_values("services.service", "46") == SERVICES
    assert code_list_values("services.service", "2A") == []
    assert code_list_values("index_4001.code_index", "2A") == [str(i) for i in range(1, 108)]
    posts = [code_list_values("postes_iscg.poste_code", "46", Period.read(p)) for p in ("2021-03", "2022-07")]
    assert posts == [["POSTE-46-CIAT-CAHORS"], ["POSTE-46-CIAT-CAHORS", "POSTE-46-CGD-FIGEAC"]]
    declared = code_list_values("indicateurs_declares.indicateur_code", "46")
    assert {"P3.A1.I1", "CAMERAS"} <= set(declared)
    assert not any(c.endswith(("_4001", "_SSMSI")) for c in declared)
    assert len(declared) == len(set(declared))


def test_an_amended_line_is_one_code_with_its_later_label(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.templates import lists

    line = {"code_departement": "46", "action_code": "P1.A1", "libelle": "avant", "valide_de": "", "valide_a": ""}
    amended = [line | {"valide_a": "2021-04-30"}, line | {"libelle": "après", "valide_de": "2021-05-01"}]
    monkeypatch.setattr(lists, "code_table", lambda name: amended)
    told = {p: [c.label for c in codes("actions.action_code", "46", Period.read(p))] for p in ("2021-T1", "2021-T2")}
    assert told == {"2021-T1": ["avant"], "2021-T2": ["après"]}


@pytest.mark.parametrize(
    ("cadence", "today", "period"),
    [
        ("mensuelle", "2021-01-31", "2020-12"), ("mensuelle", "2021-06-01", "2021-05"),
        ("trimestrielle", "2021-03-31", "2020-T4"), ("trimestrielle", "2021-04-01", "2021-T1"),
    ],
)  # fmt: skip
def test_the_period_by_default_is_the_last_that_is_closed(cadence: str, today: str, period: str) -> None:
    assert str(last_closed(cadence, dt.date.fromisoformat(today))) == period


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.setenv("VIGIE_TODAY", str(TODAY))
    monkeypatch.setenv("VIGIE_DEPARTEMENT", "46")
    return tmp_path


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("inconnue", None, None, None), "« inconnue » n'a pas de modèle"),
        (("service_returns", None, "CGD NULLE PART", None), "« CGD NULLE PART » n'est pas un service connu"),
        (("iscg", None, None, "POSTE-46-NULLE-PART"), "n'est pas un poste connu"),
        (("action_followup", "2021-03", None, None), "2021-03 n'est ni un trimestre"),
        (("iscg", "2021-T1", None, None), "2021-T1 n'est ni un mois"),
        (("iscg", "2020", None, None), "iscg commence en 2021-01"),
        (("iscg", "2020-12", None, None), "iscg commence en 2021-01"),
        (("action_followup", "2025-T1", None, None), "n'est en vigueur en 2025-T1"),
        (("road_barometer", None, "CGD CAHORS", None), "--service ne concerne pas"),
        ((None, "mars", None, None), "n'est pas une période"),
    ],
)
def test_what_is_not_known_is_refused_in_french(home: Path, capsys, asked: tuple, said: str) -> None:
    assert code_of(command.run, *asked, None, False) == USAGE
    assert said in capsys.readouterr().err
    assert not (home / "modeles").exists()


def test_the_command_writes_and_never_over_what_was_filled_in(home: Path, capsys) -> None:
    assert command.run("service_returns", "2021-03", "cgd cahors", None, home / "ici", True) == DONE
    told = json.loads(capsys.readouterr().out)
    (model,) = told["modeles"]
    assert (model["pour"], model["echeance"], told["conserves"]) == ("CGD CAHORS", "2021-04-15", [])
    name = "2021-03/Retour mensuel - CGD CAHORS - mars 2021"
    assert model["fichiers"] == [f"{name}.xlsx", f"{name} - Faits.csv", f"{name} - Tranquillité publique.csv"]
    assert {f.relative_to(home / "ici").as_posix() for f in (home / "ici").rglob("*.*")} == set(model["fichiers"])
    (home / "ici" / f"{name} - Faits.csv").write_text("rempli", encoding="utf-8")
    assert command.run("service_returns", "2021-03", "CGD CAHORS", None, home / "ici", True) == DONE
    assert json.loads(capsys.readouterr().out)["conserves"] == [f"{name} - Faits.csv"]
    assert (home / "ici" / f"{name} - Faits.csv").read_text(encoding="utf-8") == "rempli"


def test_without_a_source_those_of_the_period_are_written(home: Path, capsys) -> None:
    assert command.run(None, "2021-T1", None, None, None, True) == DONE
    told = json.loads(capsys.readouterr().out)
    assert [m["source"] for m in told["modeles"]] == ["action_followup", "plan_steering"]
    assert {s["source"] for s in told["sans_modele"]} == {
        "iscg", "road_barometer", "service_returns", "socle_commun",
    }  # fmt: skip
    assert (home / "modeles" / "2021-T1" / "Suivi des actions - 1er trimestre 2021.xlsx").exists()


def test_what_was_last_known_reads_as_it_was_given() -> None:
    """Half a post, a whole one, in grey: a format with optional decimals would leave « 1, » in the cell."""
    template = next(t for t in choose("46", TODAY)[0] if t.source.name == "iscg")
    table = template.tables[0]
    known = {
        identity_of(line.values, list(table.identity)): {"valeur": "0.5" if line.unit == "ETP" else "1230"}
        for line in table.lines
    }
    made = replace(table, known_period=Period.read("2021-04"), known=known)
    sheet = openpyxl.load_workbook(io.BytesIO(as_workbook(replace(template, tables=(made,)))))["Activité ISCG"]
    header = next(r for r in range(1, 12) if any(str(c.value).startswith("Dernier connu") for c in sheet[r]))
    column = next(c.column for c in sheet[header] if str(c.value).startswith("Dernier connu"))
    cells = [sheet.cell(r, column) for r in range(header + 1, sheet.max_row + 1)]
    shown = {(c.value, c.number_format) for c in cells if c.value is not None}
    assert shown == {(0.5, "General"), (1230, "#,##0")}
