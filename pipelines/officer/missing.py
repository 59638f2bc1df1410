"""What is missing, in ten lines."""

from __future__ import annotations

from pipelines.base.wording import number, plural

_SHOWN_KINDS = 8
_SHOWN_NAMES = 90


def lines(missing: list[dict]) -> list[str]:
    """Write one line a kind of absence, those that last first: how many, since when, which."""
    kinds: dict[str, list[dict]] = {}
    for row in missing:
        kinds.setdefault(row["absence"], []).append(row)
    ranked = sorted(kinds.values(), key=lambda k: (not any(r["en_cours"] for r in k), -len(_names(k))))
    said = [_line(k) for k in ranked[:_SHOWN_KINDS]]
    if len(ranked) > _SHOWN_KINDS:
        left = sum(len(_names(k)) for k in ranked[_SHOWN_KINDS:])
        said.append(f"{plural(left, 'autre absence', 'autres absences')}")
    return said


def _line(kind: list[dict]) -> str:
    names = _names(kind)
    words = kind[0]["constat_un" if len(names) == 1 else "constat_plusieurs"]
    return f"{number(len(names))} {words}, {_when(kind)} : {_some(names)}"


def _names(kind: list[dict]) -> list[str]:
    """Name each object once: several pilots owe one return, one service owes two tables."""
    return list(dict.fromkeys(r["action_code"] or r["objet"] for r in kind))


def _when(kind: list[dict]) -> str:
    first, last = min(r["depuis"] for r in kind), max(r["jusqu_a"] for r in kind)
    if any(r["en_cours"] and r["depuis"] != r["jusqu_a"] for r in kind):
        return f"depuis {first}"
    return f"pour {first}" if first == last else f"entre {first} et {last}"


def _some(names: list[str]) -> str:
    shown = names[:1]
    for name in names[1:]:
        if len(", ".join([*shown, name])) > _SHOWN_NAMES:
            break
        shown.append(name)
    left = len(names) - len(shown)
    return ", ".join(shown) + (f" et {number(left)} autre{'s' if left > 1 else ''}" if left else "")
