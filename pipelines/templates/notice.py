"""What the first sheet of a form says, in French, drawn from the schemas: blocks that any writer can lay out."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.base.typography import french
from pipelines.catalogue.schema import Field
from pipelines.templates.content import TableTemplate, Template
from pipelines.templates.names import date_in_words, period_in_words

_OUTCOME = (
    "Envoyer ce classeur, ou les fichiers .csv qui l'accompagnent : l'un ou les autres, pas les deux. Le nom du "
    "fichier est libre."
)


@dataclass(frozen=True)
class Block:
    """A heading, then lines; with `headers`, the lines are those of a table."""

    heading: str
    lines: list[tuple[str, ...]]
    headers: tuple[str, ...] = ()


def notice(template: Template) -> list[Block]:
    """Compose the notice, from top to bottom."""
    first = [tables[0] for tables in template.by_table.values()]
    blocks = [
        Block(template.source.label, _facts(template)),
        Block("Comment remplir", [(said,) for said in _filling(template, first)]),
        Block("Comment corriger un envoi", [(said,) for said in _correcting()]),
        Block("Jamais de donnée sur une personne", [(said,) for said in _personal()]),
    ]
    return [*blocks, *(_columns(t) for t in first)]


def _facts(template: Template) -> list[tuple[str, ...]]:
    several = len({t.period for t in template.tables}) > 1
    due = "À rendre au plus tard le" if not several else "Le premier retour est dû le"
    facts: list[tuple[str, ...]] = [
        ("Période", period_in_words(template.period)),
        ("Qui le remplit", template.source.producer),
        (due, date_in_words(template.due)),
    ]
    if template.respondent:
        facts.insert(1, ("Pour", template.respondent.shown))
    if template.mark:
        facts.append(("Exercice", f"{template.mark} : ce modèle sert à s'exercer, ses chiffres ne comptent pas."))
    return facts


def _filling(template: Template, tables: list[TableTemplate]) -> list[str]:
    rules = [
        "Écrire les nombres dans les cases blanches ; tout le reste est déjà rempli.",
        "Un nombre qui n'est pas connu : laisser la case vide, jamais 0. Un 0 signifie : compté, et il n'y en a pas.",
    ]
    if any(t.known_period for t in template.tables):
        rules.append(
            "Les nombres en gris, à droite des cases, sont les derniers que Vigie connaît, pour comparer. Ils ne sont "
            "pas relus."
        )
    if any(t.schema.check for t in tables):
        rules.append(
            "Une case rouge porte un nombre impossible, une case orange un nombre loin du dernier connu ; la raison "
            "est dans la colonne « Contrôle ». Un nombre orange se laisse s'il est exact."
        )
    if any(f.totalled for t in tables for f in t.schema.fields):
        rules.append("La ligne « Total saisi », en haut, additionne ce que vous écrivez.")
    if len({t.period for t in template.tables}) > 1:
        unit = "mois" if template.tables[0].period.kind == "mois" else "trimestre"
        rules.append(
            f"Une feuille par {unit}. Le classeur peut être envoyé plusieurs fois dans l'année : un {unit} laissé vide "
            "reste attendu, rien de plus."
        )
    for t in tables:
        rules += [f"Feuille « {t.sheet} » : {said}" for said in _rules_of(t)]
    return [
        *rules,
        "Une précision à donner : la feuille « Remarques » est là pour cela. Ne rien écrire ailleurs, ne renommer "
        "aucun en-tête.",
        _OUTCOME,
    ]


def _rules_of(table: TableTemplate) -> list[str]:
    if not table.lines:
        return ["une ligne par dossier ; la laisser vide s'il n'y en a pas."]
    rules = []
    required = [f.title for f in table.schema.answers if f.column.required]
    if required:
        rules.append(
            f"ne remplir que les lignes auxquelles vous répondez, avec {' et '.join(f'« {n} »' for n in required)} ; "
            "laisser vides celles des autres."
        )
    if table.spare_rows:
        rules.append(
            "les lignes libres, en bas, servent à donner un nombre par lieu : y choisir l'indicateur et le lieu."
        )
    return rules


def _correcting() -> list[str]:
    return [
        "Corriger les nombres dans le fichier, l'enregistrer, et l'envoyer de nouveau : la préfecture confirme ce qui "
        "a changé. Aucun numéro n'est à changer.",
        "Garder tout ce qui était juste : un fichier corrigé se renvoie entier.",
    ]


def _personal() -> list[str]:
    return [
        "Des nombres seulement : aucun nom, aucune date de naissance, aucune adresse, aucun téléphone, aucun courriel, "
        "aucun récit, pas même dans les remarques ou dans un commentaire de cellule.",
        "Un fichier qui semble en contenir est refusé en entier, et doit être détruit.",
    ]


def _columns(table: TableTemplate) -> Block:
    headers = ("Colonne", "Ce qui s'y écrit", "Valeurs admises", "Obligatoire", "Exemple")
    lines: list[tuple[str, ...]] = [
        (f.title, french(f.description), allowed(table, f), "oui" if f.column.required else "non", _example(f))
        for f in table.schema.fields
        if not f.hidden
    ]
    return Block(f"Les colonnes à remplir de la feuille « {table.sheet} »", lines, headers)


def allowed(table: TableTemplate, f: Field) -> str:
    """Tell in French what a cell of the column may hold."""
    listed = table.choices.get(f.name)
    if not listed:
        return f.expected()
    if any(c.label for c in listed):
        return f"{listed[0].code} seul" if len(listed) == 1 else "un choix de la liste déroulante"
    return ", ".join(c.shown or c.code for c in listed)


def _example(f: Field) -> str:
    return f.words.get(str(f.example), str(f.example))
