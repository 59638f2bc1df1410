"""A load as Dagster shows it: what each table and check says after a load, and after one with nothing to judge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from dagster import AssetCheckKey, AssetKey, DagsterInstance, ExecuteInProcessResult

from pipelines.home.instance import write_instance
from pipelines.machine.paths import Paths

pytestmark = [pytest.mark.xdist_group("interface"), pytest.mark.long]

VALEURS, ACTIVITE, REGISTRE = (AssetKey(k) for k in (["indicateurs", "valeurs"], ["raw", "iscg_activite"],
                                                     ["raw", "registre"]))  # fmt: skip
REFUSED = AssetCheckKey(REGISTRE, "fichiers_refuses")
JUDGED = {AssetCheckKey(ACTIVITE, "ISCG_PARTIES"), AssetCheckKey(VALEURS, "VALEUR_OU_MOTIF")}


class Runs:
    """Loads of one small home, as the daemon starts them."""

    def __init__(self, home: Path, instance: DagsterInstance) -> None:
        self.landing, self.warehouse, self.instance = home / "landing", home / "published" / "vigie.duckdb", instance

    def load(self) -> ExecuteInProcessResult:
        from pipelines.definitions import build_defs

        done = build_defs().resolve_job_def("chargement").execute_in_process(instance=self.instance)
        assert done.success
        return done

    def tags(self, done: ExecuteInProcessResult) -> str:
        return self.instance.get_run_by_id(done.run_id).tags["vigie/resultat"]

    def said(self) -> dict[AssetCheckKey, tuple[bool, str]]:
        """Each check that ever said something: whether it passed, in which run."""
        from pipelines.defs.graph import CHECKS

        found = self.instance.event_log_storage.get_latest_asset_check_execution_by_key([c.key for c in CHECKS])
        return {key: (record.status.value == "SUCCEEDED", record.run_id) for key, record in found.items()}

    def told(self, key: AssetKey) -> dict:
        return {
            k: v.value
            for k, v in self.instance.get_latest_materialization_event(key).asset_materialization.metadata.items()
        }


@pytest.fixture(scope="module")
def runs(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """One return of a few rows and a file that is none."""
    folder = tmp_path_factory.mktemp("cases")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"HOME": str(folder), "TODAY": "2025-02-15", "STABILITY_SECONDS": "0"}.items():
            patch.setenv(f"VIGIE_{name}", value)
        patch.setenv("DAGSTER_HOME", str(folder / "dagster"))
        write_instance(Paths(folder, folder / "landing"))
        (folder / "landing").mkdir()
        [given] = demo_files.glob("retours-iscg-2023*")
        (folder / "landing" / given.name).write_bytes(given.read_bytes())
        (folder / "landing" / "note.csv").write_text("rien;qui\nse;reconnaisse\n", encoding="utf-8")
        with DagsterInstance.get() as instance:
            yield Runs(folder, instance)


def test_a_load_tells_each_table_and_check_where_they_are(runs: Runs) -> None:
    done = runs.load()
    assert runs.tags(done) == "publié en partie : des fichiers ont été refusés"
    said = runs.said()
    assert said[REFUSED] == (False, done.run_id)
    assert {key: said[key] for key in JUDGED} == dict.fromkeys(JUDGED, (True, done.run_id))
    assert {key.asset_key for key in said if key.asset_key.path[0] == "raw"} == {ACTIVITE, REGISTRE}
    with duckdb.connect(str(runs.warehouse), read_only=True) as db:
        [rows] = db.execute("select count(*) from indicateurs.valeurs").fetchone()
    assert runs.told(VALEURS)["dagster/row_count"] == rows > 0
    assert runs.told(ACTIVITE)["livraisons en usage"] == 1
    assert runs.told(AssetKey(["raw", "police_services"]))["livraisons en usage"] == 0


def test_a_check_that_had_nothing_to_judge_keeps_its_last_result(runs: Runs) -> None:
    before, materialized = runs.said(), runs.instance.get_latest_materialization_event(VALEURS).run_id
    done = runs.load()
    assert runs.tags(done) == "rien de nouveau"
    assert runs.said() == before
    assert runs.instance.get_latest_materialization_event(VALEURS).run_id == materialized


def test_every_asset_is_described_owned_and_grouped() -> None:
    from pipelines.definitions import build_defs
    from pipelines.defs.graph import CHECKS, SPECS

    graph = build_defs().resolve_asset_graph()
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]
    assert all(n.owners and n.description for n in nodes)
    assert {n.group_name for n in nodes} == {
        "arrivee", "reception", "indicateurs", "plan", "priorites", "qualite", "reference", "controles", "publication",
        "cliches",
    }  # fmt: skip
    assert not [c.name for c in CHECKS if not c.description or "{" in c.description]
    columns = {s.key: s.metadata.get("dagster/column_schema") for s in SPECS}
    assert {c.name: c.type for c in columns[VALEURS].columns}["valeur"] == "decimal(18, 2)"


def test_a_load_is_asked_for_whole_from_every_asset() -> None:
    """Dagster then adds what is missing to what was asked, and offers no check or table alone."""
    from pipelines.definitions import build_defs
    from pipelines.defs.graph import CHECKS, loading

    graph = build_defs().resolve_asset_graph()
    whole = {*loading.keys, *(c.key for c in CHECKS)}
    for key in loading.keys:
        assert graph.get(key).execution_set_entity_keys == whole
    executable = {k for k in graph.get_all_asset_keys() if graph.get(k).is_executable}
    assert executable == {*loading.keys, AssetKey(["snapshots", "cliches"])}
