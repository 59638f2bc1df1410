"""Great Expectations, run so that nothing that was not checked passes for sound.

The library calls an empty suite and an empty table a success, drops an expectation whose name it does not know, and
gives an exception inside an expectation as a plain failure. Here each of the four is an error, told apart.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.core.batch_definition import BatchDefinition

os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")

_RANK = "rang"
NOTHING_CHECKED = "rien n'a été vérifié"


@dataclass(frozen=True)
class Outcome:
    """The result of one expectation on one frame. `error` is set when it could not be judged."""

    rule: str
    success: bool
    checked: int
    unexpected: int
    rows: tuple[int, ...]  # positions of the rows that it did not expect, as far as they are known
    error: str | None = None


class SuiteError(Exception):
    """A suite that cannot be run as it is written."""


def run(suite: dict, frame: pd.DataFrame, parameters: dict[str, float]) -> list[Outcome]:
    """One outcome an expectation, in the order of the suite; the frame's index must be 0, 1, 2…

    Raises `SuiteError` for a suite that is empty or that the library would only run in part.
    """
    import great_expectations as gx
    from great_expectations.exceptions.exceptions import GreatExpectationsError

    # The library gives its results in an order of its own: each carries its rank in the suite.
    written = [e | {"meta": e["meta"] | {_RANK: rank}} for rank, e in enumerate(suite["expectations"])]
    if not written:
        raise SuiteError(f"{suite['name']}: the suite is empty")
    try:
        built = gx.ExpectationSuite(name=suite["name"], expectations=written)
    except Exception as error:
        raise SuiteError(f"{suite['name']}: {error}") from error
    if len(built.expectations) != len(written):
        raise SuiteError(f"{suite['name']}: {len(built.expectations)} expectations understood of {len(written)}")
    try:
        result = (
            _definition()
            .get_batch({"dataframe": frame})
            .validate(built, expectation_parameters=parameters, result_format={"result_format": "COMPLETE"})
        )
    except GreatExpectationsError as error:
        raise SuiteError(f"{suite['name']}: {error}") from error
    found = sorted(result.results, key=lambda one: _meta(one)[_RANK])
    if [_meta(one)[_RANK] for one in found] != list(range(len(written))):
        raise SuiteError(f"{suite['name']}: {len(found)} results for {len(written)} expectations")
    return [_outcome(one) for one in found]


def get_ready() -> None:
    """Import the library and open its context, which takes three seconds: before the first frame, not once it waits."""
    _definition()


def forget() -> None:
    """Let go of the last frame that was run on: the library holds its last context, which holds the frame."""
    import great_expectations as gx

    _definition.cache_clear()
    gx.get_context(mode="ephemeral")


def _meta(result: ExpectationValidationResult) -> dict:
    """Return what the suite adds to an expectation beside the library's own fields."""
    return (result.expectation_config.meta if result.expectation_config else None) or {}


def _outcome(result: ExpectationValidationResult) -> Outcome:
    rule = _meta(result)["regle"]
    error = _exception(result.exception_info)
    found = result.result or {}
    checked = int(found.get("element_count", 0) or found.get("observed_value", 0) or 0)
    if error is None and checked == 0:
        error = NOTHING_CHECKED
    return Outcome(
        rule=rule,
        success=bool(result.success) and error is None,
        checked=checked,
        unexpected=int(found.get("unexpected_count") or 0),
        rows=tuple(found.get("unexpected_index_list") or ()),
        error=error,
    )


def _exception(info: dict | None) -> str | None:
    """Find the message of an exception, wherever the library put it: flat, or under the name of a metric."""
    for level in (info or {}, *(v for v in (info or {}).values() if isinstance(v, dict))):
        if level.get("raised_exception"):
            return str(level.get("exception_message"))
    return None


@lru_cache(maxsize=1)
def _definition() -> BatchDefinition:
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    # A context writes its configuration as YAML each time that something is added to it: one a process.
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("memoire").add_dataframe_asset("tableau")
    return asset.add_batch_definition_whole_dataframe("tout")
