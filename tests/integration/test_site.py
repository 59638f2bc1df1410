"""The observatory: its figures are the snapshot's, it opens from a folder without a network, and anyone can use it."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from pipelines.report.edition import read_edition
from pipelines.site.draw import draw_site
from tests.conftest import Home
from tests.integration.conftest import EDITIONS, LATER, QUARTER
from tests.support.chromium import Chromium, Tab, chromium
from tests.support.screens import LEAST_LETTERS, WIDTHS, cut_texts, sideways, smallest_letters
from tests.support.site_pages import JUDGE, KINDS, axe, opened, part, told
from tests.support.typed import as_typed, page_texts, shown_wrong

pytestmark = pytest.mark.xdist_group("cliches")
KEY = ["indicateur_code", "territoire_code", "periode_type", "periode"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(tmp_path_factory.mktemp("profil")) as found:
        yield found


def table(given: Home, edition: str, name: str) -> pd.DataFrame:
    return pd.read_parquet(given.folder / "snapshots" / LATER / edition / "donnees" / f"{name}.parquet")


def counts(given: Home, edition: str) -> pd.DataFrame:
    """Every total of the edition's tables, places included, by key."""
    both = pd.concat([table(given, edition, "series"), table(given, edition, "series_lieux")])
    return both[both["ventilation_type"] == "total"].drop_duplicates(KEY).set_index(KEY)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_figure_of_the_data_is_in_the_tables(given: Home, sites: dict[str, Path], edition: str) -> None:
    site, held = told(sites[edition]), counts(given, edition)
    assert len(site.series) > 20_000
    own = held["valeur"].reindex(pd.MultiIndex.from_frame(site.series[KEY]))
    assert own.index.isin(held.index).all(), "no row that the tables have not"
    differing = site.series[~_same(site.series["valeur"], own)]
    assert differing.empty, differing.head()
    rates = pd.concat([table(given, edition, "taux"), table(given, edition, "taux_lieux")])
    key = ["indicateur_code", "territoire_code", "periode", "unite"]
    merged = site.rates.assign(unite=site.rates["unite"].map(as_typed)).merge(rates, on=key, suffixes=("_site", ""))
    known = merged[merged["t"].notna()]
    assert len(known) > 5_000
    for letter, column in (("t", "taux"), ("n", "numerateur"), ("d", "denominateur_valeur")):
        assert _same(known[letter], known[column]).all(), column


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_figure_of_the_neighbours_is_in_the_tables(given: Home, sites: dict[str, Path], edition: str) -> None:
    """The rank and each rate, year by year; and the funnel's middle is made of the neighbours alone."""
    values, ranks = table(given, edition, "voisins"), table(given, edition, "rangs")
    held = {(r["indicateur_code"], r["periode"], r["role"], r["territoire_code"]): r for r in values.to_dict("records")}
    places = {(r["indicateur_code"], r["periode"]): r for r in ranks.to_dict("records")}
    seen = drawn = 0
    for file in sorted((sites[edition] / "donnees" / "indicateurs").glob("*.js")):
        for year, told_ in part(sites[edition], f"indicateurs/{file.stem}")["voisins"].items():
            rank = places.pop((file.stem, year))
            assert bool(told_.get("rang")) == pd.notna(rank["rang"])
            assert told_.get("rang", "").startswith("" if pd.isna(rank["rang"]) else str(int(rank["rang"])))
            near = [0.0, 0.0]
            for role, code, _, rate, count, size, _ in told_["membres"]:
                row = held[file.stem, year, role, code]
                for shown, name in ((rate, "taux"), (count, "valeur"), (size, "denominateur_valeur")):
                    assert (shown is None) == pd.isna(row[name])
                    assert shown is None or shown == pytest.approx(float(row[name]), abs=1e-4)
                near = [near[0] + (count or 0), near[1] + (size or 0)] if role == "voisin" else near
                seen += 1
            if told_["entonnoir"]:
                own = held[file.stem, year, "departement", "DEP-46"]
                wanted = own["facteur"] * near[0] / near[1] / own["annees"]
                assert told_["entonnoir"]["centre"] == pytest.approx(wanted, abs=1e-4)
                drawn += 1
    assert seen > 1000
    assert drawn > 50
    # What has no series in the edition has no page.
    assert {code for code, _ in places}.isdisjoint(table(given, edition, "series")["indicateur_code"])


def _same(shown: pd.Series, held: pd.Series) -> pd.Series:
    a, b = shown.astype(float).to_numpy(), held.astype(float).to_numpy()
    return pd.Series((abs(a - b) < 1e-6) | (pd.isna(a) & pd.isna(b)), index=shown.index)


@pytest.mark.parametrize("edition", EDITIONS)
def test_nothing_that_a_page_could_show_is_left_out(given: Home, sites: dict[str, Path], edition: str) -> None:
    shown = set(map(tuple, told(sites[edition]).series[KEY].to_numpy().tolist()))
    assert set(counts(given, edition).index) - shown == set()


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_figure_of_a_written_page_is_one_of_the_comparisons(
    given: Home, sites: dict[str, Path], edition: str
) -> None:
    compared = table(given, edition, "comparaisons")
    held = {round(float(v), 6) for c in ("valeur", "valeur_precedente") for v in compared[c].dropna()}
    funds = table(given, "restreinte", "financements") if edition == "restreinte" else pd.DataFrame()
    series = table(given, edition, "series")
    parts = series[(series["ventilation_type"] != "total") & (series["territoire_code"] == "DEP-46")]
    held |= {round(float(v), 6) for v in parts["valeur"].dropna()}
    money = {round(float(v), 6) for c in funds.columns if c.endswith("_eur") for v in funds[c].dropna()}
    money |= _sums_of_the_year(funds)
    named = set(table(given, edition, "lieux_nommes").dropna(subset=["action_code"])["territoire_code"])
    near = table(given, edition, "series_lieux")
    held |= {round(float(v), 6) for v in near.loc[near["territoire_code"].isin(named), "valeur"].dropna()}
    seen = 0
    for file in sorted(sites[edition].glob("*.html")):
        cells = re.findall(r'data-v="([^"]+)">([^<]*)<', file.read_text(encoding="utf-8"))
        for value, text in cells:
            assert round(float(value), 6) in held | money, (file.name, value)
            written = float(as_typed(text).replace(" ", "").replace(",", ".").replace("−", "-"))
            assert written == pytest.approx(float(value), abs=0.005), (file.name, value, text)
        seen += len(cells)
    assert seen > 100


def _sums_of_the_year(funds: pd.DataFrame) -> set[float]:
    """What was asked, granted and paid in the year, action by action and priority by priority."""
    if funds.empty:
        return set()
    year = funds[funds["periode"].str[:4] == LATER[:4]]
    columns = ["demande_eur", "accorde_eur", "paye_eur"]
    by = [year.groupby(year["action_code"].str[:length])[columns].sum() for length in (2, 5)]
    return {round(float(v), 6) for sums in by for v in sums.to_numpy().ravel()}


def test_an_epci_counts_what_its_communes_count(given: Home) -> None:
    """Summed again here, from the communes and the places that hold them."""
    series, inside = table(given, "publique", "series_lieux"), table(given, "publique", "inclusions")
    of = inside[inside["contenant_code"].str.startswith("EPCI-") & inside["territoire_code"].str.startswith("COM-")]
    communes = series[(series["source"] == "baac") & series["territoire_code"].str.startswith("COM-")]
    key = ["indicateur_code", "contenant_code", "periode"]
    expected = communes.merge(of, on="territoire_code").groupby(key)["valeur"].sum().astype(float)
    told_ = series[series["territoire_code"].str.startswith("EPCI-")].set_index(
        ["indicateur_code", "territoire_code", "periode"]
    )["valeur"]
    assert len(told_) > 100
    assert (told_.astype(float) == expected.reindex(told_.index)).all()


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_folder_is_small_and_needs_no_address(sites: dict[str, Path], edition: str) -> None:
    files = [f for f in sites[edition].rglob("*") if f.is_file()]
    assert sum(f.stat().st_size for f in files) < 15_000_000
    assert len([f for f in files if f.name == "vega.js"]) == 1
    for file in sites[edition].glob("*.html"):
        html = file.read_text(encoding="utf-8")
        assert [a for a in re.findall(r'src="([^"]+)"', html) if not a.startswith("commun/")] == []
        links = {a.partition("#")[0] for a in re.findall(r'href="([^"]+)"', html)} - {""}
        assert {a for a in links if "://" not in a and not (sites[edition] / a).exists()} == set()
        assert [fault for text in page_texts(html) for fault in shown_wrong(text)] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways_and_its_drawings_can_be_read(
    sites: dict[str, Path], browser: Chromium, width: int
) -> None:
    for page in KINDS.values():
        tab, _ = opened(browser, sites["restreinte"], page, width)
        assert sideways(tab) == 0, page
        smallest = smallest_letters(tab)
        assert smallest is None or smallest >= LEAST_LETTERS, (page, smallest)
        assert cut_texts(tab) == [], page
        tab.close()


@pytest.mark.long
@pytest.mark.parametrize("edition", EDITIONS)
def test_axe_finds_nothing_on_any_kind_of_page(sites: dict[str, Path], browser: Chromium, edition: str) -> None:
    if not JUDGE.exists():
        pytest.skip("axe-core n'est pas installé (npm install --no-save axe-core) : l'accessibilité n'est pas jugée")
    for kind, page in KINDS.items():
        for width in (WIDTHS[0], WIDTHS[-1]):
            tab, _ = opened(browser, sites[edition], page, width)
            assert axe(tab) == [], (kind, width)
            tab.close()


def test_the_keyboard_goes_everywhere_and_out_again(sites: dict[str, Path], browser: Chromium) -> None:
    tab, _ = opened(browser, sites["publique"], KINDS["lieu"])
    tab.press("Tab")
    assert tab.run("document.activeElement.textContent") == "Aller au contenu"
    tab.press("Enter")
    assert tab.run("document.activeElement.id") == "contenu"
    tab.press("Tab")
    assert tab.run("document.activeElement.id") == "choix-lieu"
    reached = []
    for _ in range(200):
        tab.press("Tab")
        reached.append(tab.run("document.activeElement.textContent.slice(0, 60)"))
        if tab.run("!!document.activeElement.closest('footer')"):
            break
    assert tab.run("!!document.activeElement.closest('footer')"), reached[-5:]
    assert any("CSV" in str(text) for text in reached)
    tab.close()


def test_filters_map_permalink_and_csv_work_from_a_folder(
    given: Home, sites: dict[str, Path], browser: Chromium, tmp_path: Path
) -> None:
    tab, _ = opened(browser, sites["publique"], "indicateur.html")
    tab.run("(() => { const s = document.getElementById('choix-indicateur'); s.value = 'ACCIDENTS';"
            "s.dispatchEvent(new Event('change')) })()")  # fmt: skip
    tab.wait("location.hash.includes('indicateur=ACCIDENTS')")
    tab.run("(() => { const s = document.getElementById('choix-lieu'); s.value = 'COM-46042';"
            "s.dispatchEvent(new Event('change')) })()")  # fmt: skip
    tab.wait("document.title.includes('Cahors') && document.querySelectorAll('#carte path').length > 300")
    tab.run("(() => { const s = document.getElementById('choix-periode'); s.value = '2021';"
            "s.dispatchEvent(new Event('change')) })()")  # fmt: skip
    tab.wait("location.hash === '#indicateur=ACCIDENTS&lieu=COM-46042&periode=2021'")
    expected = counts(given, "publique")["valeur"].loc[("ACCIDENTS", "COM-46042", "annee", "2021")]
    tab.wait(f"document.getElementById('valeur').textContent === '{int(expected)} accidents'")
    # The same address, opened anew, shows the same.
    again, _ = opened(browser, sites["publique"], "indicateur.html#indicateur=ACCIDENTS&lieu=COM-46042&periode=2021")
    assert again.run("document.getElementById('valeur').textContent") == f"{int(expected)} accidents"
    _filtered_csv(again, given, tmp_path)
    tab.close()
    again.close()


def _filtered_csv(tab: Tab, given: Home, folder: Path) -> None:
    """The rows that the filter leaves are those of the file, sorted as they are seen, figures as in the tables."""
    tab.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    tab.run("(() => { const i = document.querySelector('#carte-tableau input'); i.value = 'figeac';"
            "i.dispatchEvent(new Event('input')) })()")  # fmt: skip
    tab.run("document.querySelector('#carte-tableau .csv').click()")
    file = folder / "ACCIDENTS-commune-2021.csv"
    deadline = time.monotonic() + 20
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    frame = pd.read_csv(file, sep=";", decimal=",", encoding="utf-8-sig")
    assert frame["Territoire"].tolist() == ["Figeac"]
    rates = table(given, "publique", "taux_lieux").set_index(["indicateur_code", "territoire_code", "periode"])
    assert frame["Taux"].tolist() == [pytest.approx(float(rates.loc[("ACCIDENTS", "COM-46102", "2021"), "taux"]))]


def test_a_table_sorts_by_figure_and_what_is_missing_comes_last(sites: dict[str, Path], browser: Chromium) -> None:
    tab, _ = opened(browser, sites["publique"], "indicateur.html#indicateur=ACCIDENTS&lieu=DEP-46&periode=2021")
    column = "[...document.querySelectorAll('#carte-tableau tbody tr')].map(r => r.cells[1].dataset.v ?? null)"
    orders = []
    for order in ("ascending", "descending"):
        tab.run("document.querySelectorAll('#carte-tableau .tri')[1].click()")
        assert tab.run("document.querySelectorAll('#carte-tableau th')[1].getAttribute('aria-sort')") == order
        values = list(tab.run(column))
        known = [float(v) for v in values if v is not None]
        assert values[len(known) :] == [None] * (len(values) - len(known))
        orders.append(known)
    assert orders[0] == sorted(orders[0])
    assert orders[1] == sorted(orders[1], reverse=True)
    tab.close()


def test_a_map_with_withheld_and_missing_communes_shows_neither_as_low(
    given: Home, browser: Chromium, tmp_path: Path
) -> None:
    edition = read_edition(given.folder / "snapshots" / LATER, "publique")
    rates = edition.tables["taux_lieux"].copy()
    here = (rates["indicateur_code"] == "ACCIDENTS") & (rates["periode"] == "2022")
    communes = sorted(c for c in rates.loc[here, "territoire_code"] if c.startswith("COM-46") and c != "COM-46-NR")
    withheld, missing, unknown = set(communes[3:9]), set(communes[40:50]), set(communes[90:93])
    for codes, reason in ((withheld, "non_diffuse"), (missing, "denominateur_manquant")):
        rows = here & rates["territoire_code"].isin(codes)
        rates.loc[rows, ["taux", "numerateur", "denominateur_valeur"]] = None
        rates.loc[rows, ["statut", "motif_code"]] = ["M", reason]
    places = edition.tables["lieux"]
    changed = {"taux_lieux": rates, "lieux": places[~places["territoire_code"].isin(unknown)]}
    draw_site(dataclasses.replace(edition, tables=edition.tables | changed), tmp_path / "site")
    tab, _ = opened(browser, tmp_path / "site", "indicateur.html#indicateur=ACCIDENTS&lieu=DEP-46&periode=2022")
    tab.run("(() => { const s = document.getElementById('choix-niveau'); s.value = 'commune';"
            "s.dispatchEvent(new Event('change')) })()")  # fmt: skip
    tab.wait("document.querySelectorAll('#carte path').length > 300")
    order = [f["properties"]["code"] for f in part(tmp_path / "site", "contours-commune")["contours"]]
    fills = list(tab.run("[...document.querySelectorAll('#carte .mark-shape path')].map(p => p.getAttribute('fill'))"))
    classes = set(part(tmp_path / "site", "indicateurs/ACCIDENTS")["cartes"]["commune"]["teintes"])
    shown = dict(zip(order, fills, strict=False))
    assert {shown[c] for c in withheld} == {"url(#hachure-secret)"}
    assert {shown[c] for c in missing} == {"url(#hachure-manquant)"}
    assert {shown[c] for c in unknown} == {"url(#hachure-hors)"}
    assert {shown[c] for c in order if c not in withheld | missing | unknown} <= classes
    assert not classes & {f for f in fills if f.startswith("url")}
    assert tab.run("['hachure-secret', 'hachure-manquant', 'hachure-hors'].every(i => !!document.getElementById(i))")
    cells = dict(tab.run("[...document.querySelectorAll('#carte-tableau tbody tr')].map(r => [r.cells[0].textContent,"
                         "r.cells[1].textContent + '|' + r.cells[2].textContent])"))  # fmt: skip
    names = places.set_index("territoire_code")["libelle"]
    assert {cells[names[c]] for c in withheld} == {"—|non publié (secret statistique)"}
    assert {cells[names[c]] for c in missing} == {"—|donnée manquante"}
    tab.close()


def test_a_contour_without_a_territory_has_its_own_hatch(given: Home, browser: Chromium, tmp_path: Path) -> None:
    edition = read_edition(given.folder / "snapshots" / LATER, "publique")
    places, inside = edition.tables["lieux"], edition.tables["inclusions"]
    alone = "COM-46042"
    cut = inside[~((inside["territoire_code"] == alone) & inside["contenant_code"].str.startswith("EPCI-"))]
    draw_site(dataclasses.replace(edition, tables=edition.tables | {"inclusions": cut}), tmp_path / "site")
    made = part(tmp_path / "site", "contours-epci")
    assert alone in {f["properties"]["code"] for f in made["contours"]}, "drawn, though no EPCI has it"
    assert alone not in set(places.loc[places["niveau"] == "epci", "territoire_code"])


def test_a_folder_that_is_no_observatory_is_left_alone(given: Home, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "lettre.odt").write_text("à garder", encoding="utf-8")
    refused = given.run("site", LATER, "--dossier", str(tmp_path / "a"))
    assert refused.returncode == 64
    assert "n'est pas celui d'un observatoire" in refused.stderr.replace("’", "'").replace("\n", " ")
    assert (tmp_path / "a" / "lettre.odt").exists()
    assert given.run("site", "1999-T1", "--dossier", str(tmp_path / "b")).returncode == 64
    inside = given.folder / "snapshots" / QUARTER / "publique" / "site"
    assert given.run("site", QUARTER, "--dossier", str(inside)).returncode == 64


@pytest.mark.long
def test_the_public_folder_alone_gives_the_same_observatory(
    given: Home, sites: dict[str, Path], tmp_path: Path
) -> None:
    alone = given.folder / "snapshots" / LATER / "publique"
    done = given.run("site", str(alone), "--dossier", str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    for file in sorted(f for f in sites["publique"].rglob("*") if f.is_file()):
        other = tmp_path / "site" / file.relative_to(sites["publique"])
        assert other.read_bytes() == file.read_bytes(), file.name
