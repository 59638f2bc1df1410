"""Which deliveries break the build: asked of one build after the other, each of other deliveries.

Nothing here builds: the search says which deliveries the next build is of, and is told how it went.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

# Beyond this, what is still suspected together is set aside together: a load must end.
MOST_BUILDS = 24

Ids = frozenset[str]


@dataclass(frozen=True)
class Verdict:
    """How one build went. `alone` maps each delivery that contradicts itself to what is wrong with it; `together` holds
    the deliveries that the other findings name, and is empty when one of them names none. `reason` is French.
    """

    sound: bool
    reason: str = ""
    alone: dict[str, str] = field(default_factory=dict)
    together: Ids = frozenset()
    of_machine: bool = False  # nothing that was delivered explains it


@dataclass(frozen=True)
class Found:
    """What the search came to: deliveries to set aside with the reason of each, and, when no single delivery explains
    what is left, `unexplained` with the deliveries between which it lies (`between`, empty when none does).
    """

    aside: dict[str, str]
    unexplained: str = ""
    between: tuple[str, ...] = ()
    of_machine: bool = False


Search = Generator[Ids, Verdict, "Found"]


def search(accepted: Sequence[str], published: Ids) -> Search:
    """Yields the deliveries of the next build, is sent its verdict, returns what was found.

    `accepted` is in the order in which they are suspected; `published` is in the published file, and suspected only
    when it does not build any more. The same deliveries give the same answer, in whatever order they came.
    """
    everything = frozenset(accepted)
    known: dict[Ids, Verdict] = {}
    aside: dict[str, str] = {}
    verdict = yield from _build(everything, known)
    while not verdict.sound and not verdict.of_machine and (alone := verdict.alone.keys() - set(aside)):
        aside |= {i: verdict.alone[i] for i in sorted(alone)}
        verdict = yield from _build(everything - set(aside), known)
    if verdict.sound or verdict.of_machine:
        return Found(aside, "" if verdict.sound else verdict.reason, of_machine=verdict.of_machine)
    left = everything - set(aside)
    grounds = [left - (verdict.together - published)] if verdict.together - published else []
    for good in dict.fromkeys([*grounds, left & published, frozenset()]):
        ground = yield from _build(good, known)
        if ground.of_machine:
            return Found(aside, ground.reason, of_machine=True)
        if ground.sound:
            break
    else:
        return Found(aside, ground.reason)
    suspects = [i for i in accepted if i in left - good]
    culprits = yield from _halves(good, suspects, known, verdict.reason)
    between = []
    for culprit in culprits if len(known) < MOST_BUILDS else ():
        own = yield from _build(good | {culprit}, known)
        if own.sound:
            between.append(culprit)
    if between:
        return Found(aside, verdict.reason, tuple(sorted({*between, *(verdict.together & left)})))
    return Found(aside | culprits)


def _build(wanted: Ids, known: dict[Ids, Verdict]) -> Generator[Ids, Verdict, Verdict]:
    if wanted not in known:
        known[wanted] = yield wanted
    return known[wanted]


def _halves(
    good: Ids, suspects: Sequence[str], known: dict[Ids, Verdict], reason: str
) -> Generator[Ids, Verdict, dict[str, str]]:
    """Those of `suspects` without which the rest builds with `good`; it does not build with all of them."""
    if len(suspects) == 1 or len(known) >= MOST_BUILDS:
        return dict.fromkeys(suspects, reason)
    culprits: dict[str, str] = {}
    # The last half first joins what is good: what came last is suspected first, and what came before it stays.
    middle = len(suspects) // 2
    for half in (suspects[middle:], suspects[:middle]):
        verdict = yield from _build(good | set(half), known)
        if verdict.sound:
            good |= set(half)
        else:
            own = yield from _halves(good, half, known, verdict.reason)
            culprits |= own
            good |= set(half) - set(own)
    return culprits
