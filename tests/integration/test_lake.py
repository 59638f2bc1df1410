"""Two write one lake and a third reads: nothing lost, no delivery seen by halves; and the reader sees one that is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.engines import lake
from tests.support.postgresql import Server, server

pytestmark = pytest.mark.long

ROWS, DELIVERIES = 50, 24


@pytest.fixture(scope="module")
def pg() -> Iterator[Server]:
    reason = lake.missing()
    if reason:
        pytest.skip(reason)
    with server() as made:
        yield made


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Deliveries of as many rows each, one file each."""
    folder = tmp_path / "livraisons"
    folder.mkdir()
    for n in range(DELIVERIES):
        duckdb.sql(
            f"copy (select '{n}' as livraison_id, i::varchar as faits_constates from range({ROWS}) as t(i)) "
            f"to '{folder}/{n:02d}.parquet'"
        )
    return sorted(folder.iterdir())


def test_two_writers_lose_nothing_and_a_reader_sees_whole_deliveries(
    pg: Server, files: list[Path], tmp_path: Path
) -> None:
    made = lake.Lake(pg, tmp_path / "lac", files[0])
    _, writers, reader = lake.two_writers(made, files, ROWS, tmp_path)
    assert [w["livraisons"] for w in writers] == [DELIVERIES // 2] * 2
    assert (reader["livraisons"], reader["partielles"]) == (DELIVERIES, 0)
    total = made.told(made.start("total", str(tmp_path / "livraisons" / "*.parquet")))
    assert total == {"lignes": ROWS * DELIVERIES, "memes_lignes": True}


def test_a_delivery_by_halves_and_a_row_too_many_are_seen(pg: Server, files: list[Path], tmp_path: Path) -> None:
    made = lake.Lake(pg, tmp_path / "lac", files[0])
    half = tmp_path / "moitié.parquet"
    duckdb.sql(f"copy (from '{files[0]}' limit {ROWS // 2}) to '{half}'")
    made.told(made.start("write", str(half)))
    (tmp_path / "fin").touch()
    assert made.told(made.start("read", str(ROWS), str(tmp_path / "fin")))["partielles"] == 1
    made.told(made.start("write", *map(str, files)))
    assert not made.told(made.start("total", str(tmp_path / "livraisons" / "*.parquet")))["memes_lignes"]


def test_each_delivery_of_a_batch_is_one_file(tmp_path: Path) -> None:
    n, batch = 300, tmp_path / "lot.parquet"
    duckdb.sql(
        f"copy (select (i % {n})::varchar as livraison_id, i::varchar as faits_constates "
        f"from range({n * 1000}) as t(i)) "
        f"to '{batch}'"
    )
    files = lake.one_file_each(tmp_path, tmp_path / "livraisons")
    assert len(files) == n
    assert {duckdb.sql(f"select count(*) from '{file}'").fetchone() for file in files} == {(1000,)}
