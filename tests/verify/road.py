"""`make verify-road`: from the ministry's workbook to the published warehouse, demand by demand."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl

from pipelines.demo import DEMONSTRATION_WORKBOOK_NAME
from tests.conftest import PROJECT, VIGIE, Home, real_path
from tests.integration.test_loads import start_readers
from tests.support.web_page import WebPage
from tests.verify.harness import Verification, described

WORKBOOK = ("etat4001", "crimes-et-delits-services-depuis-2012.xlsx")
OTHER = ("etat4001", "liste-index.xlsx")


def main() -> int:
    started = time.monotonic()
    workbook, other = real_path(*WORKBOOK), real_path(*OTHER)
    if workbook is None or other is None:
        print("Les fichiers publics du ministère ne sont pas là : VIGIE_DONNEES dit où les trouver.")
        return 1
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as scratch:
        v = Verification("Du classeur du ministère à l'entrepôt")
        folder = Path(scratch)
        home = Home(folder / "reel")
        home.drop(workbook)
        _real_road(v, home)
        _figures(v, home)
        _departements(v, home)
        _twice(v, home)
        _refusals(v, home, other, folder)
        _readers(v, home, folder)
        _commands(v, folder)
        _no_network(v)
        return v.close(started)


def _real_road(v: Verification, home: Home) -> None:
    told = home.load()
    v.demand("Le classeur réel se charge", "vigie load --json", told["resultat"], "publié")
    v.demand("997 047 cellules lues", "vigie load --json", told["cellules_lues"], 997047)
    query = "select sum(cellules_lues), sum(cellules_typees), sum(cellules_sommees) from qualite.rapprochement"
    v.check(
        "… et autant rapprochées de raw à staging", f'vigie sql "{query}"', lambda: home.sql(query)[0], [997047] * 3
    )
    import duckdb

    def columns() -> int:
        raw = home.folder / "raw"
        return sum(
            duckdb.sql(f"select count(distinct (feuille, colonne)) from '{raw}/{force}/services/*.parquet'").fetchone()[
                0
            ]
            for force in ("police", "gendarmerie")
        )

    v.check("9 445 colonnes de services, police et gendarmerie", "raw/*/services/*.parquet", columns, 9445)


def _figures(v: Verification, home: Home) -> None:
    def values(indicator: str, years: str, territory: str = "DEP-46") -> tuple[str, list]:
        query = (
            f"select valeur from indicateurs.valeurs where indicateur_code = '{indicator}' and "
            f"territoire_code = '{territory}' and periode in ({years}) order by periode"
        )
        return query, [row[0] for row in home.sql(query)]

    for text, expected, indicator, years, territory in [
        ("Coups et blessures volontaires, Lot, 2017-2019", [329, 395, 421], "CBV_4001", "2017, 2018, 2019", "DEP-46"),
        ("Violences sexuelles, Lot, 2016-2019", [82, 82, 136, 126], "VIOLENCES_SEXUELLES_4001",
         "2016, 2017, 2018, 2019", "DEP-46"),
        ("Vols avec armes, Lot, 2019", [6], "VOLS_ARMES_4001", "2019", "DEP-46"),
        ("Vols violents sans arme, Lot, 2019", [54], "VOLS_VIOLENTS_SANS_ARME_4001", "2019", "DEP-46"),
        ("Cambriolages, compagnie de Cahors, 2018-2019", [311, 336], "CAMBRIOLAGES_4001", "2018, 2019",
         "SRV-46-GN-CGD-CAHORS"),
    ]:  # fmt: skip
        query, got = values(indicator, years, territory)
        v.demand(text, f'vigie sql "{query}"', got, expected)
    query = (
        "select valeur from indicateurs.stupefiants_gendarmerie where rang between 2 and 4 "
        "and periode between '2014' and '2019' order by rang, periode"
    )
    printed = [64, 39, 50, 76, 98, 95, 59, 58, 103, 99, 125, 116, 56, 86, 131, 179, 117, 125]
    got = [row[0] for row in home.sql(query)]
    off = [(p, g) for p, g in zip(printed, got, strict=True) if p != g]
    v.demand("Stupéfiants des trois compagnies, tableau D à une case près", f'vigie sql "{query}"', off, [(98, 96)])
    for company, expected in (("CAHORS", 22.8), ("FIGEAC", 25.3)):
        query, got = values("AVIP_4001", "2018, 2019", f"SRV-46-GN-CGD-{company}")
        change = round(100 * (got[1] - got[0]) / got[0], 1)
        v.demand(f"AVIP de la compagnie de {company}, évolution 2019 en %", f'vigie sql "{query}"', change, expected)


def _departements(v: Verification, home: Home) -> None:
    for code in ("12", "2A", "75", "971"):
        # A home keeps its département: each has its own, over the same landing folder.
        other = Home(home.folder.parent / f"departement-{code}", VIGIE_DEPARTEMENT=code,
                     VIGIE_LANDING=str(home.landing))  # fmt: skip
        told = other.load()
        rows = other.sql(
            "select territoire_code, valeur from indicateurs.comparaison_nationale "
            "where indicateur_code = 'CBV_4001' and periode = '2019' and niveau = 'departement'"
        )
        v.demand(
            f"VIGIE_DEPARTEMENT={code} charge et répond", f"VIGIE_DEPARTEMENT={code} vigie load ; vigie sql …",
            (told["resultat"], rows[0][0], rows[0][1] > 0), ("publié", f"DEP-{code}", True),
        )  # fmt: skip


def _twice(v: Verification, home: Home) -> None:
    before = (home.warehouse.stat().st_ino, home.sql("select count(*) from qualite.livraisons"))
    home.drop(home.landing / WORKBOOK[1], "le même, renommé.xlsx")
    told = home.load()
    after = (home.warehouse.stat().st_ino, home.sql("select count(*) from qualite.livraisons"))
    v.demand(
        "Le même classeur, deux fois ou renommé, ne change rien", "vigie load", (told["resultat"], after),
        ("rien de nouveau", before),
    )  # fmt: skip


def _refusals(v: Verification, home: Home, other: Path, folder: Path) -> None:
    source = home.landing / WORKBOOK[1]
    book = openpyxl.load_workbook(source)
    book["Services GN 2017"]["A2"] = "Code indice"
    book.save(home.landing / "en-tête renommé.xlsx")
    book["Services GN 2017"]["A2"] = "Code index"
    book["Services PN 2018"]["C9"] = "n.c."
    book.save(home.landing / "texte dans un nombre.xlsx")
    (home.landing / "tronqué.xlsx").write_bytes(source.read_bytes()[:2_000_000])
    home.drop(other, "autre chose.xlsx")
    before = home.warehouse.stat().st_ino
    done = home.run("load")
    known = json.loads(home.run("deliveries", "--refusees", "--json").stdout)["livraisons"]
    v.demand("Rien d'accepté parmi quatre fichiers faux : code 2", "vigie load", done.returncode, 2)
    v.demand("L'entrepôt publié n'a pas bougé", "stat", home.warehouse.stat().st_ino, before)
    for name, words in {
        "en-tête renommé.xlsx": ["Services GN 2017", "ligne 2", "colonne A", "« Code indice »", "« Code index »"],
        "texte dans un nombre.xlsx": ["Services PN 2018", "ligne 9", "colonne C", "« n.c. »", "nombre entier"],
        "tronqué.xlsx": ["incomplet ou abîmé", "redéposer une copie entière"],
        "autre chose.xlsx": ["Feuil1", "aucune source connue", "Services PN"],
    }.items():
        delivery = next(d for d in known if d["nom"] == name)
        said = " ".join(home.run("deliveries", delivery["livraison_id"]).stdout.split())
        sentence = said.partition("•")[2].partition("•")[0].strip()

        @described("une phrase qui porte : " + ", ".join(words) + " et « À faire »")
        def says(text: object, words: list[str] = words) -> bool:
            return all(w in str(text) for w in [*words, "À faire"])

        v.demand(f"Refusé avec ses mots : {name}", f"vigie deliveries {delivery['livraison_id']}", sentence, says)
    kept = len(list((home.folder / "quarantine").glob("*/contenu")))
    v.demand("Leurs octets sont en quarantaine", "ls quarantine/", kept, 4)


def _readers(v: Verification, home: Home, folder: Path) -> None:
    stop = folder / "stop"
    readers = start_readers(home, 8, stop)
    # Another day owes other deliveries: each load has something to publish.
    days = ("2025-02-15", "2026-03-01")
    results = [home.load(VIGIE_TODAY=days[(i + 1) % 2])["resultat"] for i in range(10)]
    stop.touch()
    outcomes = [(r.communicate(timeout=120), r.returncode) for r in readers]
    v.demand("Dix chargements publient", "vigie load × 10", results, ["publié"] * 10)
    refused = sum(code != 0 for _, code in outcomes)
    reads = sum(int(out or 0) for (out, _), _ in outcomes)

    @described("0 lecteur refusé sur 8")
    def none_refused(seen: object) -> bool:
        return seen[0] == 0 and seen[1] > 100

    v.demand(
        "Huit lecteurs interrogent en boucle pendant ce temps (lecteurs refusés, lectures)", "duckdb read_only × 8",
        (refused, reads), none_refused,
    )  # fmt: skip


def _commands(v: Verification, folder: Path) -> None:
    home = Home(folder / "demo")
    demo = home.run("demo")
    written = {f.name for f in home.landing.iterdir()}
    seen = (demo.returncode, DEMONSTRATION_WORKBOOK_NAME in written)
    v.demand("vigie demo écrit la démonstration, dont le classeur du ministère", "vigie demo", seen, (0, True))
    v.demand("vigie load la publie", "vigie load", home.load()["resultat"], "publié")
    again = home.run("load")
    seen = (again.returncode, "Rien de nouveau" in again.stderr)
    v.demand("Une seconde fois : rien de nouveau, et le dit", "vigie load", seen, (0, True))
    for arguments in (["status"], ["deliveries"], ["sql", "select 1"], ["sql", "select 1", "--format", "csv"]):
        command = f"vigie {' '.join(arguments)}"
        v.demand(f"{command} répond", command, home.run(*arguments).returncode, 0)
    v.demand("Une faute de frappe : code 64, en français", "vigie lod",
             (home.run("lod").returncode, home.run("lod").stderr.strip()),
             (64, "Erreur : La commande lod n'existe pas : vouliez-vous dire vigie load ? Voir : "
                  "vigie --help"))  # fmt: skip
    _interface(v, home)


def _interface(v: Verification, home: Home) -> None:
    """`vigie ui` answers on loopback, with its daemon, and knows the graph."""
    import socket

    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", 0))
        except OSError:
            v.console.print("         (pas de boucle locale ici : vigie ui n'est pas essayée)", style="yellow")
            return
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [VIGIE, "ui", "--port", str(port)], env=home.environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    query = "{assetNodes {assetKey {path}} instance {daemonHealth {allDaemonStatuses {daemonType healthy}}}}"

    def ask() -> tuple[int, bool]:
        page = WebPage((home.folder / "ui.adresse").read_text(encoding="utf-8"))
        data = page.ask(query)
        healthy = any(d["healthy"] for d in data["instance"]["daemonHealth"]["allDaemonStatuses"])
        return len(data["assetNodes"]), healthy

    seen: object = "pas de réponse"
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                seen = ask()
                if seen[1]:
                    break
            except OSError:
                pass
            time.sleep(1)
    finally:
        import os
        import signal

        os.killpg(server.pid, signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)

    @described("les boîtes du graphe, et un démon en bonne santé")
    def alive(got: object) -> bool:
        return isinstance(got, tuple) and got[0] > 40 and got[1]

    v.demand("vigie ui sert le graphe et le démon (boîtes, démon)", f"vigie ui --port {port}", seen, alive)


def _no_network(v: Verification) -> None:
    command = ["unshare", "-n", "make", "test"]
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-n", "true"], check=False).returncode:
        v.demand("make test sans réseau", " ".join(command), "unshare n'est pas permis ici", "code 0")
        return
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-300:]

    @described("les tests passent, réseau coupé")
    def passed(got: object) -> bool:
        return done.returncode == 0

    v.demand("make test passe sans réseau", " ".join(command), last, passed)


if __name__ == "__main__":
    sys.exit(main())
