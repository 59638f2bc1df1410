"""What the first sheet of a template says, in French, drawn from the schemas: blocks that any writer can lay out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipelines.intake.periods import Period
from pipelines.templates.content import TableTemplate, Template
from pipelines.templates.schema import Field

_MONTHS = [
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
]  # fmt: skip


@dataclass(frozen=True)
class Block:
    """A heading, then lines; with `headers`, the lines are those of a table."""

    heading: str
    lines: list[tuple[str, ...]]
    headers: tuple[str, ...] = ()


def notice(template: Template) -> list[Block]:
    """The notice, from top to bottom."""
    blocks = [
        Block(template.source.label, _facts(template)),
        Block("À quoi sert ce modèle", [(f"Feuille « {t.sheet} » : {t.schema.description}",) for t in template.tables]),
        Block("Règles", [(rule,) for rule in _rules(template)]),
    ]
    blocks += [_columns(t) for t in template.tables]
    shown: set[tuple[str, ...]] = set()
    for table in template.tables:
        for f in table.schema.fields:
            listed = table.choices.get(f.name, [])
            if any(c.label for c in listed) and (key := (f.name, *(c.code for c in listed))) not in shown:
                shown.add(key)
                lines = [(c.code, c.label, c.unit, c.note) for c in listed]
                blocks.append(Block(f"Codes de « {f.title} » ({f.name})", lines, ("Code", "Libellé", "Unité", "Note")))
    return blocks


def period_in_words(period: Period) -> str:
    """« mars 2021 », « 1er trimestre 2021 », « 2021 »."""
    if period.kind == "annee":
        return str(period)
    if period.kind == "mois":
        return f"{_MONTHS[period.start.month - 1]} {period.start.year}"
    quarter = (period.start.month + 2) // 3
    return f"{quarter}{'er' if quarter == 1 else 'e'} trimestre {period.start.year}"


def date_in_words(day: dt.date) -> str:
    """« 1er avril 2021 »."""
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"


def _facts(template: Template) -> list[tuple[str, ...]]:
    facts = [
        ("Période", f"{period_in_words(template.period)} ({template.period})"),
        ("Qui le remplit", template.source.producer),
        ("À rendre au plus tard le", date_in_words(template.due)),
    ]
    if template.respondent:
        facts.insert(1, ("Pour", template.respondent.name))
    return facts


def _rules(template: Template) -> list[str]:
    rules = [
        "Une cellule reste vide si le nombre n'est pas connu, jamais 0. Un 0 veut dire : compté, et il n'y en a pas.",
        "Des nombres, jamais une personne : aucun nom, aucune date de naissance, aucune adresse, aucun téléphone. "
        "Un fichier où Vigie en reconnaît est refusé en entier.",
        "Ne renommer ni les feuilles ni les en-têtes, n'ajouter aucune colonne, n'écrire rien hors du tableau. Les "
        "cellules grises sont déjà remplies.",
    ]
    for t in template.tables:
        rules += [f"Feuille « {t.sheet} » : {said}" for said in _rules_of(t)]
    return [
        *rules,
        "Pour corriger un envoi : rendre le fichier corrigé, ou les seules lignes corrigées, sans rien y numéroter. "
        "Vigie montre ce qui change, et rien ne change avant qu'une personne l'ait confirmé.",
        "Rendre ce classeur, au format .xlsx, ou les fichiers .csv : l'un ou les autres, pas les deux. Ne pas ouvrir "
        "un .csv dans un tableur : il y perdrait des zéros initiaux, et l'accord des codes avec leurs listes.",
    ]


def _rules_of(table: TableTemplate) -> list[str]:
    rules = []
    if table.whole:
        rules.append("garder toutes les lignes, même vides.")
    answers = [f.name for f in table.schema.fields if f.required and f.name not in table.schema.key]
    if table.rows and answers:
        rules.append(
            f"{', '.join(answers)} se remplit sur chaque ligne rendue. Supprimer les lignes auxquelles vous n'avez pas "
            "à répondre : une ligne rendue vaut réponse, et pourrait contredire celle d'un autre."
        )
    left = [name for name in table.schema.key if table.rows and table.rows[0][name] is None]
    if left:
        rules.append(f"une ligne se recopie autant de fois qu'il y a de valeurs à écrire dans {', '.join(left)}.")
    if not table.rows:
        rules.append("elle est vide : ajouter autant de lignes qu'il en faut, ou aucune.")
    return rules


def _columns(table: TableTemplate) -> Block:
    headers = ("Colonne", "Ce que c'est", "Ce qu'on y écrit", "Valeurs admises", "Obligatoire", "Exemple")
    lines = [
        (f.name, f.title, f.description, _allowed(table, f), "oui" if f.required else "non", str(f.example))
        for f in table.schema.fields
    ]
    return Block(f"Les colonnes de la feuille « {table.sheet} »", lines, headers)


def _allowed(table: TableTemplate, f: Field) -> str:
    listed = table.choices.get(f.name)
    if listed is None:
        return f.expected()
    if any(c.label for c in listed):
        return f"{listed[0].code} seul" if len(listed) == 1 else "un code de la liste, plus bas"
    return ", ".join(c.code for c in listed)
