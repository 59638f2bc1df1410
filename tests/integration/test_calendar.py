"""What the models make of the calendar: before the home's start nothing is owed, and an excuse is a reason."""

from __future__ import annotations

import re

import pytest

from pipelines.settings.model import DBT_PROJECT
from tests.support.warehouse_parts import Part

# Every model that reads the calendar: what it takes of it. The whole calendar says how a source counts its periods;
# what is asked of somebody is what is due.
READERS = {
    "int_absences": "whole",  # which periods a delivery answers
    "int_annees": "due",
    "int_arrets": "due",
    "int_attendus": "due",
    "int_dus": "due",
    "int_elements_livres": "whole",  # between the first and the last period of a source
    "int_etats_actions": "due",
    "int_periodes_excusees": "whole",  # an excuse of before the start excuses nothing
    "int_periodes_recues": "whole",  # a source's kind of periods
    "int_producteurs": "whole",  # who makes it
    "int_recus": "whole",  # the list of communes answers for every year
    "int_services_en_vigueur": "whole",  # the months of the services
    "ctl_revisions": "whole",  # the sources there are
    "plan_reunions": "due",
    "termes_periodes": "whole",  # a source's kind of periods
}
MODELS = ["int_series_manquantes", "int_attendus", "int_etats_actions", "int_couverture_base"]


def test_every_reader_of_the_calendar_says_what_it_takes_of_it() -> None:
    found = {}
    for folder in ("models", "analyses"):
        for file in (DBT_PROJECT / folder).rglob("*.sql"):
            text = file.read_text(encoding="utf-8")
            if "'calendrier'" in text:
                found[file.stem] = "due" if re.search(r"\bdue\b", re.sub(r"--.*", "", text)) else "whole"
    assert found == READERS


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Part:
    """The Lot, to which nothing was sent, that starts in 2020; two sources and a sheet are excused."""
    folder = tmp_path_factory.mktemp("calendrier")
    lines = ["police,,,2021,2021,m,2026-01-01", "service_returns,,,2020-02,2020-03,m,2026-01-01",
             ",fiche,P1.A1,2022-T1,2022-T1,m,2026-01-01"]  # fmt: skip
    header = "source,objet_type,objet_code,depuis,jusqu_a,motif,inscrite_le"
    (folder / "excuses.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIGIE_DEPUIS", "2020")
        return Part(folder, {}, MODELS, "46")


@pytest.mark.parametrize(
    ("what", "first"),
    [
        ("periode_debut from int_series_manquantes where source <> 'insee'", "2020-01-01"),
        ("periode_debut from int_attendus where source <> 'insee_populations'", "2020-01-01"),
        ("make_date(annee, 1, 1) from int_couverture_base", "2020-01-01"),
        ("periode_debut from int_etats_actions", "2021-01-01"),  # the plan's own first quarter
    ],
)
def test_nothing_begins_before_the_start(part: Part, what: str, first: str) -> None:
    expression, _, rest = what.partition(" from ")
    assert part.sql(f"select min({expression})::varchar from intermediaire.{rest}") == [(first,)]


def test_the_census_that_is_due_after_the_start_is_missing_though_it_is_older(part: Part) -> None:
    [(first,)] = part.sql("select min(depuis) from intermediaire.int_series_manquantes where source = 'insee'")
    assert first == "2017", "the census of 2017 is due at the end of 2020"


def test_what_is_excused_is_a_run_of_its_own(part: Part) -> None:
    runs = part.sql(
        "select distinct depuis, jusqu_a, excusee, excuse_motif from intermediaire.int_series_manquantes "
        "where source = 'service_returns' and territoire_code = 'SRV-46-GN-CGD-CAHORS' order by 1"
    )
    assert runs == [
        ("2020-01", "2020-01", False, None),
        ("2020-02", "2020-03", True, "m"),
        ("2020-04", "2026-04", False, None),
    ]


@pytest.mark.parametrize(
    ("query", "excused"),
    [
        ("select distinct annee::varchar from int_couverture_base where motif_code = 'excuse' and force = 'police'",
         ["2021"]),
        ("select distinct periode from int_attendus where motif_code = 'excuse' and source = 'retours_services'",
         ["2020-02", "2020-03"]),
        ("select distinct periode || ' ' || indicateur_code from int_attendus where motif_code = 'excuse' "
         "and source = 'suivi_actions' and indicateur_code = 'P1.A1.I1'", ["2022-T1 P1.A1.I1"]),
        ("select distinct periode || ' ' || action_code from int_etats_actions where motif_code = 'excuse'",
         ["2022-T1 P1.A1"]),
    ],
)  # fmt: skip
def test_an_excuse_is_the_reason_of_what_is_missing(part: Part, query: str, excused: list[str]) -> None:
    assert part.sql(re.sub(r"from (int_\w+)", r"from intermediaire.\1", query) + " order by 1") == [
        (e,) for e in excused
    ]
    missing = re.sub(r"from (int_\w+)", r"from intermediaire.\1", query).replace("'excuse'", "'non_recu'")
    assert not set(part.sql(missing)) & {(e,) for e in excused}
