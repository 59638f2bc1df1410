"""The first gate: each source's suite on the rows that were just read. A red delivery is refused, the load goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.base.refusal import Defect
from pipelines.base.wording import figure
from pipelines.catalogue.load import load_catalogue
from pipelines.machine.faults import MachineFault
from pipelines.quality import within
from pipelines.quality.distinct import distinct
from pipelines.quality.examiner import examine
from pipelines.quality.findings import OFF, SOUND, Result
from pipelines.quality.rules import RECEPTION, Rule, parameters, read_rules, read_suite
from pipelines.quality.suites import Outcome, SuiteError
from pipelines.reception.batch import Batch
from pipelines.settings.model import EXPECTATIONS

if TYPE_CHECKING:
    import pandas as pd

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
            self._within(source, table, drafts, defects)
            suite = self._suite(source, table)
            if suite is None:
                continue
            quoted = "".join(self.rules[e["meta"]["regle"]].says for e in suite["expectations"])
            rows = distinct(drafts, suite, quoted)
            for outcome, expectation in zip(_run(suite, rows.frame), suite["expectations"], strict=True):
                self._note(outcome.rule, f"{source}.{table}", rows.checked(expectation), rows.unexpected(outcome.rows))
                for _, row in rows.of(outcome.rows, _MOST_DEFECTS).iterrows() if outcome.rows else ():
                    defects.setdefault(row["livraison_id"], []).append(
                        self._defect(outcome.rule, row, expectation, f"{source}.{table}")
                    )
        return defects

    def _within(self, source: str, table: str, drafts: dict[Path, set[str]], defects: dict[str, list[Defect]]) -> None:
        """Find what the rows of one delivery contradict among themselves."""
        wanted = [code for code in within.compared(source, table) if code in self.rules]
        if not wanted:
            return
        try:
            examined = within.examine(source, table, drafts, parameters())
        except ValueError as error:
            raise MachineFault(f"Contrôle à la réception : {error}. Corriger expectations/.") from error
        label = load_catalogue().source(source).label
        for code in wanted:
            found = [row for row in examined.off if row["regle_code"] == code]
            if code in examined.checked:
                self._note(code, f"{source}.{table}", examined.checked[code], len(found))
            for row in found:
                of_delivery = defects.setdefault(row["livraison_id"], [])
                if len(of_delivery) < _MOST_DEFECTS:
                    of_delivery.append(self._contradiction(code, row | {"source": label}, f"{source}.{table}"))

    def _contradiction(self, code: str, row: dict, table: str) -> Defect:
        rule = self.rules[code]
        shown = {name: figure(_rounded(row[name])) for name in ("observe", "attendu")}
        says = rule.says.format_map(row | shown)
        self.said.setdefault((code, table), says)
        return Defect(
            code.lower(),
            says.rstrip("."),
            rule.remedy.rstrip("."),
            feuille=row["feuille"] or None,
            ligne=int(row["ligne"]) if row["ligne"] else None,
            colonne=row["colonne"] or None,
        )

    def results(self) -> list[Result]:
        """Return one result a rule and table (`source.table`) that a delivery of this load gave rows to."""
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
        """Select the expectations of one table; None when its source has none for it."""
        whole = self.suites.get(source) or {"name": source, "expectations": []}
        kept = [e for e in whole["expectations"] if e["meta"]["table"] == table]
        return {"name": f"{whole['name']}/{table}", "expectations": kept} if kept else None

    def _note(self, rule: str, table: str, checked: int, off: int) -> None:
        self.checked[rule, table] = self.checked.get((rule, table), 0) + checked
        self.off[rule, table] = self.off.get((rule, table), 0) + off

    def _defect(self, code: str, row: pd.Series, expectation: dict, table: str) -> Defect:
        rule = self.rules[code]
        bound = expectation["kwargs"].get("max_value")
        limit = parameters().get(bound["$PARAMETER"]) if isinstance(bound, dict) else None
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
    """Read every source's suite, by source."""
    files = sorted((EXPECTATIONS / RECEPTION).glob("*.json"))
    return {file.stem: read_suite(f"{RECEPTION}/{file.stem}") for file in files}


def judged_tables() -> list[tuple[str, str, str]]:
    """List (source, table, rule) of everything that the first gate may judge."""
    of_suites = [
        (source, e["meta"]["table"], e["meta"]["regle"])
        for source, suite in reception_suites().items()
        for e in suite["expectations"]
    ]
    tables = [(source.name, table) for source in load_catalogue().sources for table in source.tables]
    return list(dict.fromkeys([*of_suites, *((s, t, code) for s, t in tables for code in within.compared(s, t))]))


def _run(suite: dict, frame: pd.DataFrame) -> list[Outcome]:
    """Return the outcomes in the order of the suite; a row condition that no row meets gives none."""
    try:
        outcomes = examine(suite, frame, parameters())
    except SuiteError as error:
        raise MachineFault(f"Contrôle à la réception : {error}. Corriger expectations/.") from error
    for outcome, expectation in zip(outcomes, suite["expectations"], strict=True):
        conditional = "row_condition" in expectation["kwargs"] and outcome.checked == 0
        if outcome.error and not conditional:
            raise MachineFault(f"Contrôle à la réception {outcome.rule} : {outcome.error}. Corriger expectations/.")
    return outcomes


def _rounded(value: float) -> Decimal:
    return round(Decimal(value), 2)


def _shown(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)
