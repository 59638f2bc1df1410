"""The calendar: what came, what is late, what is not due yet, what nobody asks for."""

from __future__ import annotations

import time

from pipelines.base.periods import Period
from pipelines.catalogue.load import load_catalogue
from pipelines.home.register import Register
from pipelines.officer.calendar import Board, boards
from pipelines.officer.excusing import excuse
from pipelines.reception.contents import note_contents
from pipelines.reception.receive import receive
from pipelines.settings.model import Settings
from tests.support.returns import monthly, year_of

SERVICE, CODE = "CGD CAHORS", "SRV-46-GN-CGD-CAHORS"


def states(settings: Settings, code: str = CODE, until: str = "2021-05") -> dict[str, str]:
    """Month → what the calendar says of a debtor of the monthly returns, in words."""
    [board] = [b for b in boards(settings, Period.read(until)) if b.cadence == "mensuelle"]
    return {str(c.period): c.words for c in line_of(board, code).cells}


def line_of(board: Board, code: str):
    [line] = [one for one in board.lines if one.code == code]
    return line


def send(settings: Settings, name: str, content: bytes, load: str) -> None:
    (settings.paths.landing / name).write_bytes(content)
    with Register(settings.paths.register) as register:
        intake = receive(settings, register, load_catalogue(), load)
        note_contents(settings, register, load_catalogue())
    assert not intake.refused


def test_an_empty_home_says_what_is_late_and_what_is_not_due(lot: Settings) -> None:
    # The start is February; the return of a month is due on the 15th of the next, and today is the 10th of April.
    said = states(lot)
    assert (said["2021-01"], said["2021-02"], said["2021-03"], said["2021-04"]) == (
        "non demandé", "en retard", "attendu", "attendu",
    )  # fmt: skip
    assert len(said) == 12
    assert not lot.paths.register.exists()


def test_a_return_that_nobody_owes_is_never_late_and_its_form_is_there(lot: Settings) -> None:
    """A quarter without a meeting or an agreement owes nothing, and is missing nowhere."""
    [board] = [b for b in boards(lot, Period.read("2021-05")) if b.cadence == "trimestrielle"]
    [line] = [one for one in board.lines if one.source.name == "plan_steering"]
    said = {str(c.period): c.words for c in line.cells}
    # The start is February: the quarter that it is in began before.
    assert (said["2021-T1"], said["2021-T2"]) == ("non demandé", "facultatif")


def test_what_came_is_received_for_its_service_alone(lot: Settings) -> None:
    send(lot, "retour.csv", monthly(SERVICE, 2021, [2, 3], year_of(SERVICE, 2021)), "l1")
    said = states(lot)
    assert (said["2021-02"], said["2021-03"], said["2021-04"]) == ("reçu", "reçu", "attendu")
    assert states(lot, "SRV-46-GN-CGD-FIGEAC")["2021-02"] == "en retard"
    [board] = [b for b in boards(lot, Period.read("2021-05")) if b.cadence == "mensuelle"]
    with Register(lot.paths.register) as register:
        [delivery] = register.deliveries()
    assert [c.delivery for c in line_of(board, CODE).cells if str(c.period) == "2021-02"] == [delivery["livraison_id"]]


def test_a_correction_is_one_to_confirm(lot: Settings) -> None:
    told = year_of(SERVICE, 2021)
    send(lot, "retour.csv", monthly(SERVICE, 2021, [2], told), "l1")
    told[7, 2] = {**told[7, 2], "faits_constates": 90}
    time.sleep(1.1)  # arrivals are told to the second
    send(lot, "corrige.csv", monthly(SERVICE, 2021, [2], told), "l2")
    assert states(lot)["2021-02"] == "correction à confirmer"


def test_an_excuse_is_obeyed_at_once(lot: Settings) -> None:
    excuse(lot, [SERVICE, "2021-02"], None, "effectif réduit")
    assert states(lot)["2021-02"] == "excusé"
    assert states(lot)["2021-03"] == "attendu"
    assert states(lot, "SRV-46-GN-CGD-FIGEAC")["2021-02"] == "en retard"
