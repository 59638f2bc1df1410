"""What the checks said, as published tables: the series of their results, and the findings of this load."""

from __future__ import annotations

import pyarrow as pa

from pipelines.home.register import Register
from pipelines.publication.table import Table
from pipelines.quality import record
from pipelines.quality.rules import rules_as_rows

_RESULTS = {
    "": "Le résultat de chaque règle à chaque chargement. Grain, une ligne par chargement, porte, règle et objet.",
    "chargement": "Le chargement.",
    "execute_le": "Quand la règle a été appliquée, heure locale.",
    "porte": "reception, avant d'accepter une livraison, ou entrepot, avant de publier.",
    "regle_code": "La règle (qualite.regles).",
    "famille": "La famille de la règle.",
    "severite": "bloquant, avertissement ou information.",
    "objet": "Ce que la règle a vérifié : une source, une livraison, ou l'ensemble.",
    "resultat": "conforme, ecart, ecart_connu, sans_objet (rien à vérifier) ou erreur (pas pu être jugée).",
    "n_verifies": "Combien d'éléments ont été vérifiés.",
    "n_ecarts": "Combien de ces éléments sont en écart, écarts connus compris.",
    "n_connus": "Combien de ces écarts sont connus et excusés.",
    "observe": "Le pire écart observé, dans l'unité de la règle (qualite.regles).",
    "attendu": "L'écart que la règle tolère.",
    "message": "Le premier constat, en français.",
}
_FINDINGS = {
    "": "Ce que les règles ont trouvé dans ce chargement. Grain, une ligne par règle et constat.",
    "rang": "L'ordre : le plus grave d'abord.",
    "regle_code": "La règle (qualite.regles).",
    "famille": "La famille de la règle.",
    "severite": "bloquant, avertissement ou information.",
    "source": "La source, ou vigie pour ce que l'entrepôt vérifie de lui-même.",
    "objet": "Ce dont il s'agit, en codes : le nom sous lequel l'écart peut être excusé (vigie tolerate).",
    "indicateur_code": "L'indicateur, s'il y en a un.",
    "territoire_code": "Le territoire, s'il y en a un.",
    "periode": "La période, s'il y en a une.",
    "observe": "Ce qui est observé.",
    "attendu": "Ce qui était attendu.",
    "ecart": "L'écart, dans l'unité de la règle.",
    "constat": "L'écart, en une phrase.",
    "remede": "Ce qu'il faut faire.",
    "livraisons": "Les livraisons d'où vient la valeur, séparées par des virgules.",
    "connu_motif": "Pourquoi cet écart est connu et excusé.",
    "connu_jusqu_au": "Le dernier jour où cet écart est excusé.",
}
_RULES = {
    "": "Les règles, l'écart que chacune tolère et pourquoi (expectations/). Grain, une ligne par règle.",
    "regle_code": "Le code de la règle.",
    "libelle": "Le nom de la règle.",
    "famille": "La famille de la règle.",
    "porte": "reception, avant d'accepter une livraison, entrepot, avant de publier, ou les deux.",
    "severite": "bloquant (rien n'est accepté, ou publié), avertissement (à vérifier) ou information.",
    "constat": "La phrase de ses constats, avec la place des valeurs citées.",
    "remede": "Ce qu'il faut faire alors.",
    "seuil": "L'écart que la règle tolère.",
    "unite": "L'unité de cet écart.",
    "motif": "La raison de ce seuil.",
}
_NUMBERS = {"n_verifies": pa.int64(), "n_ecarts": pa.int64(), "n_connus": pa.int64(), "rang": pa.int64()} | {
    name: pa.float64() for name in ("observe", "attendu", "ecart", "seuil")
}


def quality_tables(register: Register, load: str) -> list[Table]:
    """`qualite.regles`, and `qualite.controles` and `qualite.constats` as the register has them once the checks of
    `load` are recorded.
    """
    return [
        _table("regles", _RULES, rules_as_rows()),
        _table("controles", _RESULTS, record.history(register)),
        _table("constats", _FINDINGS, record.findings(register, load)),
    ]


def _table(name: str, comments: dict[str, str], rows: list[dict]) -> Table:
    columns = [c for c in comments if c]
    schema = pa.schema([(c, _NUMBERS.get(c, pa.string())) for c in columns])
    return Table("qualite", name, comments, pa.Table.from_pylist([{c: r[c] for c in columns} for r in rows], schema))
