"""The pages that are written whole, and the two that scripts fill: an indicator's, a place's."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from pipelines.maps.drawing import HATCHES
from pipelines.pages.render import render
from pipelines.publication.states import DECISIONS
from pipelines.report import annexes, wording
from pipelines.report.beside import Beside
from pipelines.report.front import opening, status
from pipelines.report.headlines import by_section
from pipelines.report.lines import Line, Lines
from pipelines.report.methods import methods
from pipelines.report.open_package import INVENTED, is_invented
from pipelines.report.priority import Priority, priorities
from pipelines.report.steering import steering
from pipelines.report.wording import absent
from pipelines.site.data import Data
from pipelines.site.held import Held
from pipelines.site.plan import all_steps, general, sheets, targets
from pipelines.snapshots.folder import RESTRICTED

# Page → the scripts that it needs after the common ones, and whether it draws.
SCRIPTS = {
    "index.html": ("tableau", "dessin", "cartographie", "page"),
    "indicateur.html": ("tableau", "dessin", "cartographie", "indicateur"),
    "lieu.html": ("tableau", "dessin", "lieu"),
}
_PLAIN = ("tableau", "page")
_CORE = "noyau"


@dataclass(frozen=True)
class Pages:
    """The pages of an edition, by the name of their file."""

    held: Held
    data: Data

    def written(self) -> Iterator[tuple[str, str]]:
        """Yield each file and its text."""
        yield "index.html", self._page("index.html", "accueil", **self._home)
        for priority in self._priorities:
            file = f"priorite-{priority.code}.html"
            yield file, self._page(file, "priorite", **self._about_priority(priority))
        first = self._mapped or self.data.indicators[0]
        yield "indicateur.html", self._page("indicateur.html", "indicateur", premier=first)
        yield "lieu.html", self._page("lieu.html", "lieu")
        yield "plan.html", self._page("plan.html", "plan", **self._of_plan)
        yield "donnees.html", self._page("donnees.html", "donnees", indicateurs=self._catalogue, **self._about_data)
        yield "a-propos.html", self._page("a-propos.html", "a-propos", **self._about)
        said = annexes.accessibility(self.held.edition)
        yield "accessibilite.html", self._page("accessibilite.html", "accessibilite", declaration=said)

    def _page(self, file: str, template: str, **values: object) -> str:
        edition = self.held.edition
        scripts = SCRIPTS.get(file, _PLAIN)
        return render(
            f"observatoire/{template}.html.j2",
            filters={"montre": wording.shown, "pour_tri": _sortable, "taux_annuel": self._yearly_rate},
            fichier=file,
            scripts=[*(["vega"] if "dessin" in scripts else []), _CORE, *scripts],
            hachures=HATCHES,
            bandeau=self._band,
            departement=self._place,
            titre_periode=wording.period(str(edition.period)),
            cliche=edition.manifest["cliche"],
            fait_le=edition.manifest["fait_le"],
            restreinte=edition.kind == RESTRICTED,
            ours=annexes.colophon(edition),
            menu=[("index.html", "Accueil"),
                  *((f"priorite-{p.code}.html", f"{p.code} · {p.short}") for p in self._priorities),
                  ("indicateur.html", "Indicateurs"), ("lieu.html", "Lieux"), ("plan.html", "Plan"),
                  ("donnees.html", "Données"), ("a-propos.html", "À propos")],
            priorites=self._priorities,
            **values,
        )  # fmt: skip

    @cached_property
    def _lines(self) -> Lines:
        return self.data.lines

    @cached_property
    def _place(self) -> str:
        return self.held.edition.labels("territoires", "territoire_code")[self.held.edition.department]

    @cached_property
    def _band(self) -> str:
        edition = self.held.edition
        told = ["DÉMONSTRATION, chiffres inventés"] if is_invented(edition) else []
        return " · ".join([wording.KINDS[edition.kind], *told, wording.WARNINGS[edition.kind]])

    @cached_property
    def _priorities(self) -> list[Priority]:
        return priorities(self.held.edition, self._lines)

    @cached_property
    def _beside(self) -> Beside:
        return Beside(self.held.edition)

    def _yearly_rate(self, line: Line) -> str:
        """Write the rate of the last year beside the région's and the country's, as page one of the edition does."""
        rates = self._beside.rates(line.code)
        if rates is None:
            return ""
        places = self.held.edition.tables["territoires"]
        region = next(iter(places.loc[places["niveau"] == "region", "libelle"]), "région")
        elsewhere = [f"{name} : {rate}" for name, rate in ((region, rates.region), ("France", rates.france)) if rate]
        of = f" (de « {rates.of} »)" if rates.of else ""
        return " ; ".join([f"{rates.local} {rates.unit}, {rates.year}{of}", *elsewhere])

    @cached_property
    def _heads(self) -> list[Line]:
        return list({line.code: line for priority in self._priorities for line in priority.heads}.values())

    @cached_property
    def _mapped(self) -> str | None:
        """Choose the map of the home: the head indicator whose rates are known in the most places."""
        rates = self.held.rates
        known = rates[rates["taux"].notna() & rates["indicateur_code"].isin([line.code for line in self._heads])]
        counts = known.groupby("indicateur_code")["territoire_code"].nunique()
        mapped = [code for code in counts.index if self.data.indicator(code)["cartes"]]
        return max(mapped, key=lambda code: (counts[code], code == self._heads[0].code), default=None)

    @property
    def _home(self) -> dict[str, object]:
        edition = self.held.edition
        return {
            "etat": status(edition),
            "essentiel": by_section(opening(edition, self._lines, self._priorities)),
            "tetes": self._heads,
            "carte": self._mapped,
        }

    def _about_priority(self, priority: Priority) -> dict[str, object]:
        edition = self.held.edition
        return {
            "priorite": priority, "situation": general(edition, priority), "fiches": sheets(edition, priority),
            "decisions": DECISIONS,
        }  # fmt: skip

    @property
    def _of_plan(self) -> dict[str, object]:
        edition = self.held.edition
        return {
            "actions": all_steps(edition), "cibles": targets(edition, self._lines), "fonds": self._funds,
            "decisions": DECISIONS, "pilotage": steering(edition),
        }  # fmt: skip

    @property
    def _funds(self) -> list[dict[Hashable, Any]]:
        """List what was granted, project by project: the public edition holds none."""
        rows = self.held.edition.tables.get("financements")
        if rows is None:
            return []
        # A snapshot given before these columns existed has none of them.
        rows = rows.reindex(columns=list(dict.fromkeys([*rows.columns, "beneficiaire", "decision", "demande_eur"])))
        rows = rows.astype(object).where(rows.notna(), None)
        return rows.sort_values(["periode", "dossier"]).to_dict("records")

    @property
    def _catalogue(self) -> list[dict[Hashable, Any]]:
        tables = self.held.edition.tables
        sources = self.held.edition.labels("sources", "source")
        about = tables["indicateurs"].set_index("indicateur_code").to_dict("index")
        served = self.held.series.groupby("indicateur_code")["source"].unique()
        return [
            {
                "code": code,
                "libelle": about[code]["libelle"],
                "unite": about[code]["unite"],
                "definition": about[code]["definition"],
                "sources": ", ".join(sorted({sources[s] for s in served[code]})),
            }
            for code in self.data.indicators
        ]

    @property
    def _about_data(self) -> dict[str, object]:
        tables = self.held.edition.tables
        missing = tables["manquants"]
        now = missing[missing["periode_fin"] >= self.held.edition.period.start]
        return {
            "sources": tables["sources"].sort_values("source").to_dict("records"),
            "limites": annexes.limits(),
            "ruptures": tables["ruptures"].sort_values("date_debut").to_dict("records"),
            "perimetres": tables["perimetres"].to_dict("records"),
            "manques": now.to_dict("records"),
            "avertissements": self.held.edition.manifest["avertissements"],
        }

    @property
    def _about(self) -> dict[str, object]:
        edition = self.held.edition
        return {
            "methodes": methods(edition.kind),
            "verdicts": edition.tables["verdicts"].to_dict("records"),
            "glossaire": annexes.glossary(),
            "invente": INVENTED if is_invented(edition) else "",
            "contours": next((c.attribution for c in self.held.contours.values()), ""),
            "absent": absent,
        }


def _sortable(value: float | None) -> Markup:
    """Write the attribute by which a cell is sorted; none where there is no figure, which is no low one."""
    return Markup("") if absent(value) else Markup(' data-v="{}"').format(value)
