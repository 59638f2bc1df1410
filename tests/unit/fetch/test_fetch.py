"""Public files brought from a catalogue on the loopback: once, whole, or not at all."""

from __future__ import annotations

import pytest

from pipelines.base.exit_codes import DONE, NOTHING_PUBLISHED
from pipelines.catalogue.downloads import Address, DataSet, Places, Wanted
from pipelines.cli.fetch import exit_code
from pipelines.home import announced
from tests.support.fetching import CONTENT, NAME
from tests.support.portal_server import File, Portal


# ── once ───────────────────────────────────────────────────────────────────────
def test_a_new_file_is_fetched_once_and_an_unchanged_one_never_again(bring, told: Portal) -> None:
    first = bring()
    assert (exit_code(first), bring.landed()) == (DONE, [NAME])
    assert (bring.landing / NAME).read_bytes() == CONTENT
    again = bring()
    assert (exit_code(again), again.had, again.new, told.gets(NAME)) == (DONE, 1, [], 1)


def test_a_file_that_its_producer_replaced_is_fetched_and_overwrites_nothing(bring, told: Portal) -> None:
    bring()
    told.datasets["delinquance"] = [File(NAME, CONTENT[::-1], modified="2027-01-22T08:00:00+00:00", etag='"v2"')]
    bring()
    assert bring.landed() == ["donnee-dep-data.gouv-2025 (2027-01-22).csv", NAME]
    assert (bring.landing / NAME).read_bytes() == CONTENT
    assert bring().had == 1


def test_a_date_that_changes_without_the_bytes_fetches_nothing(bring, told: Portal) -> None:
    bring()
    told.datasets["delinquance"] = [File(NAME, CONTENT, modified="2027-01-22T08:00:00+00:00")]
    assert (bring().had, told.gets(NAME)) == (1, 1)


def test_a_file_that_someone_dropped_or_that_is_archived_is_had(bring, told: Portal) -> None:
    bring.landing.mkdir(parents=True)
    (bring.landing / "sous un autre nom.csv").write_bytes(CONTENT)
    assert (bring().had, told.gets(NAME)) == (1, 0)


def test_a_file_removed_before_it_was_loaded_is_fetched_again(bring, told: Portal) -> None:
    bring()
    (bring.landing / NAME).unlink()
    assert [b.nom for _, b in bring().brought] == [NAME]
    assert told.gets(NAME) == 2


def test_two_sources_of_one_workbook_fetch_it_once(bring, told: Portal) -> None:
    told.datasets["classeur"] = [File("crimes.xlsx", CONTENT)]
    wanted = (Wanted("classeur", ("crimes.xlsx",)),)
    both = Places(tuple(DataSet(s, "classeur", "", "Crimes", wanted) for s in ("gendarmerie", "police")), (), {})
    outcome = bring(("police",), both)
    assert [f.sources for f, _ in outcome.brought] == [["gendarmerie", "police"]]
    assert bring(("gendarmerie",), both).had == 1
    assert (told.gets("crimes.xlsx"), len(told.seen)) == (1, 3)


def test_a_dry_run_tells_and_lands_nothing(bring, told: Portal) -> None:
    outcome = bring(dry=True)
    assert ([f.nom for f in outcome.new], bring.landed(), told.gets(NAME)) == ([NAME], [], 0)


def test_only_the_years_wanted_and_the_newest_where_the_table_says_so(bring, told: Portal) -> None:
    told.datasets["accidents"] = [File(f"usagers-{y}.csv", b"%d" % y) for y in (2014, 2015, 2023)] + [
        File("vehicules-immatricules-baac-2023.csv", b"autre"), File("x.csv", b"titre", title="Usagers_2024.csv")
    ]  # fmt: skip
    bring(("road_safety",))
    assert bring.landed() == ["usagers-2015.csv", "usagers-2023.csv", "x.csv"]
    newest = Wanted("usagers", ("usagers-{annee}.csv",), newest_only=True)
    outcome = bring(("a",), Places((DataSet("a", "accidents", "", "A", (newest,)),), (), {}), dry=True)
    assert [f.annee for f in outcome.new] + [f.annee for f in announced_of(bring) if f.jeu == "A"] == [2024]


def announced_of(bring) -> list[announced.Announced]:
    return list(announced.read(bring.settings.paths.announced).fichiers.values())


def test_a_data_set_that_changed_its_name_is_found_by_its_identifier(bring, told: Portal) -> None:
    told.datasets["621df295"] = told.datasets.pop("delinquance")
    assert [b.nom for _, b in bring().brought] == [NAME]


def test_an_address_without_a_catalogue_is_asked_for_its_date(bring, told: Portal) -> None:
    told.datasets["direct"] = [File("table.zip", CONTENT)]
    places = Places((), (Address("insee", "table", f"{told.base}/files/table.zip", "page", "Table"),), {})
    assert [b.nom for _, b in bring(("insee",), places).brought] == ["table.zip"]
    assert (bring(("insee",), places).had, told.gets("table.zip")) == (1, 1)
    told.datasets["direct"] = [File("table.zip", CONTENT + b"plus", etag='"v2"')]
    assert bring(("insee",), places).brought[0][1].taille == len(CONTENT) + 4


# ── whole ──────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", ["md5", "sha1", "sha256"])
def test_a_corrupted_file_is_refused_and_removed(bring, told: Portal, kind: str) -> None:
    told.datasets["delinquance"] = [File(NAME, CONTENT, sent=CONTENT[:-1] + b"X", checksum={"type": kind})]
    outcome = bring()
    assert (exit_code(outcome), bring.landed(), bring.parts(), told.gets(NAME)) == (NOTHING_PUBLISHED, [], [], 1)
    assert f"n'a pas l'empreinte {kind} que le catalogue annonce" in outcome.failures[0].phrase
    told.datasets["delinquance"] = [File(NAME, CONTENT)]
    assert exit_code(bring()) == DONE


def test_without_a_checksum_the_size_decides(bring, told: Portal) -> None:
    told.datasets["delinquance"] = [File(NAME, CONTENT, sent=CONTENT[:-9], checksum=None)]
    outcome = bring()
    assert "octets, le catalogue en annonce" in outcome.failures[0].phrase
    assert (bring.landed(), bring.parts()) == ([], [])
    told.datasets["delinquance"] = [File(NAME, CONTENT, checksum={"type": "crc", "value": "12"})]
    assert (exit_code(bring()), bring().had, bring.landed()) == (DONE, 1, [NAME])


def test_without_size_or_checksum_the_file_comes_and_it_is_said(bring, told: Portal) -> None:
    told.datasets["delinquance"] = [File(NAME, CONTENT, size=None, checksum=None)]
    assert bring().unproved == [NAME]
    assert (bring().had, told.gets(NAME)) == (1, 1)


def test_a_download_that_is_cut_is_resumed_where_it_was(bring, told: Portal) -> None:
    told.datasets["delinquance"] = [File(NAME, CONTENT, cut_at=len(CONTENT) // 2, cuts=1)]
    assert exit_code(bring()) == DONE
    assert told.ranges_asked == [f"bytes={len(CONTENT) // 2}-"]
    assert (bring.landing / NAME).read_bytes() == CONTENT


@pytest.mark.parametrize("says_length", [True, False])
def test_without_ranges_it_is_begun_again(bring, told: Portal, says_length: bool) -> None:
    cut = File(NAME, CONTENT, cut_at=len(CONTENT) // 2, cuts=1, ranges=False, says_length=says_length)
    told.datasets["delinquance"] = [cut]
    assert exit_code(bring()) == DONE
    assert (bring.landing / NAME).read_bytes() == CONTENT
    assert told.gets(NAME) == 2


def test_a_download_cut_at_each_try_is_resumed_by_the_next_run(bring, told: Portal) -> None:
    told.datasets["delinquance"] = [File(NAME, CONTENT, cut_at=1000, cuts=4)]
    outcome = bring()
    assert (bring.landed(), [p.stat().st_size for p in bring.parts()]) == ([], [4000])
    assert "a été coupée" in outcome.failures[0].phrase
    assert exit_code(bring()) == DONE
    assert told.ranges_asked[-1] == "bytes=4000-"
    assert ((bring.landing / NAME).read_bytes(), list(bring.downloads.iterdir())) == (
        CONTENT, [bring.settings.paths.announced]
    )  # fmt: skip


def test_what_was_kept_of_another_version_is_not_put_before_the_new_one(bring, told: Portal) -> None:
    told.datasets["delinquance"] = [File(NAME, CONTENT, cut_at=1000, cuts=4)]
    bring()
    new = CONTENT[::-1]
    told.datasets["delinquance"] = [File(NAME, new, etag='"v2"', modified="2027-01-01T00:00:00+00:00")]
    bring()
    assert (bring.landing / NAME).read_bytes() == new


def test_damaged_bytes_of_a_part_are_dropped_and_the_file_begun_again(bring, told: Portal) -> None:
    told.datasets["delinquance"] = [File(NAME, CONTENT, cut_at=1000, cuts=4)]
    bring()
    bring.parts()[0].write_bytes(b"x" * 4000)
    assert exit_code(bring()) == DONE
    assert (bring.landing / NAME).read_bytes() == CONTENT


def test_the_beginning_of_a_file_in_the_landing_folder_is_completed(bring) -> None:
    bring.landing.mkdir(parents=True)
    (bring.landing / NAME).write_bytes(CONTENT[:777])
    bring()
    assert (bring.landed(), (bring.landing / NAME).read_bytes()) == ([NAME], CONTENT)


def test_a_page_in_place_of_the_file_is_refused(bring, told: Portal) -> None:
    told.datasets["delinquance"] = [
        File(NAME, CONTENT, sent=b"<html>", size=None, checksum=None, content_type="text/html; charset=utf-8")
    ]
    assert "par une page web" in bring().failures[0].phrase
    assert bring.landed() == []


@pytest.mark.parametrize("announced_size", [-1, None])
def test_a_file_over_the_limit_is_not_fetched_whole(bring, told: Portal, announced_size: int | None) -> None:
    told.datasets["delinquance"] = [File(NAME, CONTENT * 4, size=announced_size)]
    outcome = bring(max_file_mib=1)
    assert "la limite est de 1 Mio" in outcome.failures[0].phrase
    assert (bring.landed(), bring.parts()) == ([], [])
