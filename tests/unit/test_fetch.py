"""Public files brought from a catalogue on the loopback: once, whole, under a harmless name, or not at all."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.cli.fetch import exit_code
from pipelines.exit_codes import DONE, NOTHING_PUBLISHED, PARTLY_REFUSED
from pipelines.fetch import download as downloading
from pipelines.fetch.run import Outcome, fetch
from pipelines.fetch.table import Address, DataSet, Places, Wanted
from pipelines.fetch.web import BadSetting, Web
from pipelines.intake import announced
from pipelines.intake.archive import MachineFault
from pipelines.settings import PROJECT, Settings
from tests.portal_server import File, ForwardingProxy, Portal, portal, reply, served

CONTENT = b"annee;indicateur;nombre\n" + b"".join(b"2025;%06d;%d\n" % (i, i) for i in range(20_000))
NAME = "donnee-dep-data.gouv-2025.csv"
PLACES = Places(
    (
        DataSet(
            "ssmsi", "delinquance", "621df295", "Bases de la délinquance", (Wanted("base", ("donnee-dep-*.csv",)),)
        ),
        DataSet("road_safety", "accidents", "", "Accidents", (Wanted("usagers", ("usagers-{annee}.csv",), 2015),)),
    ),
    (),
    {"iscg": "Postes"},
)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}:
            monkeypatch.delenv(name)


@pytest.fixture
def told() -> Iterator[Portal]:
    with portal() as running:
        running.datasets = {"delinquance": [File(NAME, CONTENT)], "accidents": []}
        yield running


@pytest.fixture
def bring(told: Portal, tmp_path: Path) -> Callable[..., Outcome]:
    """One run on one home; `settings` is that home's."""

    def run(asked: tuple[str, ...] = ("ssmsi",), places: Places = PLACES, dry: bool = False, **more) -> Outcome:
        run.settings = Settings(**{"home": tmp_path / "home", "catalogue": told.base} | more)
        run.settings.paths.create()
        with Web(patience=0.001, attempts=4) as web:
            return fetch(run.settings, places, list(asked), web, dry)

    run.landing = tmp_path / "home" / "landing"
    run.downloads = tmp_path / "home" / "telechargements"
    return run


def landed(bring) -> list[str]:
    return sorted(f.name for f in bring.landing.iterdir())


def parts(bring) -> list[Path]:
    return list(bring.downloads.glob("*.part"))


# ── once ───────────────────────────────────────────────────────────────────────
def test_a_new_file_is_fetched_once_and_an_unchanged_one_never_again(bring, told: Portal) -> None:
    first = bring()
    assert (exit_code(first), landed(bring)) == (DONE, [NAME])
    assert (bring.landing / NAME).read_bytes() == CONTENT
    again = bring()
    assert (exit_code(again), again.had, again.new, told.gets(NAME)) == (DONE, 1, [], 1)


def test_a_file_that_its_producer_replaced_is_fetched_and_overwrites_nothing(bring, told: Portal) -> None:
    bring()
    told.datasets["delinquance"] = [File(NAME, CONTENT[::-1], modified="2027-01-22T08:00:00+00:00", etag='"v2"')]
    bring()
    assert landed(bring) == ["donnee-dep-data.gouv-2025 (2027-01-22).csv", NAME]
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
    assert ([f.nom for f in outcome.new], landed(bring), told.gets(NAME)) == ([NAME], [], 0)


def test_only_the_years_wanted_and_the_newest_where_the_table_says_so(bring, told: Portal) -> None:
    told.datasets["accidents"] = [File(f"usagers-{y}.csv", b"%d" % y) for y in (2014, 2015, 2023)] + [
        File("vehicules-immatricules-baac-2023.csv", b"autre"), File("x.csv", b"titre", title="Usagers_2024.csv")
    ]  # fmt: skip
    bring(("road_safety",))
    assert landed(bring) == ["usagers-2015.csv", "usagers-2023.csv", "x.csv"]
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
    assert (exit_code(outcome), landed(bring), parts(bring), told.gets(NAME)) == (NOTHING_PUBLISHED, [], [], 1)
    assert f"n'a pas l'empreinte {kind} que le catalogue annonce" in outcome.failures[0].phrase
    told.datasets["delinquance"] = [File(NAME, CONTENT)]
    assert exit_code(bring()) == DONE


def test_without_a_checksum_the_size_decides(bring, told: Portal) -> None:
    told.datasets["delinquance"] = [File(NAME, CONTENT, sent=CONTENT[:-9], checksum=None)]
    outcome = bring()
    assert "octets, le catalogue en annonce" in outcome.failures[0].phrase
    assert (landed(bring), parts(bring)) == ([], [])
    told.datasets["delinquance"] = [File(NAME, CONTENT, checksum={"type": "crc", "value": "12"})]
    assert (exit_code(bring()), bring().had, landed(bring)) == (DONE, 1, [NAME])


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
    assert (landed(bring), [p.stat().st_size for p in parts(bring)]) == ([], [4000])
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
    parts(bring)[0].write_bytes(b"x" * 4000)
    assert exit_code(bring()) == DONE
    assert (bring.landing / NAME).read_bytes() == CONTENT


def test_the_beginning_of_a_file_in_the_landing_folder_is_completed(bring) -> None:
    bring.landing.mkdir(parents=True)
    (bring.landing / NAME).write_bytes(CONTENT[:777])
    bring()
    assert (landed(bring), (bring.landing / NAME).read_bytes()) == ([NAME], CONTENT)


def test_a_page_in_place_of_the_file_is_refused(bring, told: Portal) -> None:
    told.datasets["delinquance"] = [
        File(NAME, CONTENT, sent=b"<html>", size=None, checksum=None, content_type="text/html; charset=utf-8")
    ]
    assert "par une page web" in bring().failures[0].phrase
    assert landed(bring) == []


@pytest.mark.parametrize("announced_size", [-1, None])
def test_a_file_over_the_limit_is_not_fetched_whole(bring, told: Portal, announced_size: int | None) -> None:
    told.datasets["delinquance"] = [File(NAME, CONTENT * 4, size=announced_size)]
    outcome = bring(max_file_mib=1)
    assert "la limite est de 1 Mio" in outcome.failures[0].phrase
    assert (landed(bring), parts(bring)) == ([], [])


# ── the network as it is ───────────────────────────────────────────────────────
def test_a_server_that_is_busy_is_tried_again(bring, told: Portal) -> None:
    told.datasets["delinquance"] = [File(NAME, CONTENT, failing=[500, 503, 429])]
    assert (exit_code(bring()), told.gets(NAME)) == (DONE, 4)


def test_a_file_that_is_gone_is_said_and_the_others_come(bring, told: Portal) -> None:
    gone = File("usagers-2023.csv", b"x", address=f"{told.base}/parti/usagers-2023.csv")
    told.datasets["accidents"] = [gone, File("usagers-2022.csv", b"y")]
    outcome = bring(("road_safety",))
    assert (exit_code(outcome), landed(bring)) == (PARTLY_REFUSED, ["usagers-2022.csv"])
    assert "ne connaît pas cette adresse (404)" in outcome.failures[0].phrase


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [(200, b"<html>portail captif", "ne répond pas en JSON"), (200, b'{"resources": 3}', "comme un catalogue"),
     (200, b"[" * 100_000, "ne répond pas en JSON"), (403, b"", "refuse de donner"),
     (500, b"", "indisponible (500)"), (404, b"", "ne connaît pas cette adresse")],
)  # fmt: skip
def test_a_catalogue_that_answers_badly_is_named(bring, told: Portal, status: int, body: bytes, said: str) -> None:
    told.datasets["delinquance"] = lambda request: reply(request, status, body)
    told.datasets["621df295"] = told.datasets["delinquance"]
    outcome = bring()
    assert said in outcome.failures[0].phrase
    assert "À faire : " in outcome.failures[0].phrase
    assert exit_code(outcome) == NOTHING_PUBLISHED


def test_a_catalogue_that_does_not_answer_is_asked_once_for_all(bring) -> None:
    with served(lambda request: None) as closed:
        pass
    outcome = bring(("ssmsi", "road_safety"), catalogue=closed)
    assert [f.sources for f in outcome.failures] == [["ssmsi"], ["road_safety"]]
    assert all("127.0.0.1 est injoignable" in f.phrase and "HTTPS_PROXY" in f.phrase for f in outcome.failures)
    assert exit_code(outcome) == NOTHING_PUBLISHED


def test_a_name_that_the_producer_gave_up_is_said(bring, told: Portal) -> None:
    told.datasets["delinquance"] = [File("tout-autre-chose.csv", CONTENT)]
    assert "n'a plus de fichier nommé « donnee-dep-*.csv »" in bring().failures[0].phrase


def test_redirections_are_followed_over_http_alone(bring, told: Portal) -> None:
    told.others["/r/1"] = lambda r: reply(r, 302, b"", {"Location": f"{told.base}/files/{NAME}"})
    told.others["/r/2"] = lambda r: reply(r, 302, b"", {"Location": "file:///etc/hostname"})
    file = File(NAME, CONTENT, address=f"{told.base}/r/1")
    told.datasets["delinquance"] = [file]
    assert exit_code(bring()) == DONE
    (bring.landing / NAME).unlink()
    file.address = f"{told.base}/r/2"
    assert "ni http ni https" in bring().failures[0].phrase
    file.address = "file:///etc/hostname"
    assert "n'a plus de fichier" in bring().failures[0].phrase
    assert landed(bring) == []


def test_the_proxy_of_the_environment_is_used_and_no_proxy_obeyed(
    bring, told: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = ForwardingProxy()
    with served(proxy.answer) as address:
        monkeypatch.setenv("HTTP_PROXY", address.replace("http://", "http://agent:secret@"))
        assert exit_code(bring()) == DONE
        assert proxy.forwarded == [f"{told.base}/api/1/datasets/delinquance/", f"{told.base}/files/{NAME}"]
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        bring()
        assert len(proxy.forwarded) == 2


def test_no_word_of_a_password_is_said_when_the_proxy_fails(bring, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(lambda request: None) as closed:
        pass
    monkeypatch.setenv("HTTP_PROXY", closed.replace("http://", "http://agent:secret@"))
    assert "secret" not in str(bring().failures)
    for ill in ("socks5://agent:secret@machine:1", "http://agent:secret@machine:port"):
        monkeypatch.setenv("HTTP_PROXY", ill)
        with pytest.raises(BadSetting) as raised:
            bring()
        assert "secret" not in str(raised.value)
    with served(lambda request: reply(request, 407)) as asking:
        monkeypatch.setenv("HTTP_PROXY", asking)
        assert "demande un nom et un mot de passe" in bring().failures[0].phrase


def test_certificates_that_cannot_be_read_are_a_wrong_setting(
    bring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ac.pem").write_text("rien")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ac.pem"))
    with pytest.raises(BadSetting, match="Les certificats de .*ac.pem ne se lisent pas"):
        bring()


# ── the machine as it is ───────────────────────────────────────────────────────
def test_a_full_disk_is_said_and_leaves_nothing(bring, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(downloading, "_receive", full)
    with pytest.raises(MachineFault, match="Plus de place sur le disque"):
        bring()
    assert (landed(bring), parts(bring)) == ([], [])


def test_a_memory_that_cannot_be_read_is_put_aside_and_nothing_comes_twice(bring, told: Portal) -> None:
    bring()
    file = bring.settings.paths.announced
    file.write_text('{"fichiers": {"a"')
    outcome = bring()
    assert (outcome.ledger_damaged, outcome.had, told.gets(NAME)) == (True, 1, 1)
    assert file.with_name("etat.json.illisible").exists()
    assert announced.read(file).fichiers


def test_on_a_disk_without_links_or_another_disk_the_file_is_copied_out_of_sight(
    bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_disk(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(downloading.os, "link", other_disk)
    bring()
    assert ((bring.landing / NAME).read_bytes(), landed(bring)) == (CONTENT, [NAME])


def test_a_run_killed_between_download_and_naming_leaves_the_landing_folder_as_it_was(
    told: Portal, tmp_path: Path
) -> None:
    script = (
        "import os, sys, tests.unit.test_fetch as t; from pipelines.fetch import run as r\n"
        "from pipelines.fetch.web import Web; from pipelines.settings import Settings\n"
        "r.place = lambda *a: os._exit(9)\n"
        "s = Settings(); s.paths.create()\n"
        "r.fetch(s, t.PLACES, ['ssmsi'], Web())\n"
    )
    environment = os.environ | {"VIGIE_HOME": str(tmp_path), "VIGIE_CATALOGUE": told.base}
    done = subprocess.run([sys.executable, "-c", script], env=environment, cwd=PROJECT, check=False)
    assert done.returncode == 9
    assert list((tmp_path / "landing").iterdir()) == []
    with Web() as web:
        fetch(Settings(home=tmp_path, catalogue=told.base), PLACES, ["ssmsi"], web)
    assert [f.name for f in (tmp_path / "landing").iterdir()] == [NAME]
    assert told.gets(NAME) == 1  # the whole part was there: only its name lacked


def test_loading_does_not_import_what_fetching_needs() -> None:
    script = (
        "import sys, pipelines.cli.main, pipelines.cli.load, pipelines.cli.status, pipelines.intake.receive\n"
        "print(sorted({'httpx', 'tenacity'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.replace("'", '"')) == []


def test_what_has_the_name_already_is_left_there_even_when_it_is_no_file(bring) -> None:
    (bring.landing / NAME).mkdir(parents=True)
    bring()
    assert landed(bring) == ["donnee-dep-data.gouv-2025 (2026-07-09).csv", NAME]
