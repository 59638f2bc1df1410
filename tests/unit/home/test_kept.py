"""A swap puts what it replaces beside: the register, the raw rows, the published file; cut, they come back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from pipelines.home import kept
from pipelines.home.register import Register
from pipelines.machine.paths import Paths
from pipelines.settings.model import Settings


class Killed(BaseException):
    """The process is gone at this step."""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    found = Settings(home=tmp_path).paths
    found.create()
    with Register(found.register) as register:
        register.open_load("avant", "vigie load", "journal")
    (found.raw / "source").mkdir()
    (found.raw / "source" / "lignes.parquet").write_bytes(b"lignes")
    found.warehouse.write_bytes(b"avant")
    return found


def loads(paths: Paths) -> list[str]:
    with Register(paths.register) as register:
        return [row["chargement"] for row in register.last_loads()]


def dying(module: object, name: str, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the `at`-th call of a function be the last thing that the process does."""
    real: Callable[..., object] = getattr(module, name)
    count = iter(range(1, 100))

    def call(*arguments: object, **named: object) -> object:
        if next(count) == at:
            raise Killed
        return real(*arguments, **named)

    monkeypatch.setattr(module, name, call)


@pytest.mark.parametrize("step", [("sync_all", 1), ("replace", 1), ("sync", 1), ("replace", 2)], ids=str)
@pytest.mark.parametrize(
    "back", [None, ("replace", 1), ("replace", 2), ("replace", 3), ("replace", 4), ("sync", 1)], ids=str
)
def test_cut_at_any_step_it_leaves_what_it_found(
    paths: Paths, step: tuple[str, int], back: tuple[str, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        dying(kept, *step, patch)
        with pytest.raises(Killed):
            kept.keep(paths)
    if paths.before_rebuild.exists():  # what a swap that went on would have done
        paths.register.unlink()
        (paths.published / "brouillon").write_bytes(b"apres")
        (paths.published / "brouillon").replace(paths.warehouse)
    paths.raw.mkdir(exist_ok=True)
    if back is not None:
        with monkeypatch.context() as patch:
            dying(kept, *back, patch)
            with suppress(Killed):
                kept.put_back(paths)
    kept.put_back(paths)
    assert loads(paths) == ["avant"]
    assert (paths.raw / "source" / "lignes.parquet").read_bytes() == b"lignes"
    assert paths.warehouse.read_bytes() == b"avant"
    assert not paths.before_rebuild.exists()


def test_one_that_died_while_it_dropped_what_it_kept_leaves_nothing(paths: Paths) -> None:
    kept.keep(paths)
    paths.before_rebuild.rename(paths.home / ".avant-reconstruction")
    assert not kept.put_back(paths)  # what was published stands
    assert not list(paths.home.glob("*avant-reconstruction*"))


def test_one_that_published_drops_what_it_kept(paths: Paths) -> None:
    kept.keep(paths)
    assert not paths.raw.exists()
    kept.drop_kept(paths)
    assert not kept.put_back(paths)
    assert not list(paths.home.glob("*avant-reconstruction*"))
