"""What the scripts of the pages hold: common words and lists, then one part an indicator and one a place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import vl_convert

from pipelines.base.typography import NARROW, french
from pipelines.maps.classes import classes_of
from pipelines.maps.contours import Contours
from pipelines.maps.drawing import MISSING, NO_PLACE, WITHHELD, fills, specification
from pipelines.report.charts import specification as chart_specification
from pipelines.report.funnel import specification as funnel_specification
from pipelines.report.lines import Line, Lines
from pipelines.report.neighbourhood import OWN, Ranking, Rankings
from pipelines.report.wording import absent
from pipelines.settings.tables import read_rows
from pipelines.site.columns import Codes, Columns, Row, number, of_rates, of_series
from pipelines.site.held import MAPPED, Held
from pipelines.snapshots.folder import RESTRICTED
from pipelines.snapshots.neighbours import NEIGHBOUR
from pipelines.snapshots.windows import YEAR

Part = dict[str, Any]
# Withheld by whoever publishes it, us or the producer.
_WITHHELD = ("secret_statistique", "non_diffuse")
_WORDS = Path(__file__).with_name("words.csv")
_LINE = ("value", "before", "interval", "change", "word", "mark", "reading", "state", "trend", "signal", "rate",
         "beside", "target", "baseline", "others", "period")  # fmt: skip


class Data:
    """The parts of an edition. `common` is written last: it lists the codes that the others use."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self.lines = Lines(held.edition)
        self._rankings = Rankings(held.edition)
        self._reasons, self._sources, self._units = Codes(), Codes(), Codes()
        self._lots = Codes() if held.edition.kind == RESTRICTED else None
        self._rates = _grouped(held.rates, ["indicateur_code", "territoire_code"])
        self._series = _grouped(held.series, ["indicateur_code", "territoire_code", "periode_type"])

    @cached_property
    def indicators(self) -> list[str]:
        """List the indicators that have a series."""
        return sorted(set(self._held.series["indicateur_code"]))

    def indicator(self, code: str) -> Part:
        """Build the part of an indicator: its series and rates everywhere, its words, its maps."""
        places = sorted({place for own, place, _ in self._series if own == code})
        return {
            "code": code,
            "series": {place: self._series_of(code, place) for place in places},
            "taux": {place: self._rates_of(code, place) for place in places if (code, place) in self._rates},
            "lignes": {place: told for place in places if (told := self._told(code, place))},
            "cartes": dict(self._maps(code)),
            "ruptures": self._breaks(code),
            "correspondances": self._alike(code),
            "voisins": {ranking.year: _ranked(ranking) for ranking in self._rankings.of(code)},
        }

    def place(self, code: str) -> Part:
        """Build the part of a place: the yearly series and rates of every indicator there."""
        series, rates = {}, {}
        for indicator in self.indicators:
            rows = self._series.get((indicator, code, YEAR))
            if rows:
                series[indicator] = of_series(rows, self._reasons, self._sources, self._lots)
            if (indicator, code) in self._rates:
                rates[indicator] = self._rates_of(indicator, code)
        return {"code": code, "series": series, "taux": rates}

    def contours(self, level: str) -> Part:
        """Build the part of the contours of a level."""
        made = self._held.contours[level]
        return {"niveau": level, "attribution": french(made.attribution), "contours": made.collection()["features"]}

    def common(self) -> Part:
        """Build what every page needs."""
        held, edition = self._held, self._held.edition
        about = edition.tables["indicateurs"].set_index("indicateur_code").to_dict("index")
        return {
            "edition": edition.kind,
            "departement": edition.department,
            "periode": str(edition.period),
            "cliche": edition.manifest["cliche"],
            "demonstration": edition.manifest["nature"] == "demonstration",
            "indicateurs": {code: _described(about[code]) for code in self.indicators},
            "priorites": self._by_priority(),
            "lieux": {r["territoire_code"]: _placed(r) for r in held.places.to_dict("records")},
            "dans": self._inside(),
            "cartes": [level for level in MAPPED if level in held.contours],
            "motifs": [french(self._labels("motifs", "motif_code")[c]) for c in self._reasons.values],
            "motifs_secrets": [n for n, c in enumerate(self._reasons.values) if c in _WITHHELD],
            "sources": [self._source(code) for code in self._sources.values],
            "unites": [french(unit) for unit in self._units.values],
            "livraisons": self._deliveries(),
            "absences": {"manquant": MISSING, "secret": WITHHELD, "hors": NO_PLACE},
            "teintes": fills(None),
            "mots": {row["cle"]: french(row["texte"]) for row in read_rows(_WORDS)},
            "gabarits": {
                "courbe": chart_specification([], ""),
                "carte": specification(Contours({}), [], None, ""),
                "entonnoir": funnel_specification(None, ""),
                "nombres": vl_convert.get_format_locale("fr-FR") | {"thousands": NARROW},
            },
        }

    def _series_of(self, code: str, place: str) -> dict[str, Columns]:
        return {
            kind: of_series(rows, self._reasons, self._sources, self._lots)
            for kind in ("annee", "trimestre", "mois")
            if (rows := self._series.get((code, place, kind)))
        }

    def _rates_of(self, code: str, place: str) -> Columns:
        return of_rates(
            sorted(self._rates[code, place], key=lambda r: r["periode"]), self._reasons, self._sources, self._units
        )

    def _told(self, code: str, place: str) -> Part:
        """Write what the report says of the period and of the year, in the same words."""
        own = self._held.edition.period.kind
        made = {kind: self.lines.line(code, place, kind) for kind in dict.fromkeys((own, YEAR))}
        return {kind: _line(line) for kind, line in made.items() if line is not None}

    def _maps(self, code: str) -> Iterator[tuple[str, Part]]:
        """Cut the rates of each level in classes that are the same for every year."""
        rates = self._held.rates
        mine = rates[rates["indicateur_code"] == code]
        levels = mine["territoire_code"].map(self._held.levels)
        for level in self._held.contours:
            here = mine[levels == level]
            known = here[here["taux"].notna()]
            if known.empty or known["unite"].nunique() > 1:
                continue
            classes = classes_of(known["taux"])
            shades = fills(classes)
            labels = classes.labels if classes else []
            yield (
                level,
                {
                    "unite": french(known["unite"].iloc[0]),
                    "classes": labels,
                    "teintes": [shades[label] for label in labels],
                    "bornes": list(classes.bounds) if classes else [],
                    "zero": bool(classes and classes.zero),
                    "annees": sorted(set(here["periode"])),
                },
            )

    def _breaks(self, code: str) -> list[str]:
        """List the breaks that the indicator's own row names, with where they are told."""
        [about] = self._held.edition.tables["indicateurs"].query("indicateur_code == @code").to_dict("records")
        named = "" if absent(about["ruptures"]) else str(about["ruptures"])
        return [french(text) for text in named.split(" ; ") if text]

    def _alike(self, code: str) -> list[Part]:
        """List what counts the same thing elsewhere, or nearly; a snapshot given before this was told has none."""
        rows = self._held.edition.tables.get("correspondances")
        if rows is None:
            return []
        said = {"libelle": "autre_libelle", "unite": "autre_unite", "difference": "difference"}
        return [
            {"cadre": r["cadre"], "code": r["autre_code"], "mot": r["correspondance"]}
            | {name: "" if absent(r[column]) else french(str(r[column])) for name, column in said.items()}
            for r in rows[rows["indicateur_code"] == code].to_dict("records")
        ]

    def _by_priority(self) -> list[Part]:
        """List the priorities with their indicators, then what is in none."""
        tables = self._held.edition.tables
        ties = tables["rattachements"].drop_duplicates(["priorite_code", "indicateur_code"])
        here = set(self.indicators)
        found, tied = [], set()
        for row in tables["priorites"].drop_duplicates("priorite_code").to_dict("records"):
            mine = ties[ties["priorite_code"] == row["priorite_code"]].sort_values("en_tete", ascending=False)
            codes = [c for c in mine["indicateur_code"] if c in here]
            tied |= set(codes)
            label = french(f"{row['priorite_code']} · {row['libelle_court']}")
            found.append({"code": row["priorite_code"], "libelle": label, "indicateurs": codes})
        return [*found, {"code": "", "libelle": "Autres séries", "indicateurs": sorted(here - tied)}]

    def _inside(self) -> dict[str, list[str]]:
        """Place → the places that it lies in today, near or far."""
        inside = self._held.edition.tables["inclusions"]
        today = inside[inside["valide_a"].isna()]
        found: dict[str, list[str]] = defaultdict(list)
        for inner, outer in zip(today["territoire_code"], today["contenant_code"], strict=True):
            if {inner, outer} <= self._held.levels.keys() and outer not in found[inner]:
                found[inner].append(outer)
        return dict(found)

    def _source(self, code: str) -> dict[str, str]:
        [row] = self._held.edition.tables["sources"].query("source == @code").to_dict("records")
        return {"libelle": french(row["libelle"]), "raison": french(row["raison"])}

    def _deliveries(self) -> list[list[str]]:
        """List, lot by lot, the names of the deliveries and their days; the public edition names none."""
        if self._lots is None:
            return []
        tables = self._held.edition.tables
        files = {
            r[
                "livraison_id"
            ]: f"{r['nom']} ({str(r['recu_le'])[8:10]}/{str(r['recu_le'])[5:7]}/{str(r['recu_le'])[:4]})"
            for r in tables["livraisons"].to_dict("records")
        }
        named: dict[str, list[str]] = defaultdict(list)
        for lot, delivery in zip(
            tables["lots_livraisons"]["lot"], tables["lots_livraisons"]["livraison_id"], strict=True
        ):
            named[lot].append(files.get(delivery, delivery))
        return [named.get(lot) or [files.get(lot, lot)] for lot in self._lots.values]

    def _labels(self, table: str, code: str) -> dict[str, str]:
        return self._held.edition.labels(table, code)


def _grouped(rows: pd.DataFrame, by: list[str]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows.to_dict("records"):
        found[tuple(row[name] for name in by)].append({str(k): v for k, v in row.items()})
    return found


def _line(line: Line) -> Part:
    """Write what a line says, without what it says nothing of."""
    told = {name: getattr(line, name) for name in _LINE}
    lecture = line.row["lecture"]
    kept = {n: [french(t) for t in v] if isinstance(v, list) else french(v) for n, v in told.items() if v}
    return kept | {"lecture": lecture, "p": line.row["periode"]}


def _ranked(ranking: Ranking) -> Part:
    """Write where the département stands among its neighbours in a year, and its funnel plot."""
    told = {
        "rang": ranking.rank, "intervalle": ranking.interval, "pourquoi": ranking.why, "source": ranking.source,
        "reserve": ranking.reserve, "recensement": ranking.census, "unite": ranking.unit, "taille": ranking.sized_by,
        "phrase": ranking.spoken if ranking.rank else "",
    }  # fmt: skip
    made = ranking.funnel
    members = [
        [m.role, m.code, french(m.name), number(m.row["taux"]), number(m.row["valeur"]),
         number(m.row["denominateur_valeur"]), french(m.why)]
        for m in [*ranking.compared, *(m for m in ranking.members if m.role not in (OWN, NEIGHBOUR))]
    ]  # fmt: skip
    return {name: french(text) for name, text in told.items() if text} | {
        "membres": members,
        "entonnoir": None if made is None else {
            "centre": number(made.centre), "limites": [[round(line[0]), *map(number, line[1:])] for line in made.lines],
        },
    }  # fmt: skip


def _described(row: Mapping[Hashable, Any]) -> Part:
    """Write what an indicator counts, and how."""
    names = ("libelle", "definition", "unite", "index_4001", "unites_compte", "denominateur", "note", "nature")
    return {name: french(str(row[name])) for name in names if not absent(row[name])}


def _placed(row: Mapping[Hashable, Any]) -> Part:
    """Write a place: its name, its level, the people in it."""
    found = {"libelle": french(row["libelle"]), "niveau": row["niveau"]}
    if not absent(row["population"]):
        found |= {"population": number(row["population"]), "millesime": number(row["population_millesime"])}
    return found
