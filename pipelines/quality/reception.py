"""The first gate: each source's suite on the rows that were just read. A red delivery is refused, the load goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.intake.archive import MachineFault
from pipelines.intake.batch import Batch
from pipelines.intake.refusal import Defect
from pipelines.quality.findings import OFF, SOUND, Result
from pipelines.quality.rules import RECEPTION, Rule, parameter, parameters, read_rules, read_suite
from pipelines.quality.suites import Outcome, SuiteError, run
from pipelines.settings import EXPECTATIONS
from pipelines.wording import figure

if TYPE_CHECKING:
    import pandas as pd

_PLACE = ("livraison_id", "feuille", "ligne", "colonne", "statut")
_COLUMNS = ("column", "column_A", "column_B")
# What only a number has; the raw rows are text.
_NUMERIC = ("expect_column_values_to_be_between", "expect_column_pair_values_a_to_be_greater_than_b")
_MOST_DEFECTS = 50


@dataclass
class ReceptionGate:
    """Called with each batch of a load; remembers what each rule looked at and found, table by table."""

    rules: dict[str, Rule] = field(default_factory=lambda: read_rules(RECEPTION))
    suites: dict[str, dict] = field(default_factory=lambda: reception_suites())
    checked: dict[tuple[str, str], int] = field(default_factory=dict)
    off: dict[tuple[str, str], int] = field(default_factory=dict)
    said: dict[tuple[str, str], str] = field(default_factory=dict)

    def __call__(self, batch: Batch) -> dict[str, list[Defect]]:
        """The defects of the deliveries that a rule refuses, by delivery id. Raises MachineFault when a rule cannot
        be judged: nothing of the batch is settled then.
        """
        defects: dict[str, list[Defect]] = {}
        for (source, table), drafts in batch.tables().items():
            suite = self._suite(source, table)
            if suite is None:
                continue
            frame = self._frame(drafts, suite)
            for outcome, expectation in zip(_run(suite, frame), suite["expectations"], strict=True):
                self._note(f"{source}.{table}", outcome)
                for position in outcome.rows:
                    row = frame.iloc[position]
                    found = defects.setdefault(row["livraison_id"], [])
                    if len(found) < _MOST_DEFECTS:
                        found.append(self._defect(outcome.rule, row, expectation, f"{source}.{table}"))
        return defects

    def results(self) -> list[Result]:
        """One result a rule and table (`source.table`) that a delivery of this load gave something to look at."""
        return [
            Result(
                regle_code=code,
                famille=self.rules[code].family,
                porte=RECEPTION,
                severite=self.rules[code].severity,
                objet=table,
                resultat=OFF if self.off[code, table] else SOUND,
                n_verifies=n,
                n_ecarts=self.off[code, table],
                n_connus=0,
                observe=float(self.off[code, table]),
                attendu=0.0,
                message=self.said.get((code, table)),
            )
            for (code, table), n in self.checked.items()
        ]

    def _suite(self, source: str, table: str) -> dict | None:
        """The expectations of one table; None when its source has none for it."""
        whole = self.suites.get(source)
        kept = [e for e in whole["expectations"] if e["meta"]["table"] == table] if whole else []
        return {"name": f"{whole['name']}/{table}", "expectations": kept} if kept else None

    def _frame(self, drafts: dict[Path, set[str]], suite: dict) -> pd.DataFrame:
        """The rows of these deliveries: their place, and what the suite compares, as numbers, or quotes, as text."""
        import pandas as pd
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        tables = []
        told = json.dumps(suite["expectations"]) + "".join(
            self.rules[e["meta"]["regle"]].says for e in suite["expectations"]
        )
        for file, ids in drafts.items():
            source = pq.ParquetFile(file)
            rows = source.read(
                [c for c in source.schema_arrow.names if c in _PLACE or f'"{c}"' in told or f"{{{c}}}" in told]
            )
            wanted = pa.array(sorted(ids))
            tables.append(rows.filter(pc.is_in(pc.cast(rows["livraison_id"], pa.string()), value_set=wanted)))
        frame = pa.concat_tables(tables, promote_options="permissive").to_pandas().reset_index(drop=True)
        frame["livraison_id"] = frame["livraison_id"].astype(str)
        for column in _numeric_columns(suite["expectations"]):
            frame[column] = pd.to_numeric(frame[column])
        return frame

    def _note(self, table: str, outcome: Outcome) -> None:
        key = outcome.rule, table
        self.checked[key] = self.checked.get(key, 0) + outcome.checked
        self.off[key] = self.off.get(key, 0) + outcome.unexpected

    def _defect(self, code: str, row: pd.Series, expectation: dict, table: str) -> Defect:
        rule = self.rules[code]
        limit = parameters().get(parameter(code, table))
        words = {k: "" if v is None or v != v else _shown(v) for k, v in row.items()}
        words |= {
            "valeur": words.get(expectation["kwargs"].get("column", ""), ""),
            "limite": figure(None if limit is None else Decimal(limit)),
        }
        says = rule.says.format_map(words)
        self.said.setdefault((code, table), says)
        return Defect(
            code.lower(),
            says,
            rule.remedy,
            feuille=words["feuille"] or None,
            ligne=int(words["ligne"]) if words["ligne"] else None,
            colonne=words["colonne"] or None,
        )


def reception_suites() -> dict[str, dict]:
    """Every source's suite, by source."""
    files = sorted((EXPECTATIONS / RECEPTION).glob("*.json"))
    return {file.stem: read_suite(f"{RECEPTION}/{file.stem}") for file in files}


def _run(suite: dict, frame: pd.DataFrame) -> list[Outcome]:
    """The outcomes in the order of the suite; a row condition that no row meets has nothing to say."""
    try:
        outcomes = run(suite, frame, parameters())
    except SuiteError as error:
        raise MachineFault(f"Contrôle à la réception : {error}. Corriger expectations/.") from error
    for outcome, expectation in zip(outcomes, suite["expectations"], strict=True):
        conditional = "row_condition" in expectation["kwargs"] and outcome.checked == 0
        if outcome.error and not conditional:
            raise MachineFault(f"Contrôle à la réception {outcome.rule} : {outcome.error}. Corriger expectations/.")
    return outcomes


def _numeric_columns(expectations: Iterable[dict]) -> set[str]:
    return {e["kwargs"][c] for e in expectations if e["type"] in _NUMERIC for c in _COLUMNS if c in e["kwargs"]}


def _shown(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)
