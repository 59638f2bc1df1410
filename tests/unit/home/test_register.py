"""Which delivery is in use does not depend on the order in which deliveries came."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.cli import deliveries
from pipelines.home import register as register_module
from pipelines.home.register import Register

DELIVERIES = {
    # sha256 → {(source, slice): (edition, content)}
    "a" * 64: {("police", "2018"): ("2019", "v1"), ("police", "2019"): ("2019", "v1")},
    "b" * 64: {("police", "2018"): ("2020", "v2"), ("police", "2020"): ("2020", "v1")},
    "c" * 64: {("police", "2019"): ("2019", "v2"), ("gendarmerie", "2019"): ("2019", "v1")},
}


def fill(register: Register, order: tuple[str, ...]) -> dict:
    for sha in order:
        parts = [
            {"source": s, "table": "services", "tranche": t, "periode": t, "edition": e, "layout": "l", "feuille": "f",
             "lignes": 1, "cellules": 1, "vides": 0, "empreinte": content}
            for (s, t), (e, content) in DELIVERIES[sha].items()
        ]  # fmt: skip
        reception = {"nom": "n", "recu_le": "t", "nature": "reelle", "chargement": "c", "tranches": parts}
        register.accept(sha, 1, reception, "formats")
    return {
        (s["source"], s["tranche"]): (s["livraison_id"][0], bool(s["conflit"]))
        for s in register.selection()
        if s["rang"] == 1
    }


def test_every_order_selects_the_same_and_names_the_same_conflict(tmp_path: Path) -> None:
    expected = {
        ("police", "2018"): ("b", False),  # the later edition
        ("police", "2019"): ("c", True),  # same edition, other content: a named conflict
        ("police", "2020"): ("b", False),
        ("gendarmerie", "2019"): ("c", False),
    }
    for number, order in enumerate(itertools.permutations(DELIVERIES)):
        with Register(tmp_path / f"{number}.sqlite") as register:
            assert fill(register, order) == expected


@settings(max_examples=20, deadline=None)
@given(order=st.lists(st.sampled_from(sorted(DELIVERIES)), min_size=3, max_size=9))
def test_repetition_changes_nothing(tmp_path_factory, order: list[str]) -> None:
    order += sorted(DELIVERIES)
    with Register(tmp_path_factory.mktemp("r") / "r.sqlite") as register:
        assert fill(register, tuple(order))["police", "2019"] == ("c", True)


def test_a_withdrawn_delivery_gives_way_and_ends_the_conflict(tmp_path: Path) -> None:
    with Register(tmp_path / "r.sqlite") as register:
        fill(register, tuple(DELIVERIES))
        register.decide("c" * 12, "retiree", "essai", "t")
        used = {(s["source"], s["tranche"]): s for s in register.selection() if s["rang"] == 1}
    assert used["police", "2019"]["livraison_id"] == "a" * 12
    assert not used["police", "2019"]["conflit"]
    assert ("gendarmerie", "2019") not in used


def test_what_is_asked_of_the_selection_alone_is_what_the_selection_says(tmp_path: Path) -> None:
    with Register(tmp_path / "r.sqlite") as register:
        fill(register, tuple(DELIVERIES))
        assert {(s["tranche"], s["livraison_id"][0], s["rang"], s["conflit"]) for s in register.disputed()} == {
            ("2018", "b", 1, 0), ("2018", "a", 2, 0), ("2019", "c", 1, 1), ("2019", "a", 2, 1)
        }  # fmt: skip
        whole = register.selection()
        assert register.in_use() == {
            (s["source"], s["table_nom"], s["tranche"]): s["livraison_id"]
            for s in whole
            if s["rang"] == 1 and not s["indecise"]
        }
        assert ("police", "services", "2019") not in register.in_use()
        assert [r[-1] for r in register.ranked()] == [s["sha256"] for s in whole]
        register.note_raw("b" * 12, "lot")
        register.decide("c" * 12, "retiree", "essai", "t")
        assert {s["tranche"] for s in register.disputed()} == {"2018"}
        assert register.in_use()["police", "services", "2019"] == "a" * 12
        assert register.raw_in_use() == {("police", "services", "a" * 12), ("police", "services", "lot")}


def test_the_files_of_one_year_that_are_other_tables_are_all_in_use(tmp_path: Path) -> None:
    with Register(tmp_path / "r.sqlite") as register:
        for sha, table in (("a" * 64, "usagers"), ("b" * 64, "lieux")):
            part = {
                "source": "road_safety", "table": table, "tranche": "2019", "periode": "2019", "edition": "2019",
                "layout": "l", "feuille": "", "lignes": 1, "cellules": 1, "vides": 0, "empreinte": table,
            }  # fmt: skip
            reception = {"nom": "n", "recu_le": "t", "nature": "reelle", "chargement": "c", "tranches": [part]}
            register.accept(sha, 1, reception, "formats")
        for name in "ab":
            assert set(deliveries.slice_uses(register, register.delivery(name)).values()) == {"oui"}


def test_the_prefix_of_a_delivery_must_be_unique(tmp_path: Path) -> None:
    with Register(tmp_path / "r.sqlite") as register:
        fill(register, tuple(DELIVERIES))
        assert register.delivery("aaa")["livraison_id"] == "a" * 12
        assert register.delivery("") is None
        assert register.delivery("%") is None
        assert register.delivery("zz") is None


def test_decisions_keep_their_order_whatever_the_clock_does(tmp_path: Path, monkeypatch) -> None:
    clock = iter([
        "2024-10-27T02:59:58+02:00",
        "2024-10-27T02:59:58+02:00",  # the same second
        "2024-10-27T02:10:00+01:00",  # summer time ended: later, and smaller as text
        "2024-10-26T12:00:00+02:00",  # set back by a day
    ])  # fmt: skip

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromisoformat(next(clock))

    taken = ["retiree", "retablie", "retiree", "retablie"]
    with Register(tmp_path / "r.sqlite") as register:
        fill(register, ("a" * 64,))
        found = register.deliveries()[0]["livraison_id"]
        monkeypatch.setattr(register_module.dt, "datetime", Clock)
        for decision in taken:
            register.decide(found, decision, "essai", register.decision_time())
        monkeypatch.undo()
        kept = register.decisions(found)
    assert [d["decision"] for d in kept] == taken
    instants = [dt.datetime.fromisoformat(d["decide_le"]) for d in kept]
    assert all(a < b for a, b in itertools.pairwise(instants))


def test_a_decision_replayed_on_what_is_now_refused_is_kept_and_changes_nothing(tmp_path: Path) -> None:
    defect = {"code": "c", "feuille": None, "ligne": None, "colonne": None, "constat": "refusé", "attendu": None,
              "remede": "r"}  # fmt: skip
    reception = {"nom": "n", "recu_le": "t", "nature": "reelle", "chargement": "c", "defauts": [defect]}
    with Register(tmp_path / "r.sqlite") as register:
        register.refuse("a" * 64, 1, reception, "formats")
        for decision in ("retiree", "retablie"):
            register.decide("a" * 12, decision, "essai", "2025-01-01T00:00:00+00:00")
        [delivery] = register.deliveries()
        assert (delivery["statut"], delivery["motif"]) == ("refusee", "refusé")
        assert register.decision_counts() == {"a" * 64: 2}
