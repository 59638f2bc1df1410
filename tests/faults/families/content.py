"""What a producer's spreadsheet does to a file that was right."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl

from tests.faults.experiments import FAITS, TRANQUILLITE, Content, put, refused, says_as, text_of
from tests.faults.families.hostile import workbook
from tests.faults.fault import Fault
from tests.faults.ground import Ground, said_by
from tests.faults.trial import Outcome, Trial

PN = "Services PN 2019"


def lines(change: Callable[[list[str]], list[str]], name: str = TRANQUILLITE) -> Callable[[Ground], bytes]:
    """The returns with their lines changed; the first says demonstration, the second holds the headers."""
    return lambda ground: "\n".join([*change(text_of(ground, name).splitlines()), ""]).encode("cp1252")


def text(change: Callable[[str], str], encoding: str = "cp1252", name: str = TRANQUILLITE) -> Callable[[Ground], bytes]:
    return lambda ground: change(text_of(ground, name)).encode(encoding)


def each(change: Callable[[list[str]], list[str]]) -> Callable[[list[str]], list[str]]:
    """The same change to the cells of the header and of every row."""
    return lambda rows: [rows[0], *(";".join(change(row.split(";"))) for row in rows[1:])]


def no_facts(cells: list[str]) -> list[str]:
    return cells[:-1]


def doubled(cells: list[str]) -> list[str]:
    return [*cells, cells[-1]]


def rows_only(change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    """A change to the rows, not to the header."""
    return lambda rows: [*rows[:2], *map(change, rows[2:])]


def reordered(rows: list[str]) -> list[str]:
    return [rows[0], *(";".join(reversed(row.split(";"))) for row in rows[1:])]


def surprise(rows: list[str]) -> list[str]:
    """A text in a column of numbers, after more lines than a reader looks at to guess a type."""
    many = [rows[2 + i % (len(rows) - 2)] for i in range(20_600)]
    many[20_500] = many[20_500].rpartition(";")[0] + ";beaucoup"
    return [*rows[:2], *many]


def mixed(ground: Ground) -> bytes:
    rows = text_of(ground).splitlines()
    return (
        "\n".join(rows[:3]).encode("cp1252")
        + b"\n"
        + "\n".join(rows[3:]).encode("utf-8").replace(b"CAHORS", b"CAH\xff\xfeORS")
    )


def sheet(change: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> Callable[[Ground], bytes]:
    return workbook(lambda book: change(book[PN]))


def second_sheet(book: openpyxl.Workbook) -> None:
    copy = book.copy_worksheet(book[PN])
    copy.title = "Services PN 2019 (2)"


def as_workbook(hidden: bool = False, extra: bool = False, banner: bool = False) -> Callable[[Ground], bytes]:
    """The returns as a workbook of Vigie's format, with what a hand adds to it."""

    def make(ground: Ground) -> bytes:
        rows = [row.split(";") for row in text_of(ground).splitlines()]
        book = openpyxl.Workbook()
        notice = book.active
        notice.title = "Présentation"
        notice.append(["DONNÉES DE DÉMONSTRATION"])
        page = book.create_sheet("Tranquillité publique")
        if banner:
            page.append(["Retour de la compagnie"])
        for row in rows[1:]:
            page.append([int(c) if c.isdecimal() and i != 3 else c for i, c in enumerate(row)])
        if hidden:
            page.sheet_state = "hidden"
        if extra:
            book.create_sheet("Calculs").append(["brouillon", 3])
        book.properties.title = "Données de démonstration"
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return make


def unit_missing(ground: Ground) -> Outcome:
    """A service left out of a return is missing, and the total of the département with it; nothing reads as a fall."""
    with Trial(ground) as t:
        kept = lines(lambda rows: [*rows[:2], *(r for r in rows[2:] if not r.startswith("1;2020;12;46;gendarmerie"))])
        put(t.home, {TRANQUILLITE: kept(ground)})
        told = t.home.load()
        if told["refusees"]:
            t.says_why(told["refusees"][0]["defauts"][0]["constat"], "retour sans un service")
            t.unchanged()
        else:
            found = t.home.sql(
                "select valeur, statut from indicateurs.valeurs where indicateur_code = 'TRANQUILLITE' and retenu "
                "and territoire_code = 'DEP-46' and periode in ('2020-12', '2020')"
            )
            t.holds("I2", found and all(v is None and s == "M" for v, s in found), f"une somme partielle : {found}")
    return t.outcome


def same_facts_twice(ground: Ground) -> Outcome:
    """Police and gendarmerie that report the same service: refused, or counted once."""
    other = rows_only(lambda r: r.replace(";police;", ";gendarmerie;"))
    return refused(ground, {TRANQUILLITE: lines(other)}, "service_inconnu", "cle_en_double", "lignes_incoherentes")


def other_departement(ground: Ground) -> Outcome:
    """A return of the Aveyron in the Lot's home: refused for that, and not for what nobody listed of the Aveyron."""
    theirs = rows_only(lambda r: r.replace(";46;", ";12;"))
    return refused(ground, {TRANQUILLITE: lines(theirs)}, "autre_departement")


def old_quarter(ground: Ground) -> Outcome:
    """Last quarter's data under this quarter's name: known bytes are known, whatever they are called."""
    old = (ground.demonstration / FAITS).read_bytes()
    with Trial(ground) as t:
        put(t.home, {"retours-services-faits-2021.csv": old})
        told = t.home.load()
        t.holds("I3", (told["resultat"], told["deja_connues"]) == ("rien de nouveau", 1), told["resultat"])
        t.unchanged()
    return t.outcome


def revised(ground: Ground) -> Outcome:
    """A closed year delivered again with other values: the later edition counts, the earlier is kept and visible."""
    with Trial(ground) as t:
        change = rows_only(lambda r: "2" + r[1:] if r.startswith("1;2020") else r)
        put(t.home, {"retour-2.csv": lines(change, FAITS)(ground).replace(b";1;0;0;0;0;0\n", b";1;1;0;0;0;0\n", 1)})
        told = t.home.load()
        t.holds(
            "I2", told["code_sortie"] == 0 and len(told["acceptees"]) == 1, f"{told['resultat']} {told['refusees'][:1]}"
        )
        [[n]] = t.home.sql(
            "select count(*) from qualite.tranches "
            "where source = 'service_returns' and table_nom = 'faits' and not retenue"
        )
        t.holds("I2", n > 0, "l'édition d'avant n'est plus visible")
    return t.outcome


def without_population(ground: Ground) -> Outcome:
    """No population of the year: the rate is missing with its reason, the count stands."""
    without = (
        "select count(taux), count(*) filter (taux is null and motif_code is null) from indicateurs.taux "
        "where denominateur like 'population%'"
    )
    counts = "select count(valeur), sum(valeur) from indicateurs.valeurs where source <> 'population'"
    with Trial(ground) as t:
        counted = t.home.sql(counts)
        # A delivery that was withdrawn and reinstated keeps the reason of it.
        but_for_reasons = said_by(t.home.warehouse, "motif")
        t.holds("I2", t.home.sql(without)[0][0] > 0, "aucun taux avant le retrait")
        [delivery] = [r[0] for r in t.home.sql(
            "select livraison_id from qualite.livraisons where nom like 'population%'")]  # fmt: skip
        t.holds("I4", t.home.run("withdraw", delivery, "--motif", "essai").returncode == 0, "le retrait est refusé")
        told = t.home.load()
        t.holds("I4", told["code_sortie"] == 0, told["resultat"])
        [[rates, unsaid]] = t.home.sql(without)
        t.holds("I2", (rates, unsaid) == (0, 0), f"{rates} taux sans population, {unsaid} sans motif")
        t.holds("I2", t.home.sql(counts) == counted, "les nombres eux-mêmes ont changé")
        t.home.run("reinstate", delivery, "--motif", "fin")
        t.loads_again(but_for_reasons, "motif")
    return t.outcome


def bad(name: str, content: Content, *codes: str, file: str = "t.csv", fast: bool = False) -> Fault:
    return Fault("contenu", name, lambda g: refused(g, {file: content}, *codes), fast)


def good(name: str, content: Content, file: str = "t.csv", reference: str = TRANQUILLITE) -> Fault:
    return Fault("contenu", name, lambda g: says_as(g, {file: content}, reference))


FAULTS = [
    bad(
        "colonne renommée",
        lines(lambda r: [r[0], r[1].replace("faits", "nb_faits"), *r[2:]]),
        "en_tete_inconnu",
        fast=True,
    ),
    bad("colonne ajoutée", lines(each(lambda c: [*c, "x"])), "en_tete_inconnu"),
    bad("colonne retirée", lines(each(no_facts)), "en_tete_manquant", "en_tete_inconnu", "feuille_inconnue"),
    bad("colonne doublée", lines(each(doubled)), "en_tete_en_double"),
    good("colonnes dans un autre ordre", lines(reordered)),
    good("ligne de bandeau au-dessus des en-têtes d'un classeur", as_workbook(banner=True), "t.xlsx"),
    bad(
        "en-têtes fusionnés",
        sheet(lambda p: p.merge_cells("B3:C3")),
        "en_tete_inconnu",
        "en_tete_manquant",
        "service_inconnu",
        "cle_vide",
        file="w.xlsx",
    ),
    bad("feuille renommée", workbook(lambda b: setattr(b[PN], "title", "PN bis")), "nom_de_feuille", file="w.xlsx"),
    bad("feuille en double", workbook(second_sheet), "nom_de_feuille", "tranche_en_double", file="w.xlsx"),
    good("feuille cachée", as_workbook(hidden=True), "t.xlsx"),
    bad("feuille de trop", as_workbook(extra=True), "feuille_inconnue", file="t.xlsx"),
    good("UTF-8", text(str, "utf-8")),
    good("UTF-8 avec marque d'ordre", text(str, "utf-8-sig")),
    good("UTF-16", text(str, "utf-16")),
    good("fins de ligne d'Unix", text(lambda s: "\n".join(s.splitlines()) + "\n")),
    bad("deux encodages mêlés", mixed, "service_inconnu", "pas_du_texte", "valeur_illisible"),
    bad(
        "le séparateur change au milieu",
        lines(lambda r: [*r[:50], *(x.replace(";", ",") for x in r[50:])]),
        "ligne_mal_coupee",
    ),
    bad("un texte après 20 480 lignes de nombres", lines(surprise), "valeur_illisible", "cle_en_double"),
    good(
        "espaces insécables et zéros décimaux",
        lines(rows_only(lambda r: r.replace(";CIAT DE CAHORS;", ";CIAT\xa0DE CAHORS ;"))),
    ),
    bad(
        "« NC » dans une colonne de nombres",
        lines(rows_only(lambda r: r.rpartition(";")[0] + ";NC")),
        "valeur_illisible",
    ),
    bad(
        "« ndiff » dans une cellule",
        lines(lambda r: [*r[:9], r[9].rpartition(";")[0] + ";ndiff", *r[10:]]),
        "valeur_illisible",
    ),
    bad("valeur négative", lines(lambda r: [*r[:9], r[9].rpartition(";")[0] + ";-3", *r[10:]]), "valeur_illisible"),
    bad(
        "valeur fractionnaire", lines(lambda r: [*r[:9], r[9].rpartition(";")[0] + ";3,5", *r[10:]]), "valeur_illisible"
    ),
    bad(
        "le zéro du département perdu (1 pour 01)",
        lines(rows_only(lambda r: r.replace(";46;", ";1;"))),
        "code_inconnu",
        "valeur_illisible",
        "service_inconnu",
    ),
    Fault("contenu", "le retour d'un autre département", other_departement),
    bad(
        "un département qui n'existe pas",
        lines(rows_only(lambda r: r.replace(";46;", ";99;"))),
        "code_inconnu",
        "service_inconnu",
        "valeur_illisible",
    ),
    bad(
        "une nature inconnue",
        lines(rows_only(lambda r: r.replace("tapages", "tapages_diurnes"))),
        "code_inconnu",
        "valeur_illisible",
    ),
    bad("une ligne de total", lines(lambda r: [*r, "1;2020;1;46;police;TOTAL;tapages;99"]), "service_inconnu"),
    bad("une ligne deux fois", lines(lambda r: [*r, r[-1]]), "cle_en_double"),
    bad("une ligne de moins", lines(lambda r: r[:-1]), "code_absent", "lignes_incoherentes"),
    bad("un modèle rendu tel quel", lines(rows_only(lambda r: r.rpartition(";")[0] + ";")), "rien_de_rempli"),
    bad(
        "un mois qui n'existe pas",
        lines(rows_only(lambda r: r.replace("1;2020;1;", "1;2020;13;"))),
        "valeur_illisible",
        "periode_illisible",
        "code_inconnu",
    ),
    bad("une année à venir", lines(rows_only(lambda r: r.replace(";2020;", ";2031;"))), "periode_a_venir"),
    bad("le fichier d'une autre source", lambda g: b"code;libelle\n46;Lot\n", "feuille_inconnue", "en_tete_inconnu"),
    bad(
        "un index de trop dans le classeur",
        sheet(lambda p: p.append([999, "Nouvel index", 4])),
        "code_inconnu",
        "cellule_hors_tableau",
        file="w.xlsx",
    ),
    bad(
        "une formule sans son résultat",
        sheet(lambda p: p.__setitem__("C9", "=1+1")),
        "formule_non_calculee",
        file="w.xlsx",
    ),
    bad("une erreur de tableur", sheet(lambda p: p.__setitem__("C9", "#REF!")), "cellule_en_erreur", file="w.xlsx"),
    Fault("contenu", "une unité absente du retour", unit_missing),
    Fault("contenu", "la police et la gendarmerie déclarent les mêmes faits", same_facts_twice),
    Fault("contenu", "les données du trimestre passé sous le nom du nouveau", old_quarter),
    Fault("contenu", "une année close révisée", revised),
    Fault("contenu", "la population retirée", without_population),
]
