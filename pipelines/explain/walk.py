"""The walk: from a published value to its terms, from them to cells and lines, and to the deliveries they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.base.sql import literal
from pipelines.catalogue.load import load_catalogue
from pipelines.explain.compiled import traced
from pipelines.explain.question import KEY
from pipelines.publication.reading import rows
from pipelines.settings.model import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOWN = 100
_KEY = ", ".join(KEY)
_CELLS = (
    "(indicateur_code varchar, territoire_code varchar, periode varchar, source varchar, livraison_id varchar, "
    "feuille varchar, ligne integer, colonne varchar, mesure varchar, objet varchar, compte decimal(18, 2), "
    "operation varchar)"
)
# What a maximum or a ratio is made of does not add up to it.
_ADDED = {"somme", "denombrement", "retranchement"}
_ROUNDING = Decimal("0.005")  # values are published with two decimals


def walk(settings: Settings, value: dict) -> dict:
    """What a published value (a row of `indicateurs.valeurs`) is made of.

    `termes`: the values that it is directly made of; `manquants`: the values under it that are missing, with their
    reason; `cellules`: the cells and lines (`nombre`, the first SHOWN in `lignes`, `sommes` by indicator), with
    `concorde`, whether they add up to the value, None where they are not meant to; `taux`: its rates, each with the
    cells of its denominator; `livraisons`: every delivery it comes from.
    """
    [told] = walk_each(settings, [value])
    return told


def walk_each(settings: Settings, values: Iterable[dict]) -> Iterator[dict]:
    """The same of several values: the models are laid over the raw rows once."""
    with traced(settings) as (db, analyses):
        db.execute(f"attach {literal(str(settings.paths.warehouse))} as publie (read_only)")
        for value in values:
            yield _walked(db, analyses, value)


def _walked(db: DuckDBPyConnection, analyses: dict[str, str], value: dict) -> dict:
    key = f"select {_KEY} from publie.indicateurs.valeurs limit 0"  # noqa: S608
    db.execute(f"create or replace temp table demandees as {key}")
    db.execute(
        "create or replace temp table denominateurs_demandes"
        " (territoire_code varchar, millesime integer, nature varchar)"
    )
    db.execute(f"create or replace temp table cellules {_CELLS}")
    terms = _descend(db, analyses, value)
    _collect(db, analyses)
    told: dict = {"termes": terms, "manquants": _missing(db, value), "cellules": _cells(db, value, len(terms))}
    told["absences"] = _owed(db, value) if value["valeur"] is None else []
    told["taux"] = _rates(db, analyses, value)
    told["livraisons"] = _deliveries(db, value)
    lines = [told["cellules"]["lignes"], *(r["cellules"]["lignes"] for r in told["taux"])]
    _name_headers(db, [c for some in lines for c in some])
    return told


def _descend(db: DuckDBPyConnection, analyses: dict[str, str], value: dict) -> list[dict]:
    """Fill `demandees` with the value and everything under it; returns its direct terms."""
    db.execute(f"insert into demandees values ({', '.join('?' * len(KEY))})", [value[k] for k in KEY])  # noqa: S608
    steps = " union ".join(f"({analyses[n]})" for n in sorted(analyses) if n.startswith("termes_"))
    direct: list[dict] | None = None
    while True:
        db.execute(
            f"create or replace temp table termes as select * from ({steps}) as t where not exists ("  # noqa: S608
            f"select 1 from demandees as d where {_on('d', 't')}) and exists (select 1 from "
            f"publie.indicateurs.valeurs as v where {_on('v', 't')})"
        )
        if direct is None:
            direct = rows(
                db,
                f"select {', '.join('t.' + k for k in KEY)}, r.libelle as territoire, v.valeur, v.statut, v.motif "  # noqa: S608
                f"from termes as t left join publie.indicateurs.valeurs as v on {_on('v', 't')} "
                "left join publie.reference.territoires as r on r.territoire_code = t.territoire_code order by all",
            )
        [(count,)] = db.execute("select count(*) from termes").fetchall()
        if not count:
            return direct
        db.execute("insert into demandees select * from termes")


def _collect(db: DuckDBPyConnection, analyses: dict[str, str]) -> None:
    for (source,) in db.execute("select distinct source from demandees order by 1").fetchall():
        db.execute(f"insert into cellules {analyses[f'cellules_{source}']}")


def _missing(db: DuckDBPyConnection, value: dict) -> dict:
    found = rows(
        db,
        f"select {', '.join('v.' + k for k in KEY)}, v.motif_code, v.motif from publie.indicateurs.valeurs as v "  # noqa: S608
        f"inner join demandees as d on {_on('v', 'd')} where v.valeur is null "
        "order by v.periode, v.territoire_code, v.indicateur_code",
    )
    under = [m for m in found if any(m[k] != value[k] for k in KEY)]
    return {"nombre": len(under), "lignes": under[:SHOWN]}


def _owed(db: DuckDBPyConnection, value: dict) -> list[dict]:
    """What is owed and not there, over the days of a missing value, that this indicator waits for."""
    return rows(
        db,
        "select distinct s.phrase, s.debiteur, s.echeance from publie.qualite.series_manquantes as s "
        "inner join publie.qualite.series_manquantes_indicateurs as i on i.absence_id = s.absence_id "
        "where i.indicateur_code = ? and s.statistique = ? and s.periode_debut <= ? and s.periode_fin >= ? "
        "order by s.echeance, s.phrase",
        value["indicateur_code"], value["source"], value["periode_fin"], value["periode_debut"],
    )  # fmt: skip


def _cells(db: DuckDBPyConnection, value: dict, n_terms: int) -> dict:
    [(number,)] = db.execute("select count(*) from cellules").fetchall()
    sums = rows(
        db,
        "select indicateur_code, operation, count(*) as nombre, count(*) - count(compte) as vides, "
        "case when count(compte) = count(*) or operation = 'denombrement' then sum(compte) end as total "
        "from cellules group by indicateur_code, operation order by 1, 2",
    )
    lines = rows(
        db,
        "select c.*, l.nom from cellules as c left join publie.qualite.livraisons as l "  # noqa: S608
        "on l.livraison_id = c.livraison_id order by l.nom, c.feuille, c.ligne, c.colonne, c.mesure, c.indicateur_code "
        f"limit {SHOWN}",
    )
    _name_corrected(db, lines)
    return {"nombre": number, "lignes": lines, "sommes": sums, "concorde": _agrees(value, sums, n_terms)}


def _name_corrected(db: DuckDBPyConnection, cells: list[dict]) -> None:
    """Give each line of a return that corrects others the places that it corrects (`corrige`: nom, feuille, ligne)."""
    found: dict[tuple, list[dict]] = {}
    if cells:
        places = rows(
            db,
            "select c.corrigee_par, c.corrigee_feuille, c.corrigee_ligne, l.nom, c.feuille, c.ligne "
            "from publie.qualite.lignes_corrigees as c "
            "inner join publie.qualite.livraisons as l on l.livraison_id = c.livraison_id "
            "where c.change and c.corrigee_par in (select livraison_id from cellules) order by all",
        )
        for place in places:
            key = place.pop("corrigee_par"), place.pop("corrigee_feuille"), place.pop("corrigee_ligne")
            found.setdefault(key, []).append(place)
    for cell in cells:
        cell["corrige"] = found.get((cell["livraison_id"], cell["feuille"], cell["ligne"]), [])


def _agrees(value: dict, sums: list[dict], n_terms: int) -> bool | None:
    if value["valeur"] is None or any(s["operation"] not in _ADDED for s in sums):
        return None
    if any(s["indicateur_code"] != value["indicateur_code"] for s in sums):
        return None
    total = sum(s["total"] or 0 for s in sums)
    if value["cumul"] == "moyenne" and value["periode_type"] != "mois":
        return n_terms > 0 and bool(abs(total / n_terms - value["valeur"]) <= _ROUNDING)
    return bool(value["valeur"] == total)


def _rates(db: DuckDBPyConnection, analyses: dict[str, str], value: dict) -> list[dict]:
    if value["ventilation_type"] != "total" or value["periode_type"] != "annee":
        return []
    found = rows(
        db,
        "select x.*, n.regle, n.nature from publie.indicateurs.taux as x "
        "inner join seeds.denominateurs as n on n.denominateur = x.denominateur "
        "where x.indicateur_code = ? and x.territoire_code = ? and x.periode = ? and x.source = ?",
        value["indicateur_code"], value["territoire_code"], value["periode"], value["source"],
    )  # fmt: skip
    db.execute("delete from demandees")
    db.execute(f"insert into demandees values ({', '.join('?' * len(KEY))})", [value[k] for k in KEY])  # noqa: S608
    for rate in found:
        db.execute("delete from denominateurs_demandes")
        if rate["denominateur_millesime"] is not None:
            asked = [value["territoire_code"], rate["denominateur_millesime"], rate["nature"]]
            db.execute("insert into denominateurs_demandes values (?, ?, ?)", asked)
        db.execute(f"create or replace temp table denominateurs as {analyses['cellules_denominateurs']}")
        lines = rows(
            db,
            "select c.*, l.nom from denominateurs as c left join publie.qualite.livraisons as l "
            "on l.livraison_id = c.livraison_id order by l.nom, c.feuille, c.ligne, c.colonne",
        )
        total = sum(c["compte"] for c in lines) if lines and all(c["compte"] is not None for c in lines) else None
        rate["cellules"] = {
            "nombre": len(lines),
            "lignes": lines[:SHOWN],
            "concorde": None if total is None else total == rate["denominateur_valeur"],
        }
        rate["annees"] = rows(
            db,
            f"select v.periode, v.valeur, v.statut, v.motif from publie.indicateurs.valeurs as v inner join "  # noqa: S608
            f"({analyses['annees_du_taux']}) as d on d.indicateur_code = v.indicateur_code "
            "and d.territoire_code = v.territoire_code and d.periode_type = v.periode_type and d.periode = v.periode "
            "and d.ventilation_type = v.ventilation_type and v.retenu order by 1",
        )
        # Of the deliveries of a denominator there is no lot: they are those of its cells.
        db.execute(
            "insert into cellules select ?, territoire_code, millesime::varchar, '', livraison_id, feuille, ligne, "
            "colonne, mesure, objet, compte, operation from denominateurs",
            [value["indicateur_code"]],
        )
    return found


def _deliveries(db: DuckDBPyConnection, value: dict) -> list[dict]:
    return rows(
        db,
        "select distinct l.livraison_id, l.nom, l.recu_le, l.sha256, l.taille_octets, l.statut, "
        "(select count(*) from cellules as c where c.livraison_id = l.livraison_id) as n_cellules "
        "from publie.qualite.livraisons as l where l.livraison_id in (select livraison_id from cellules "
        "union select livraison_id from publie.qualite.lots_livraisons where lot = ?) order by l.nom",
        value["lot_livraisons"],
    )


def _name_headers(db: DuckDBPyConnection, cells: list[dict]) -> None:
    """Give each line of a list the header under which its file has the column (`entete`); None in a matrix."""
    columns = {
        # Vigie's own formats have two spellings of a header; the name is the one that a CSV has.
        (source.name, layout.name, column.name): column.name if layout.own_format else column.header
        for source in load_catalogue().sources
        for layout in source.layouts
        for column in layout.columns
    }
    layouts: dict[str, list[tuple[str, str]]] = {}
    for delivery, source, layout in db.execute(
        "select distinct livraison_id, source, layout from publie.qualite.tranches order by all"
    ).fetchall():
        layouts.setdefault(delivery, []).append((source, layout))
    for cell in cells:
        used = layouts.get(cell["livraison_id"], [])
        headers = [columns[*place, cell["mesure"]] for place in used if (*place, cell["mesure"]) in columns]
        cell["entete"] = None if cell["colonne"] else (headers or [cell["mesure"]])[0]


def _on(left: str, right: str) -> str:
    return " and ".join(f"{left}.{k} = {right}.{k}" for k in KEY)
