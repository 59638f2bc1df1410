"""Which deliveries break the build: asked of one build after the other, each of other deliveries.

Nothing here builds: the search says which deliveries the next build is of, and is told how it went.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

# Set aside together what is still suspected after so many builds: a load must end.
MOST_BUILDS = 24

Ids = frozenset[str]


@dataclass(frozen=True)
class Judgement:
    """How one build went. `alone` maps each delivery that contradicts itself to what is wrong with it; `together` holds
    the deliveries that the other findings name, and is empty when one of them names none. `reason` is French.
    """

    sound: bool
    reason: str = ""
    alone: dict[str, str] = field(default_factory=dict)
    together: Ids = frozenset()
    of_machine: bool = False  # nothing that was delivered explains it


@dataclass(frozen=True)
class Conclusion:
    """What the search came to: deliveries to set aside with the reason of each, and, when no single delivery explains
    what is left, `unexplained` with the deliveries between which it lies (`between`, empty when none does).
    """

    aside: dict[str, str]
    unexplained: str = ""
    between: tuple[str, ...] = ()
    of_machine: bool = False


Search = Generator[Ids, Judgement, "Conclusion"]


def search(accepted: Sequence[str], published: Ids) -> Search:
    """Yield the deliveries of the next build, take its judgement, return the conclusion.

    `accepted` is in the order in which they are suspected; `published` is in the published file, and suspected only
    when it does not build any more. The same deliveries give the same answer, in whatever order they came.
    """
    everything = frozenset(accepted)
    known: dict[Ids, Judgement] = {}
    aside: dict[str, str] = {}
    judgement = yield from _build(everything, known)
    while not judgement.sound and not judgement.of_machine and (alone := judgement.alone.keys() - set(aside)):
        aside |= {i: judgement.alone[i] for i in sorted(alone)}
        judgement = yield from _build(everything - set(aside), known)
    if judgement.sound or judgement.of_machine:
        return Conclusion(aside, "" if judgement.sound else judgement.reason, of_machine=judgement.of_machine)
    left = everything - set(aside)
    grounds = [left - (judgement.together - published)] if judgement.together - published else []
    for good in dict.fromkeys([*grounds, left & published, frozenset()]):
        ground = yield from _build(good, known)
        if ground.of_machine:
            return Conclusion(aside, ground.reason, of_machine=True)
        if ground.sound:
            break
    else:
        return Conclusion(aside, ground.reason)
    suspects = [i for i in accepted if i in left - good]
    culprits = yield from _halves(good, suspects, known, judgement.reason)
    between = []
    for culprit in culprits if len(known) < MOST_BUILDS else ():
        own = yield from _build(good | {culprit}, known)
        if own.sound:
            between.append(culprit)
    if between:
        return Conclusion(aside, judgement.reason, tuple(sorted({*between, *(judgement.together & left)})))
    return Conclusion(aside | culprits)


def _build(wanted: Ids, known: dict[Ids, Judgement]) -> Generator[Ids, Judgement, Judgement]:
    if wanted not in known:
        known[wanted] = yield wanted
    return known[wanted]


def _halves(
    good: Ids, suspects: Sequence[str], known: dict[Ids, Judgement], reason: str
) -> Generator[Ids, Judgement, dict[str, str]]:
    """Find those of `suspects` without which the rest builds with `good`; it does not build with all of them."""
    if len(suspects) == 1 or len(known) >= MOST_BUILDS:
        return dict.fromkeys(suspects, reason)
    culprits: dict[str, str] = {}
    # The last half first joins what is good: what came last is suspected first, and what came before it stays.
    middle = len(suspects) // 2
    for half in (suspects[middle:], suspects[:middle]):
        judgement = yield from _build(good | set(half), known)
        if judgement.sound:
            good |= set(half)
        else:
            own = yield from _halves(good, half, known, judgement.reason)
            culprits |= own
            good |= set(half) - set(own)
    return culprits
