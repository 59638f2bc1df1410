"""Persons in every place and every form, in one load: none accepted, and nothing of them in any byte of the home."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.faults.trial import personal_bytes
from tests.support.canaries import FILES, FORMS, SHEET, book, saved, text_file

pytestmark = [pytest.mark.xdist_group("canaris"), pytest.mark.long]

# What is in every one of these texts but the two that are numbers alone, however it is written.
WORDS = ("Quatrebarbes", "QUATREBARBES", "quatrebarbes", *FORMS.values())
NAMES = ("QUATREBARBES Jean.csv", "retour_Jean-Quatrebarbes_mars.xlsx", "0639987654.csv", "QUATREBARBES Jean/mars.csv")


def dropped() -> dict[str, bytes]:
    """Every place, each with another form; every form in the first place; names; what stands beside a person."""
    files: dict[str, bytes] = {}
    for kind, (suffix, places) in FILES.items():
        for i, (_, make) in enumerate(places.items()):
            form = FORMS["courriel"] if "lien" in _ else list(FORMS.values())[i % len(FORMS)]
            files[f"{kind}-{i}{suffix}"] = make(form)
        for i, text in enumerate(FORMS.values()):
            files[f"forme-{kind}-{i}{suffix}"] = places["sous le tableau"](text)
    for i, name in enumerate(NAMES):
        files[name] = text_file(header=f"colonne_{i}")
    made = book()
    made[SHEET]["F2"], made[SHEET]["H3"], made[SHEET]["A9"] = "Quatrebarbes", "Zéphyrine", "06 39 98 76 54"
    made.create_sheet("Mme Quatrebarbes")["A1"] = "x"
    files["autres.xlsx"] = saved(made)
    # Nothing tells that this is someone, and it is said no more than if something did.
    made = book()
    made[SHEET]["F2"], made[SHEET]["H3"], made[SHEET]["I1"] = "Quatrebarbes", "Zéphyrine", "Quatrebarbes"
    files["inconnue.xlsx"] = saved(made)
    files["paquet.csv.gz"] = gzip.compress(text_file(below="Mme Quatrebarbes"), mtime=0)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("QUATREBARBES Jean.csv", text_file())
        archive.writestr("QUATREBARBES Marie.csv", text_file())
    files["paquet.zip"] = out.getvalue()
    return files


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("canaris") / "dossier")


@pytest.fixture(scope="module")
def told(home: Home) -> dict:
    files = dropped()
    for name, content in files.items():
        file = home.landing / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    (home.landing / "juste.xlsx").write_bytes(saved(book()))
    (home.landing / "~$QUATREBARBES Jean.xlsx").write_bytes(b"x")
    (home.landing / ".QUATREBARBES Jean").mkdir()
    return home.load() | {"deposes": len(set(files.values()))}


def test_nothing_of_a_person_is_accepted(told: dict) -> None:
    assert told["code_sortie"] == 1
    assert len(told["acceptees"]) == 1
    assert len(told["refusees"]) == told["deposes"]
    codes = {d["nom"]: {x["code"] for x in d["defauts"]} for d in told["refusees"]}
    others = {name for name, found in codes.items() if found != {"donnees_personnelles"}}
    assert others == {"inconnue.xlsx"}


def test_nothing_of_a_person_is_said(home: Home, told: dict) -> None:
    said = json.dumps(told, ensure_ascii=False)
    for command in (
        ("status",),
        ("deliveries",),
        ("quality",),
        ("status", "--json"),
        ("deliveries", "--json"),
        ("load",),
    ):
        done = home.run(*command)
        said += done.stdout + done.stderr
    for delivery in told["refusees"][:3]:
        said += home.run("deliveries", delivery["livraison_id"]).stdout
    said += str(home.sql("select * from qualite.refus")) + str(home.sql("select * from qualite.livraisons"))
    assert [w for w in WORDS if w in said] == []
    assert said.count("nom retiré") >= len(NAMES)


def test_nothing_of_a_person_is_in_any_byte_outside_the_quarantine(home: Home, told: dict) -> None:
    assert (home.folder / "register.sqlite").exists()
    assert personal_bytes(home, WORDS) == []
    names = [str(f.relative_to(home.folder)) for f in home.folder.rglob("*")]
    outside = [n for n in names if not n.startswith(("landing", "quarantine"))]
    assert [n for n in outside if any(w in n for w in WORDS)] == []


def test_the_quarantine_keeps_the_bytes_for_its_owner(home: Home, told: dict) -> None:
    kept = list((home.folder / "quarantine").glob("*/contenu"))
    assert len(kept) == told["deposes"]
    assert {oct(f.stat().st_mode & 0o077) for f in kept} == {"0o0"}
    receptions = [f.read_text(encoding="utf-8") for f in (home.folder / "quarantine").glob("*/reception.json")]
    assert [w for w in WORDS if w in "".join(receptions)] == []


def test_a_backup_says_nothing_beyond_its_quarantine(home: Home, told: dict, tmp_path: Path) -> None:
    target = tmp_path / "sauvegarde.tar.gz"
    assert home.run("backup", str(target)).returncode == 0
    with tarfile.open(target) as tar:
        inside = {m.name: tar.extractfile(m).read() for m in tar.getmembers() if m.isfile()}
    outside = {n: c for n, c in inside.items() if not (n.startswith("quarantine/") and n.endswith(os.sep + "contenu"))}
    assert outside
    assert [n for n, c in outside.items() if any(w.encode() in c for w in WORDS)] == []
