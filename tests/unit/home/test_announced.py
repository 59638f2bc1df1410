"""What the last look at the catalogues says of files that arrive, and of those in use; nothing here uses a network."""

from __future__ import annotations

from pipelines.catalogue.load import load_catalogue
from pipelines.fetch.news import newer
from pipelines.home import announced
from pipelines.home.announced import Announced, Brought, Ledger
from pipelines.home.archive import hash_of
from pipelines.home.register import Register
from pipelines.officer.official import lines
from pipelines.reception.intake import Intake
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings

CATALOGUE = load_catalogue()
NATURES = next(
    c.choices for k in CATALOGUE.source("service_returns").layouts for c in k.columns if c.name == "nature"
)  # fmt: skip
WHOLE = "\n".join(
    ["edition;annee;mois;code_departement;force;service;nature;faits"]
    + [f"1;2023;1;01;gendarmerie;CGD BELLEY;{nature};3" for nature in NATURES]
    + [""]
).encode()


def file(name: str, size: int | None, **more: object) -> Announced:
    given = {
        "cle": name, "sources": ["service_returns"], "quoi": "retour", "jeu": "Jeu", "nom": name, "adresse": "http://a/b",
        "taille": size, "modifie_le": "2026-07-09T12:00:00", "noms": ["retour-*.csv"], "vu_le": "2026-09-01T08:00:00",
    }  # fmt: skip
    return Announced(**given | more)


def announce(settings: Settings, *files: Announced) -> None:
    announced.save(Ledger(fichiers={f.cle: f for f in files}), settings.paths.announced)


def take(settings: Settings, register: Register, **content: bytes) -> Intake:
    for name, held in content.items():
        (settings.paths.landing / f"{name}.csv").write_bytes(held)
    return receive(settings, register, CATALOGUE, "essai")


def test_a_file_cut_short_is_refused_with_both_sizes_and_the_remedy(settings: Settings, register: Register) -> None:
    announce(settings, file("retour.csv", len(WHOLE)))
    intake = take(settings, register, retour=WHOLE[:-40])
    [defect] = register.defects(intake.refused[0])
    assert defect["code"] == "telechargement_incomplet"
    assert defect["constat"] == f"téléchargement incomplet : le fichier pèse {len(WHOLE) - 40} octets"
    assert defect["attendu"] == f"{len(WHOLE)} octets, comme le producteur l'annonce"
    assert "vigie fetch" in defect["remede"]
    # What fetch then puts in its place is taken.
    assert len(take(settings, register, retour=WHOLE).accepted) == 1


def test_the_same_bytes_under_a_name_that_nobody_announces_are_judged_by_their_content(
    settings: Settings, register: Register
) -> None:
    announce(settings, file("retour.csv", len(WHOLE) + 1000), file("sans-taille.csv", None))
    assert len(take(settings, register, autre=WHOLE).accepted) == 1


def test_a_larger_file_is_another_file(settings: Settings, register: Register) -> None:
    announce(settings, file("retour.csv", len(WHOLE) - 5))
    assert len(take(settings, register, retour=WHOLE).accepted) == 1


def test_a_file_is_judged_again_when_its_producer_announces_its_very_size(
    settings: Settings, register: Register
) -> None:
    announce(settings, file("retour.csv", len(WHOLE) + 1000))
    assert len(take(settings, register, retour=WHOLE).refused) == 1
    assert take(settings, register).already_refused == 1
    announce(settings, file("retour.csv", len(WHOLE)))
    assert len(take(settings, register).accepted) == 1


def test_what_is_loaded_whole_asks_for_no_download(settings: Settings, register: Register) -> None:
    take(settings, register, retour=WHOLE)
    brought = Brought(
        nom="retour.csv", taille=len(WHOLE), sha256=hash_of(settings.paths.landing / "retour.csv"), recu_le="2026"
    )
    announce(settings, file("retour.csv", len(WHOLE), recu=brought, modifie_le=""))
    intake = take(settings, register, retour=WHOLE[:100])
    [defect] = register.defects(intake.refused[0])
    assert defect["remede"] == "retirer ce fichier du dossier d'arrivée : le fichier entier est déjà chargé"


def test_a_memory_that_cannot_be_read_holds_nothing_back(settings: Settings, register: Register) -> None:
    settings.paths.downloads.mkdir()
    settings.paths.announced.write_text("[")
    assert len(take(settings, register, retour=WHOLE).accepted) == 1


def test_status_names_what_is_newer_than_what_is_in_use(settings: Settings, register: Register) -> None:
    assert newer(Ledger(), register, settings.paths) is None
    assert lines(None) == lines([]) == []
    take(settings, register, **{"retour-2023": WHOLE})
    sha256 = hash_of(settings.paths.landing / "retour-2023.csv")
    had = Brought(
        nom="retour-2023.csv", taille=len(WHOLE), sha256=sha256, modifie_le="2026-07-09T12:00:00", recu_le="2026"
    )
    ledger = Ledger(
        fichiers={
            "a": file("retour-2023.csv", len(WHOLE), recu=had),  # loaded
            "b": file("retour-2023.csv", len(WHOLE)),  # dropped by hand, and loaded
            "c": file("retour-2024.csv", 10),
        }
    )
    assert lines(newer(ledger, register, settings.paths)) == [
        "Fichiers officiels plus récents que ceux en usage (catalogue consulté le 01/09/2026) :",
        "  • service_returns : retour-2024.csv, publié le 09/07/2026 ; en usage : retour-2023.csv (vigie fetch)",
    ]


def test_status_says_what_waits_to_be_loaded_and_what_was_refused(settings: Settings, register: Register) -> None:
    take(settings, register, **{"retour-refuse": b"a;b\n1;2\n"})
    (settings.paths.landing / "retour-arrive.csv").write_bytes(WHOLE)
    held = {
        name: Brought(
            nom=f"{name}.csv", taille=1, sha256=hash_of(settings.paths.landing / f"{name}.csv"),
            modifie_le="2026-07-09T12:00:00", recu_le="2026",
        )
        for name in ("retour-refuse", "retour-arrive")
    }  # fmt: skip
    ledger = Ledger(fichiers={n: file(f"{n}.csv", 1, recu=b) for n, b in held.items()})
    states = {f["nom"]: f["etat"] for f in newer(ledger, register, settings.paths)}
    assert states == {"retour-arrive.csv": "a_charger", "retour-refuse.csv": "refuse"}
    ledger.fichiers["retour-arrive"].modifie_le = "2027-01-01"  # its producer replaced it since
    assert [f["etat"] for f in newer(ledger, register, settings.paths)] == ["a_telecharger", "refuse"]
