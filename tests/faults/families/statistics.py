"""Series from which a figure or a word could be drawn that nobody may sign."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd

from pipelines.disclosure.suppress import suppress
from pipelines.disclosure.system import Cell, build
from tests.faults.experiments import put
from tests.faults.fault import Fault
from tests.faults.ground import Ground
from tests.faults.trial import Outcome, Trial
from tests.support.small_series import FALL, NOT_SHOWN, RISE, UNKNOWN, compared, quarters, yearly, years

# The first count that is a rise from each, alone in its family (exact conditional test, 5 %, two-sided).
FIRST_RISES = {9: 21, 20: 36, 50: 73, 100: 131, 1000: 1091}


class Watch:
    """What is noted of tries that need no home."""

    def __init__(self) -> None:
        self.outcome = Outcome()

    def holds(self, invariant: str, condition: object, sentence: str) -> None:
        self.outcome.tries += 1
        if not condition:
            self.outcome.broken.append((invariant, sentence))


def percentages(_: Ground) -> Outcome:
    """No percentage of fewer than ten, whichever of the two it is, nor of nothing."""
    w = Watch()
    for then in (0, 1, 9, 10, 11, 40):
        for now in (0, 9, 10, 11, 40):
            said = compared(yearly(then, now)).loc[("TUES", "annee"), "evolution_pct"]
            w.holds("I2", pd.notna(said) == (min(then, now) >= 10), f"{then} → {now} : {said} %")
    return w.outcome


def first_rises(_: Ground) -> Outcome:
    """The word changes where the test does: one fact fewer, and none is shown; and so does the fall, the other way."""
    w = Watch()
    for then, now in FIRST_RISES.items():
        for count, word in ((now, RISE), (now - 1, NOT_SHOWN)):
            said = compared(yearly(then, count)).loc[("TUES", "annee"), "mot"]
            w.holds("I2", said == word, f"{then} → {count} se lit « {said} »")
        back = compared(yearly(now, then)).loc[("TUES", "annee"), "mot"]
        w.holds("I2", back == FALL, f"{now} → {then} se lit « {back} »")
    return w.outcome


def small_counts(_: Ground) -> Outcome:
    """What is withheld for itself: from one to the threshold, neither 0 nor the next."""
    w = Watch()
    for threshold in (0, 4, 10):
        for count in range(13):
            said = suppress(build([Cell("n", count, threshold)], []))
            w.holds("I5", bool(said) == (1 <= count <= threshold), f"{count} sous le seuil {threshold} : {said}")
    return w.outcome


def holes(_: Ground) -> Outcome:
    """A quarter missing, whichever, makes each sum that holds it missing, with its reason."""
    w = Watch()
    for hole in range(8):
        values = [None if i == hole else 10.0 + i for i in range(8)]
        found = compared([*quarters(2018, values[:4]), *quarters(2019, values[4:])])
        for kind in ("cumul", "douze_mois"):
            one = found.loc[("TUES", kind)]
            wanted = sum(values[4:]) if hole < 4 else None
            same = one["valeur"] == wanted if wanted is not None else pd.isna(one["valeur"])
            w.holds("I2", same, f"trou {hole}, {kind} : {one['valeur']}")
            w.holds("I2", one["mot"] == UNKNOWN and pd.isna(one["ecart"]), f"trou {hole}, {kind} : {one['mot']}")
            w.holds("I3", one["comparaison_motif"] or one["motif"], f"trou {hole}, {kind} : sans raison")
    return w.outcome


def breaks(_: Ground) -> Outcome:
    """A break, in whichever quarter of the window, and nothing is compared."""
    w = Watch()
    for place in range(4):
        rows = [*quarters(2018, [10, 11, 12, 13]), *quarters(2019, [30, 31, 32, 33])]
        rows[4 + place]["rupture"] = True
        found = compared(rows)
        for kind in ("cumul", "douze_mois", *(["trimestre"] if place == 3 else [])):
            one = found.loc[("TUES", kind)]
            w.holds("I2", one["mot"] == UNKNOWN and pd.isna(one["evolution_pct"]), f"{kind} : {one['mot']}")
            w.holds("I3", one["comparaison_motif"] == "rupture_de_serie", f"{kind} : {one['comparaison_motif']}")
    for place in range(1, 5):
        rows = years([100, 140, 190, 240, 300])
        rows[place]["rupture"] = True
        said = compared(rows).loc[("TUES", "annee"), "tendance"]
        w.holds(
            "I2", said == "non_calculable", f"une rupture en {rows[place]['periode']}, et la tendance est « {said} »"
        )
    return w.outcome


def polarity(_: Ground) -> Outcome:
    """What is ambiguous, or has no polarity at all, is neither good nor bad, whatever its change."""
    w = Watch()
    for said in ("ambigue", None, "inconnue"):
        for then, now in ((9, 90), (90, 9), (50, 51)):
            read = compared(yearly(then, now), polarity=said).loc[("TUES", "annee"), "lecture"]
            w.holds("I2", read == "neutre", f"{then} → {now}, polarité {said} : {read}")
    return w.outcome


def no_inhabitants(ground: Ground) -> Outcome:
    """A population of 0: no rate is made of it, and nothing stops."""
    [(name, file)] = ground.files("population-municipale").items()
    book = openpyxl.load_workbook(file)
    changed = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float) and cell.value > 3000 and not 2000 <= cell.value <= 2100:
                    cell.value, changed = 0, changed + 1
    stream = io.BytesIO()
    book.save(stream)
    with Trial(ground) as t:
        t.holds("I2", changed, "aucune population changée")
        put(t.home, {name: stream.getvalue()})
        told = t.home.load()
        if told["code_sortie"]:
            t.holds("I3", told["refusees"], f"sort {told['code_sortie']} : {told['resultat']}")
            for refused in told["refusees"]:
                t.says_why(refused["defauts"][0]["constat"], name)
            t.unchanged()
        rates = t.home.sql(
            "select count(*) from indicateurs.taux where taux is not null and coalesce(denominateur_valeur, 0) <= 0"
        )
        t.holds("I2", rates == [[0]], f"{rates} taux sans dénominateur")
    return t.outcome


FAULTS = [
    Fault("statistique", "des nombres de chaque côté du seuil des pourcentages", percentages, fast=True),
    Fault("statistique", "des nombres de chaque côté du premier qui soit une hausse", first_rises, fast=True),
    Fault("statistique", "des nombres de chaque côté du seuil du secret", small_counts, fast=True),
    Fault("statistique", "un trimestre manquant dans douze mois, dans le cumul", holes, fast=True),
    Fault("statistique", "une rupture dans la fenêtre, dans la tendance", breaks, fast=True),
    Fault("statistique", "une polarité ambiguë, ou absente", polarity, fast=True),
    Fault("statistique", "un dénominateur à zéro", no_inhabitants),
]
