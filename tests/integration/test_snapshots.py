"""A quarter is given once, whole, read-only; it can be made again byte for byte; nothing withheld can be worked out."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dagster import AssetKey, DagsterInstance

from pipelines.base.periods import Period
from pipelines.publication.reading import opened_file
from pipelines.snapshots import editions
from pipelines.snapshots.parquet import frame_of
from pipelines.snapshots.tables import read_tables
from tests.conftest import Home
from tests.disclosure.holdings import attacker_of, read_public
from tests.integration.conftest import QUARTER
from tests.support.verdicts_recomputed import chance

pytestmark = pytest.mark.xdist_group("cliches")


def data(home: Home, edition: str, table: str, quarter: str = QUARTER) -> pd.DataFrame:
    return pd.read_parquet(home.folder / "snapshots" / quarter / edition / "donnees" / f"{table}.parquet")


def test_a_snapshot_is_written_once_and_says_what_it_is_made_of(given: Home) -> None:
    folder = given.folder / "snapshots" / QUARTER
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = {f.relative_to(folder).as_posix() for f in folder.rglob("*.parquet")}
    assert files == {path for path in manifest["fichiers"] if path.endswith(".parquet")}
    assert len(manifest["livraisons"]) == len([f for f in given.landing.iterdir() if f.is_file()]) > 70
    assert (manifest["cliche"], manifest["nature"], manifest["reglages"]) == (
        QUARTER, "demonstration", {"departement": "46", "depuis": None, "depuis_source": {}},
    )  # fmt: skip
    assert subprocess.run(["sha256sum", "-c", "--quiet", "manifest.sha256"], cwd=folder, check=False).returncode == 0
    assert not any(f.stat().st_mode & 0o222 for f in folder.rglob("*"))
    assert not (folder / "restreinte").stat().st_mode & 0o007, "the restricted edition is not for everyone"
    again = given.run("snapshot", QUARTER)
    assert again.returncode == 2
    assert "est déjà donné" in again.stderr


def test_the_interface_shows_which_quarters_exist(given: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(given.folder / "dagster"))
    with DagsterInstance.get() as instance:
        assert instance.get_dynamic_partitions("trimestres") == [QUARTER, "2023-T4"]
        given_ = instance.get_materialized_partitions(AssetKey(["snapshots", "cliches"]))
    assert given_ == {QUARTER, "2023-T4"}


def test_the_figures_are_those_of_the_plan_with_the_words_of_the_test(given: Home) -> None:
    found = data(given, "restreinte", "comparaisons").set_index(["indicateur_code", "territoire_code", "periode_type"])
    deaths = found.loc[("TUES", "DEP-46", "annee")]
    assert (deaths["valeur"], deaths["valeur_precedente"]) == (15, 9)
    assert deaths["mot"] == "pas d'évolution établie"
    # By chance alone p is 0.31; deaths vary a little more than that from one year to the next.
    assert deaths["dispersion"] > 1
    assert deaths["p_valeur"] == pytest.approx(chance(9, 15, deaths["dispersion"]))
    assert found.loc[("CBV_4001", "DEP-46", "annee"), ["valeur", "valeur_precedente"]].tolist() == [421, 395]
    services = found.index.get_level_values(1).str.startswith("SRV-")
    assert services.any()
    outward = data(given, "publique", "comparaisons")
    by_service = outward[outward["territoire_code"].str.startswith("SRV-")]
    assert set(by_service["source"]) == {"etat4001_services", "retours_services"}
    returned = by_service[by_service["source"] == "retours_services"]
    assert set(returned["indicateur_code"]) == {"TRANQUILLITE"}, "of the returns, only what speaks of nobody"


def test_a_quarter_that_is_not_closed_is_refused_with_what_it_waits_for(given: Home) -> None:
    early = given.run("snapshot", "2025-T1")
    assert early.returncode == 2
    assert "se clôt à partir du 20/04/2025" in early.stderr
    wrong = given.run("snapshot", "2019")
    assert wrong.returncode == 64
    assert "n'est pas un trimestre" in wrong.stderr


def test_nothing_withheld_can_be_worked_out_from_all_that_is_public(given: Home) -> None:
    attacker = attacker_of(read_public(given.folder / "snapshots"))
    assert len(attacker.withheld) > 20
    assert attacker.recovered() == {}
    secrets = data(given, "restreinte", "secrets", "2023-T4")
    assert set(secrets["confidentialite"]) == {"C", "D"}
    assert set(data(given, "publique", "series", "2023-T4")["confidentialite"]) == {"F", "C"}


def test_without_secondary_suppression_the_attacker_finds(given: Home) -> None:
    quarter = Period.read("2023-T4")
    with opened_file(given.warehouse) as db:
        tables = read_tables(db, quarter)
    bare = editions.compose(tables, quarter, secondary=False).public
    found = attacker_of([{name: frame_of(rows) for name, rows in bare.items()}]).recovered()
    assert found
    true = frame_of(tables["series"]).set_index(["indicateur_code", "territoire_code", "periode"])["valeur"]
    assert all(true.loc[[key]].iloc[0] == value for key, value in found.items())


def test_no_small_count_of_persons_is_in_the_public_edition(given: Home) -> None:
    rules = data(given, "restreinte", "diffusion", "2023-T4")
    series = data(given, "publique", "series", "2023-T4").merge(rules, on=["source", "indicateur_code"])
    counted = series[(series["seuil"] > 0) & (series["loi"] != "proportion") & (series["ventilation_type"] == "total")]
    small = counted[(counted["valeur"] > 0) & (counted["valeur"].astype(float) <= counted["seuil"])]
    known = _public_months(given)
    left = {key for key in map(tuple, small[["indicateur_code", "periode"]].to_numpy()) if key not in known}
    assert left == set()
    assert counted["valeur"].notna().sum() > 100


def test_only_what_its_producer_publishes_leaves_by_parts(given: Home) -> None:
    """A disturbance is nobody; a drunkenness among the disturbances is somebody."""
    inward, outward = (data(given, edition, "series", "2023-T4") for edition in ("restreinte", "publique"))
    parts = {edition: rows[rows["ventilation_type"] != "total"] for edition, rows in (("in", inward), ("out", outward))}
    assert {"TRANQUILLITE", "ISCG_PERSONNES"} <= set(parts["in"]["indicateur_code"])
    assert set(parts["out"]["source"]) == {"baac"}


def test_a_share_leaves_only_with_both_its_terms(given: Home) -> None:
    series = data(given, "publique", "series", "2023-T4").set_index(["indicateur_code", "territoire_code", "periode"])
    given_out = series.loc[series["ventilation_type"] == "total", "valeur"]
    relations = data(given, "publique", "relations", "2023-T4")
    numerators = relations[relations["nature"] == "numerateur"].set_index("ensemble_code")["membre_code"]
    wholes = relations[relations["nature"] == "denominateur"].set_index("ensemble_code")["membre_code"]
    left = told = 0
    for indicator, *place in given_out.index[given_out.notna()]:
        if indicator in numerators.index:
            told += 1
            left += any(pd.isna(given_out[(term, *place)]) for term in (numerators[indicator], wholes[indicator]))
    assert told > 20
    assert left == 0


def test_in_the_public_edition_only_the_series_hold_figures_of_the_warehouse(given: Home) -> None:
    folder = given.folder / "snapshots" / QUARTER / "publique" / "donnees"
    held = {f.stem: set(pd.read_parquet(f).columns) for f in folder.glob("*.parquet")}
    assert not {"livraisons", "lots_livraisons", "constats", "financements", "secrets"} & set(held)
    assert not {"message", "observe"} & held["controles"]
    assert not {"valeur_calculee", "ecart"} & held["reconciliation"]
    with_values = {name for name, columns in held.items() if {"valeur", "valeur_calculee", "observe"} & columns}
    neighbours = {"voisins", "criteres_voisins"}
    assert (
        with_values
        == {"series", "series_lieux", "comparaisons", "revisions", "cibles", "chiffres_imprimes"} | neighbours
    )
    # By commune, nothing is withheld: only what is published elsewhere, or counts nobody, is there at all.
    for name in ("series_lieux", "voisins", "rangs"):
        told = pd.read_parquet(folder / f"{name}.parquet")[["source", "indicateur_code"]].drop_duplicates()
        rules = told.merge(pd.read_parquet(folder / "diffusion.parquet"), how="left")
        assert len(rules), name
        assert set(rules["protection"]) <= {"deja_publique", "libre"}, name


@pytest.mark.long
def test_who_is_excused_is_said_in_the_restricted_edition_alone(given: Home, tmp_path: Path) -> None:
    folder = shutil.copytree(given.folder / "snapshots" / QUARTER, tmp_path / QUARTER)
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    excuse = {"source": "iscg", "trimestre": QUARTER, "motif": "poste vacant à Figeac", "inscrite_le": "2020-01-20"}
    file.chmod(0o644)
    file.write_text(json.dumps(manifest | {"excuses": [excuse]}), encoding="utf-8")
    for edition in ("restreinte", "publique"):
        _miss_something(folder / edition / "donnees" / "manquants.parquet")
    done = given.run("report", str(folder), "--dossier", str(tmp_path / "pages"))
    assert done.returncode == 0, done.stderr
    pages = {f.parent.name: f.read_text(encoding="utf-8") for f in (tmp_path / "pages").rglob("rapport.html")}
    assert "poste vacant à Figeac" in pages["restreinte"]
    assert "poste vacant" not in pages["publique"]
    assert all("Rien de reçu" in page for page in pages.values()), "what is missing is said in both"
    assert "la brigade de Figeac ne répond pas" in pages["restreinte"]
    assert "Figeac ne répond pas" not in pages["publique"]


def _miss_something(file: Path) -> None:
    said = {"phrase": "Rien de reçu : la brigade de Figeac ne répond pas", "absence_libelle": "Rien de reçu"}
    day = dt.date(2019, 10, 1)
    schema = pq.read_schema(file)
    row = {f.name: day if pa.types.is_date(f.type) else said.get(f.name) for f in schema}
    file.chmod(0o644)
    pq.write_table(pa.Table.from_pylist([row | {"source": "iscg"}], schema), file)


def _public_months(given: Home) -> set[tuple[str, str]]:
    """Quarters whose facts are all in months that the ministry publishes."""
    with duckdb.connect(str(given.warehouse), read_only=True) as db:
        return set(
            db.execute(
                """
                select indicateur_code, year(periode_debut) || '-T' || quarter(periode_debut) as q
                from indicateurs.series
                where territoire_code = 'DEP-46' and periode_type = 'mois' and ventilation_type = 'total'
                group by all
                having sum(valeur) filter (source = 'retours_services') = 0
                    and count(*) filter (source = 'etat4001_departements') > 0
                """
            ).fetchall()
        )


@pytest.mark.long
def test_the_data_of_a_snapshot_can_be_made_again_from_the_archive(given: Home, tmp_path: Path) -> None:
    target = tmp_path / "refait"
    done = given.run("snapshot", QUARTER, "--refaire", str(target), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["differents"], len(told["identiques"]) > 30) == ([], True)
    sums = given.folder / "snapshots" / QUARTER / "manifest.sha256"
    assert subprocess.run(["sha256sum", "-c", "--quiet", str(sums)], cwd=target, check=False).returncode == 0


def test_a_flipped_bit_of_a_snapshot_is_found(given: Home, tmp_path: Path) -> None:
    folder = tmp_path / "home"
    shutil.copytree(given.folder, folder)
    home = Home(folder)
    sound = home.run("verify", "--json")
    assert (sound.returncode, json.loads(sound.stdout)["defauts"]) == (0, [])
    assert json.loads(sound.stdout)["verifies"]["clichés"] > 50
    file = folder / "snapshots" / QUARTER / "publique" / "donnees" / "series.parquet"
    file.chmod(0o644)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    file.parent.chmod(0o755)
    (file.parent / "ajout.txt").write_text("x", encoding="utf-8")
    found = home.run("verify", "--json")
    assert found.returncode == 1
    assert {Path(f["fichier"]).name for f in json.loads(found.stdout)["defauts"]} == {"series.parquet", "ajout.txt"}


def test_what_each_snapshot_said_is_in_the_warehouse(given: Home) -> None:
    said = given.sql("select cliche, count(*) > 100 from revisions.valeurs group by all order by all")
    assert said == [[QUARTER, True], ["2023-T4", True]]
    # The same deliveries gave both: nothing was revised.
    assert given.sql("select sum(n_valeurs) > 100, sum(n_revisees) from revisions.synthese") == [[True, 0]]


@pytest.mark.long
def test_a_correction_shows_exactly_what_it_corrects(given: Home, tmp_path: Path) -> None:
    folder = tmp_path / "home"
    shutil.copytree(given.folder, folder)
    home = Home(folder)
    assert home.run("snapshot", "2020-T4").returncode == 0
    _one_fact_more(home)
    assert home.load()["acceptees"], "the corrected return was not accepted"
    done = home.run("snapshot", "2020-T4", "--motif", "un retour corrigé")
    assert done.returncode == 0, done.stderr
    found = data(home, "restreinte", "revisions", "2020-T4.r2")
    said = set(map(tuple, found[["indicateur_code", "territoire_code", "periode"]].to_numpy().tolist()))
    # Every indicator that holds index 7, in every territory that holds the company, where a return is what is in use.
    indicators = {"CBV_4001", "VIOLENCES_NON_CRAPULEUSES_4001", "AVIP_4001"}
    places = {"SRV-46-GN-CGD-FIGEAC", "ARR-462", "ZGN-46", "SRV-46-GN-GGD"}
    corrected = {(i, t, p) for i in indicators for t in places for p in ("2020-12", "2020-T4")}
    # Of the group, which no column of the ministry's workbook gives, the returns make the year too.
    corrected |= {(i, "SRV-46-GN-GGD", "2020") for i in indicators}
    # The shares of which these facts are the denominator come from the returns alone, the département's too.
    shares = {
        (i, t, p)
        for i in ("ELUCIDATION_CBV", "ELUCIDATION_AVIP")
        for t in places | {"DEP-46"}
        for p in ("2020-12", "2020-T4", "2020")
    }
    assert said == corrected | shares
    change, cleared = found["valeur"] - found["valeur_avant"], found["indicateur_code"].str.startswith("ELUCIDATION_")
    assert set(change[~cleared]) == {1}
    assert (change[cleared] < 0).all(), "one more fact, and none cleared"
    page = (home.folder / "snapshots" / "2020-T4.r2" / "restreinte" / "rapport.html").read_text(encoding="utf-8")
    assert "un retour corrigé" in page
    assert (home.folder / "snapshots" / "2020-T4" / "manifest.json").exists(), "both are kept"


def _one_fact_more(home: Home) -> None:
    """The return of the company of Figeac for December 2020 in its next edition, with one more fact of index 7."""
    lines = (home.landing / "retours-services-faits-2020-demonstration.csv").read_text(encoding="cp1252").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("edition;"))
    names = lines[start].split(";")
    rows = [dict(zip(names, line.split(";"), strict=True)) for line in lines[start + 1 :]]
    mine = [r for r in rows if r["service"] == "CGD FIGEAC" and int(r["mois"]) == 12]
    for r in mine:
        r["edition"] = str(int(r["edition"]) + 1)
        if r["code_index"] == "7":
            r["faits_constates"] = str(int(r["faits_constates"]) + 1)
    text = [*lines[: start + 1], *(";".join(r.values()) for r in mine)]
    (home.landing / "correction.csv").write_text("\n".join(text) + "\n", encoding="cp1252")


@pytest.mark.long
def test_a_month_is_for_those_who_may_see_everything_and_a_year_for_the_committee(given: Home, tmp_path: Path) -> None:
    folder = tmp_path / "home"
    shutil.copytree(given.folder, folder)
    home = Home(folder)
    assert home.run("edition", "2019-11").returncode == 0
    month = home.folder / "snapshots" / "2019-11"
    assert sorted(f.name for f in month.iterdir()) == ["manifest.json", "manifest.sha256", "restreinte"]
    found = data(home, "restreinte", "comparaisons", "2019-11").set_index(
        ["indicateur_code", "territoire_code", "periode_type"]
    )
    assert set(found.index.get_level_values(2)) == {"mois", "cumul", "douze_mois", "annee"}
    assert home.run("bilan", "2019").returncode == 0
    page = (home.folder / "snapshots" / "2019" / "publique" / "rapport.html").read_text(encoding="utf-8")
    for table in ("Tableau A", "Tableau B.4", "Tableau D"):
        assert f"<caption>{table}</caption>" in page
    assert "<title>L’état de la délinquance, Lot, année 2019, édition publique</title>" in page
    # Each service of table D on its own line, once, with what the plan prints of it.
    internal = (home.folder / "snapshots" / "2019" / "restreinte" / "rapport.html").read_text(encoding="utf-8")
    _, _, drugs = internal.partition("<caption>Tableau D</caption>")
    _, years, *lines = [
        re.findall(r">([^<]+)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", drugs.partition("</table>")[0])
    ]
    year = 3 + years.index("2019")  # after the line, its indicator and its territory
    assert sorted((cells[0], cells[year]) for cells in lines) == [
        ("Cie Cahors", "95"), ("Cie Figeac", "116"), ("Cie Gourdon", "125"), ("EDSR", "72"), ("GGD 46", "408"),
    ]  # fmt: skip
    assert attacker_of(read_public(home.folder / "snapshots")).recovered() == {}
    wrong = home.run("bilan", "2019-T4")
    assert wrong.returncode == 64
    assert "n'est pas une année" in wrong.stderr


def test_a_correction_needs_a_reason_and_something_to_correct(given: Home) -> None:
    same = given.run("snapshot", QUARTER, "--motif", "pour voir")
    assert same.returncode == 2
    assert "le même contenu" in same.stderr
    none = given.run("snapshot", "2018-T4", "--motif", "pour voir")
    assert none.returncode == 2
    assert "à corriger" in none.stderr
