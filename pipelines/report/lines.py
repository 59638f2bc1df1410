"""One indicator in one territory, as a page shows it: its figure, what it is compared with, its series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd
from markupsafe import Markup

from pipelines.report import wording
from pipelines.report.charts import FINAL, MISSING, PROVISIONAL, WITHHELD, Point, chart, sparkline
from pipelines.report.edition import Edition
from pipelines.report.wording import absent
from pipelines.snapshots.windows import MONTH, QUARTER, TO_DATE, TWELVE_MONTHS, YEAR
from pipelines.statistics.intervals import count_interval
from pipelines.statistics.words import FALL, RISE

_SHOWN = {MONTH: 13, QUARTER: 12, YEAR: 10}
_LAST = 5
_KEY = ["indicateur_code", "territoire_code", "periode_type"]
_POINT = ["periode", "periode_debut", "valeur", "statut", "confidentialite", "rupture", "comparable_depuis"]
_LEAST = {">=": "au moins", "<=": "au plus", "=": "exactement"}
_MARKS = {RISE: "▲", FALL: "▼"}


@dataclass(frozen=True)
class Line:
    """Texts in French, ready to be shown; `row` is the comparison that they were made of."""

    code: str
    label: str
    unit: str
    row: dict
    period: str
    value: str
    before: str
    interval: str
    change: str
    word: str
    mark: str
    reading: str
    state: str
    reserve: str
    trend: str
    signal: str
    rate: str
    beside: list[str]
    target: str
    target_words: str
    reached: str
    why: str
    baseline: str
    source: str
    points: list[Point] = field(repr=False)
    others: list[str] = field(default_factory=list)

    @property
    def spark(self) -> Markup:
        return sparkline(self.points) if len(self.points) > 1 else Markup("")

    @property
    def chart(self) -> Markup:
        return chart(self.points)

    @property
    def last(self) -> list[tuple[str, str]]:
        """Return the last periods of the series with their figures: as many as the narrowest screen shows whole."""
        return [(wording.short_period(p.period), _told(p)) for p in self.points[-_LAST:]]

    @property
    def spoken(self) -> str:
        """Tell the chart in a sentence, for readers who do not see it."""
        known = [(p.period, p.value) for p in self.points if p.value is not None]
        if not known:
            return f"{self.label} : aucune valeur connue."
        (first, from_value), (last, to_value) = known[0], known[-1]
        low, high = min(value for _, value in known), max(value for _, value in known)
        return (
            f"{self.label}, {self.unit}. {len(known)} périodes connues sur {len(self.points)}, de {first} "
            f"({wording.shown(from_value)}) à {last} ({wording.shown(to_value)}) ; au moins "
            f"{wording.shown(low)}, au plus {wording.shown(high)}."
        )


class Lines:
    """The lines of one edition."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._indicators = edition.tables["indicateurs"].set_index("indicateur_code").to_dict("index")
        self._sources = edition.labels("sources", "source")
        self._reasons = edition.labels("motifs", "motif_code")
        self._reserves = edition.labels("perimetres", "perimetre", "reserve")
        compared = edition.tables["comparaisons"]
        self._rows = {
            (r["indicateur_code"], r["territoire_code"], r["periode_type"]): r for r in compared.to_dict("records")
        }
        series = edition.tables["series"]
        totals = series[series["ventilation_type"] == "total"].sort_values("periode_debut")
        # Columns as arrays of Python's own values: a page asks for some hundreds of short series among thousands.
        # Snapshots of earlier versions lack some columns.
        held = totals.reindex(columns=[*_KEY, *_POINT])
        self._columns = {name: held[name].to_numpy(dtype=object) for name in held.columns}
        self._places = {key: list(places) for key, places in held.groupby(_KEY, sort=False).indices.items()}
        self._targets: dict[tuple[str, str], list[dict]] = defaultdict(list)
        for target in edition.tables["cibles"].to_dict("records"):
            self._targets[target["type"], target["objet_code"]].append(target)

    def _series(self, indicator: str, territory: str, kind: str) -> list[dict]:
        """The points of a series, oldest first."""
        places = self._places.get((indicator, territory, kind), ())
        return [{name: values[i] for name, values in self._columns.items()} for i in places]

    def line(self, indicator: str, territory: str | None = None, kind: str | None = None) -> Line | None:
        """Find the line of an indicator: of the period when it has a figure or a reason, of the year otherwise."""
        territory = territory or self._edition.department
        own = self._edition.period.kind
        for wanted in [kind] if kind else dict.fromkeys([own] if own == MONTH else [own, YEAR]):
            row = self._rows.get((indicator, territory, wanted))
            if row is not None and (kind or wanted == YEAR or not _mute(row)):
                return self._made(indicator, territory, row)
        row = self._rows.get((indicator, territory, own))
        return self._made(indicator, territory, row) if row and not kind else None

    def years(self, indicator: str, territory: str) -> dict[str, float]:
        """Return the known years of a series."""
        rows = self._series(indicator, territory, YEAR)
        return {r["periode"]: r["valeur"] for r in rows if not absent(r["valeur"])}

    def _made(self, indicator: str, territory: str, row: dict) -> Line:
        about = self._indicators[indicator]
        kind = row["periode_type"]
        return Line(
            code=indicator,
            label=about["libelle"],
            unit=row["unite"],
            row=row,
            period=wording.period(row["periode"], kind),
            value=self._value(row),
            before=wording.shown(row["valeur_precedente"]),
            interval=wording.interval(row["borne_basse"], row["borne_haute"]),
            change=self._change(row),
            word=_word(row),
            mark=_MARKS.get(_word(row).partition(" ")[0], ""),
            reading=wording.READINGS[row["lecture"]],
            state=self._state(row),
            reserve=self._reserve(row),
            trend=wording.TRENDS.get(row["tendance"], ""),
            signal=wording.SIGNALS.get(row["signal"], ""),
            rate="" if absent(row["taux"]) else f"{wording.shown(row['taux'], 2)} {row['taux_unite']}",
            beside=list(self._beside(row)),
            target=self._target(indicator, row),
            target_words=self._target_words(indicator, row),
            reached=self._reached(indicator, row),
            why=self._why(row),
            baseline=self._baseline(indicator),
            source=self._sources.get(row["source"], row["source"]),
            points=self._points(indicator, territory, row),
            others=[o for o in (self._other(indicator, territory, k) for k in (TO_DATE, TWELVE_MONTHS)) if o]
            if kind != YEAR
            else [],
        )

    @staticmethod
    def _change(row: dict) -> str:
        """Write the change, except over a break of the series."""
        if row["comparaison_motif"] == "rupture_de_serie":
            return ""
        return wording.change(row["valeur"], row["valeur_precedente"], row["evolution_pct"])

    def _value(self, row: dict) -> str:
        return "non publié" if row["confidentialite"] != "F" else wording.shown(row["valeur"])

    def _state(self, row: dict) -> str:
        if row["confidentialite"] != "F":
            return self._reasons["secret_statistique"]
        if row["statut"] == "M":
            return f"manque : {row['motif'] or self._reasons.get(row['motif_code'], '')}"
        told = ("provisoire" if row["statut"] == "P" else "", self._not_compared(row))
        return " ; ".join(said for said in told if said)

    def _reserve(self, row: dict) -> str:
        """Say what the value leaves out of its territory."""
        said = self._reserves.get(row["perimetre"])
        return "" if absent(said) or absent(row["valeur"]) else str(said)

    def _why(self, row: dict) -> str:
        """Say why there is no value, or none to compare it with."""
        if row["confidentialite"] != "F":
            return self._reasons["secret_statistique"]
        if absent(row["valeur"]):
            return str(row["motif"] or self._reasons.get(row["motif_code"], ""))
        return "" if absent(row["comparaison_motif"]) else str(self._reasons.get(row["comparaison_motif"], ""))

    def _not_compared(self, row: dict) -> str:
        why = row["comparaison_motif"]
        if absent(why):
            part = row.get("rupture_part_pct")
            if part is None or absent(part) or absent(row["valeur_precedente"]):
                return ""
            return wording.broken_part(part)
        # The figure is shown; the one of the year before is withheld.
        told = self._reasons.get(why, "")
        return f"un an avant : {told[:1].lower()}{told[1:]}" if why == "secret_statistique" else told

    def _beside(self, row: dict) -> Iterator[str]:
        for name, words in (("region", "le reste de la région"), ("france", "le reste de la France")):
            ratio, low, high = (row[f"rapport_{name}{end}"] for end in ("", "_bas", "_haut"))
            if not absent(ratio):
                said = "comme" if low <= 1 <= high else "plus que" if ratio > 1 else "moins que"
                span = f"de {wording.shown(low, 2)} à {wording.shown(high, 2)}"
                yield f"{said} {words} (× {wording.shown(ratio, 2)}, {span})"

    def _targets_of(self, indicator: str, kind: str) -> list[dict]:
        end = self._edition.period.end
        return [
            r
            for r in self._targets[kind, indicator]
            if (absent(r["valide_de"]) or r["valide_de"] <= end) and (absent(r["valide_a"]) or r["valide_a"] >= end)
        ]

    def _target(self, indicator: str, row: dict) -> str:
        said = []
        for target in self._targets_of(indicator, "cible"):
            if not absent(target["territoire_code"]) and target["territoire_code"] != row["territoire_code"]:
                continue
            if absent(target["valeur"]):
                said.append(f"cible du plan : {target['unite']}, d'après une règle")
                continue
            said.append(f"cible du plan : {wanted(target)}{reached(target, row)}")
        return " · ".join(said)

    def _own_targets(self, indicator: str, row: dict) -> list[dict]:
        """List the targets in figures that are set for this territory and this kind of period."""
        return [
            target
            for target in self._targets_of(indicator, "cible")
            if not absent(target["valeur"])
            and target["periode_type"] == row["periode_type"]
            and (absent(target["territoire_code"]) or target["territoire_code"] == row["territoire_code"])
        ]

    def _target_words(self, indicator: str, row: dict) -> str:
        return " · ".join(f"cible : {wanted(target)}" for target in self._own_targets(indicator, row))

    def _reached(self, indicator: str, row: dict) -> str:
        said = [reached(target, row).removeprefix(" ; ") for target in self._own_targets(indicator, row)]
        return next(iter(dict.fromkeys(said)), "")

    def _baseline(self, indicator: str) -> str:
        return " · ".join(
            f"point de départ : {wording.shown(r['valeur'])} {r['unite']}"
            + ("" if absent(r["date_cible"]) else f" au {r['date_cible']:%d/%m/%Y}")
            for r in self._targets_of(indicator, "reference")
        )

    def _other(self, indicator: str, territory: str, kind: str) -> str:
        row = self._rows.get((indicator, territory, kind))
        if row is None or absent(row["valeur"]):
            return ""
        text = f"{wording.period(row['periode'], kind)} : {wording.shown(row['valeur'])}"
        moved = self._change(row)
        said = " ; ".join(filter(None, (moved, _word(row))))
        return f"{text} ({said})" if moved else text

    def _points(self, indicator: str, territory: str, row: dict) -> list[Point]:
        kind = row["periode_type"]
        rows = [r for r in self._series(indicator, territory, kind) if r["periode"] <= row["periode"]]
        counted = row["loi"] == "poisson"
        shown = rows[-_SHOWN[kind] :]
        return [_point(r, counted, _apart(before, r)) for before, r in zip([None, *shown], shown, strict=False)]


def _word(row: dict) -> str:
    """Return the word of the change. Earlier versions wrote one where nothing is tested: it is dropped."""
    return "" if absent(row["mot"]) or row["loi"] == "aucune" else row["mot"]


def wanted(target: dict) -> str:
    """Write what a target in figures asks for."""
    return f"{_LEAST[target['operateur']]} {wording.shown(target['valeur'])} {target['unite']}"


def reached(target: dict, row: dict) -> str:
    """Tell whether a target is reached, on the rows that it is set for, as `atteinte` of the priority tables does."""
    if absent(row["valeur"]) or row["periode_type"] != target["periode_type"]:
        return ""
    value, aim = row["valeur"], target["valeur"]
    if {">=": value >= aim, "<=": value <= aim, "=": value == aim}[target["operateur"]]:
        return " ; atteinte"
    due = target["date_cible"]
    later = not absent(due) and pd.Timestamp(due) > pd.Timestamp(row["periode_fin"])
    return " ; l'échéance n'est pas passée" if later else " ; non atteinte"


def _apart(before: dict | None, row: dict) -> bool:
    """Tell whether a break lies between two points that follow one another."""
    if before is None or absent(row["comparable_depuis"]):
        return bool(row["rupture"])
    return bool(row["rupture"]) and before["periode_debut"] < row["comparable_depuis"]


def _point(row: dict, counted: bool, broken: bool) -> Point:
    if absent(row["valeur"]):
        # A withheld value has a sign of its own: it is not missing.
        secret = not absent(row["confidentialite"]) and row["confidentialite"] != "F"
        return Point(row["periode"], None, state=WITHHELD if secret else MISSING, broken=broken)
    low, high = _interval(float(row["valeur"])) if counted else (None, None)
    return Point(
        row["periode"],
        float(row["valeur"]),
        low,
        high,
        PROVISIONAL if row["statut"] == "P" else FINAL,
        broken,
    )


@lru_cache(maxsize=4096)
def _interval(count: float) -> tuple[float, float]:
    """The interval of a count as it is drawn: the pages of an edition draw the same small counts many times."""
    low, high = count_interval(count)
    return round(float(low), 2), round(float(high), 2)


def _told(point: Point) -> str:
    if point.state == WITHHELD:
        return "n. p."
    return f"{wording.shown(point.value)}{' p' if point.state == PROVISIONAL else ''}"


def _mute(row: dict) -> bool:
    """Tell whether a quarter has no figure, when the year may have one."""
    return absent(row["valeur"]) and row["confidentialite"] == "F"


def territories(edition: Edition, level: str) -> pd.DataFrame:
    """List the territories of a level, by code."""
    rows = edition.tables["territoires"]
    return rows[rows["niveau"] == level].sort_values("territoire_code")
