"""The feasibility intervals of τ-ARGUS, which the statistical offices use, for what an edition withholds.

Sums and parts alone: what indicators count in common is the attacker's own.
"""

from __future__ import annotations

from pathlib import Path

from tests.disclosure.attacker import Attacker, Key

_NO_END = 1_000_000.0


def audited(attacker: Attacker, truth: dict[Key, tuple[float, int]], file: Path) -> dict[Key, tuple[float, float]]:
    """Unknown key → the interval that the audit finds. `file` is where the table is written for it, in JJ format: a
    cell a line (place, value, cost, status, bounds, protection levels), then the relations.
    """
    from pytauargus._tauargus import audit_jj

    rows = [r for r in attacker.rows if all(k in truth for k in r[0])]
    keys = sorted({k for row, _, _ in rows for k in row})
    place = {key: i for i, key in enumerate(keys)}
    cells, relations = [], []
    for key in keys:
        value, threshold = truth[key]
        withheld = key not in attacker.known
        small = withheld and 1 <= value <= threshold
        up, down = (threshold - value, value - 1) if small else (0, 0)
        cells.append((value, "u" if small else "m" if withheld else "s", up, down))
    for row, _, most in rows:
        terms = {place[key]: coefficient for key, coefficient in row.items()}
        if most > 0:  # no less than: what is left is one more cell that nobody prints
            cells.append((sum(c * truth[k][0] for k, c in row.items()), "m", 0, 0))
            terms[len(cells) - 1] = -1.0
        relations.append(terms)
    lines = ["0", str(len(cells))]
    lines += [f"{i} {v:g} 1 {s} 0 {_NO_END:g} {down:g} {up:g} 0" for i, (v, s, up, down) in enumerate(cells)]
    lines += [str(len(relations))]
    lines += [f"0.0 {len(t)} : " + " ".join(f"{i} ({c:g})" for i, c in t.items()) for t in relations]
    file.write_text("\n".join(lines) + "\n", encoding="ascii")
    found = {r["cell"]: (float(r["min"]), float(r["max"])) for r in audit_jj(str(file))}
    return {key: found[place[key]] for key in keys if place[key] in found}
