"""The builds of one load: the first of all that is accepted, others only when it fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipelines.base.wording import plural
from pipelines.catalogue.model import Catalogue
from pipelines.home import archive
from pipelines.home.register import ACCEPTED, REINSTATED, SET_ASIDE, WITHDRAWN, Register
from pipelines.loading.rows import named_by_tests
from pipelines.loading.search import Conclusion, Ids, Judgement, Search, search
from pipelines.publication.fingerprint import judgement_basis
from pipelines.publication.publish import accepted_then
from pipelines.quality.findings import FAILED, Finding, Result
from pipelines.quality.rules import BLOCKING
from pipelines.settings.model import Settings
from pipelines.warehouse.dbt import BASE
from pipelines.warehouse.failures import Failure
from pipelines.warehouse.manifest import write_manifest

_BUILDS_AGAIN = "Réexaminée : l'entrepôt se construit de nouveau avec elle."


@dataclass
class Trial:
    """Says which deliveries the next build is of, and writes the manifest for it; decides at its end.

    `retried` were set aside by an earlier load and are tried again.
    """

    settings: Settings
    register: Register
    catalogue: Catalogue
    retried: Ids = frozenset()
    conclusion: Conclusion | None = None
    builds: int = 0
    _everything: Ids = frozenset()
    _published: Ids = frozenset()
    _withdrawn: Ids = frozenset()  # of what is published
    _search: Search = field(init=False)
    _built: tuple[Ids, dict[str, str]] | None = None
    _reason: str = ""
    _reasons: dict[str, str] = field(default_factory=dict)
    # What the second gate said of the last build that was judged, and of all that was accepted.
    judged: tuple[list[Result], list[Finding]] = ([], [])
    _first: tuple[list[Result], list[Finding]] | None = None

    def begin(self) -> None:
        """Begin with everything, as the manifest already says it."""
        accepted = self.register.accepted()
        self._everything = frozenset(accepted)
        self._published = accepted_then(self.settings.paths.warehouse)
        withdrawn = {d["livraison_id"] for d in self.register.deliveries() if d["statut"] == WITHDRAWN}
        self._withdrawn = self._published & withdrawn
        self._search = search(accepted, self._published)
        self._built = next(self._search), {}

    def next_build(self, failures: Iterable[Failure], judged: tuple[list[Result], list[Finding]] | None) -> bool:
        """Take in how the last build went: `failures` of dbt, or else what the second gate said of it. Returns whether
        another build is to be made, for which the manifest is then written.
        """
        self.builds += 1
        self.judged = judged or ([], [])
        judgement = self._of_dbt(list(failures)) or _of_rules(*self.judged)
        if self.conclusion is not None:
            if not judgement.sound:  # what the search built was sound, and is not any more
                self.conclusion = Conclusion({}, judgement.reason, of_machine=True)
            return False
        if not judgement.sound:
            self._keep_first()
            self._reason = judgement.reason
            self._reasons |= judgement.alone
        try:
            wanted = self._search.send(judgement)
        except StopIteration as end:
            self.conclusion = end.value
            return self._last_build()
        self._prepare(wanted, {i: self._reasons.get(i, self._reason) for i in self._everything - wanted})
        return True

    def decide(self) -> None:
        """Write what was found into the archive, then into the register; nothing of it when the machine failed."""
        if self._end.of_machine:
            self.register.attempt({})
            return
        aside = self._end.aside
        self._see(aside)
        basis = judgement_basis(self.settings, self.register, self.catalogue)
        kept = () if self._end.unexplained else sorted(self.retried - set(aside))
        decided = {i: (SET_ASIDE, aside[i]) for i in sorted(aside)} | dict.fromkeys(kept, (REINSTATED, _BUILDS_AGAIN))
        when = self.register.decision_time()
        for delivery_id, (decision, reason) in decided.items():
            record = {"decision": decision, "motif": reason, "decide_le": when}
            record |= {"base": basis} if decision == SET_ASIDE else {}
            sha256 = self.register.entry(delivery_id)["sha256"]
            archive.record_decision(self.settings.paths.archive, sha256, record)
            self.register.decide(delivery_id, decision, reason, when, record.get("base"))
        self.register.attempt({})

    @property
    def _end(self) -> Conclusion:
        """What was found, once it is."""
        if self.conclusion is None:
            raise RuntimeError("other builds are still to be made")
        return self.conclusion

    @property
    def left(self) -> Ids:
        """What is in use once the decisions are taken."""
        return self._everything - set(self._end.aside)

    @property
    def emptied(self) -> bool:
        """Whether nothing is left, and no person asked for that: what is published then stays. What was withdrawn goes,
        were it all that there was.
        """
        return not self.left and bool(self._end.aside or self._published) and not self._withdrawn

    def _last_build(self) -> bool:
        """Tell whether the file that was built last is not the one to publish."""
        if self._end.unexplained:
            if self._first is not None:
                self.judged = self._first
            return False
        if self.emptied or self._built == (self.left, self._end.aside):
            return False
        self._prepare(self.left, self._end.aside)
        return True

    def _of_dbt(self, failures: list[Failure]) -> Judgement | None:
        """Judge a build by what dbt said; None when it built everything."""
        if not failures:
            return None
        what = ", ".join(dict.fromkeys(f.table for f in failures[:3]))
        if any(f.of_machine for f in failures):
            return Judgement(False, f"l'entrepôt ne se construit pas ({what})", of_machine=True)
        reason = f"l'entrepôt ne se construit pas avec ce fichier ({what}) ; le détail est dans le journal"
        named = named_by_tests(self.settings.paths.build / BASE.name, [f.table for f in failures])
        alone = {i: reason for ids in named if len(ids) == 1 for i in ids}
        return Judgement(False, reason, alone, frozenset().union(*named))

    def _prepare(self, wanted: Ids, aside: dict[str, str]) -> None:
        self._see(aside)
        self._built = wanted, aside
        write_manifest(self.settings, self.register, self.catalogue)

    def _see(self, aside: dict[str, str]) -> None:
        again = dict.fromkeys(self.retried, (ACCEPTED, None))
        self.register.attempt(again | {i: (SET_ASIDE, reason) for i, reason in aside.items()})

    def _keep_first(self) -> None:
        """Keep the build that failed for a developer who keeps builds."""
        if self._first is not None:
            return
        self._first = self.judged
        build = self.settings.paths.build / BASE.name
        if self.settings.keep_build and build.exists():
            self.settings.paths.failed_build.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(build, self.settings.paths.failed_build)


def _of_rules(results: list[Result], findings: list[Finding]) -> Judgement:
    blocking = [f for f in findings if f.severite == BLOCKING and f.connu_motif is None]
    failed = [r for r in results if r.resultat == FAILED]
    if not any(r.stops for r in results):
        return Judgement(True)
    by_delivery: dict[str, list[Finding]] = {}
    together: set[str] = set()
    unnamed = bool(failed)
    for f in blocking:
        ids = set(filter(None, (f.livraisons or "").split(",")))
        if len(ids) == 1:
            by_delivery.setdefault(ids.pop(), []).append(f)
        elif ids:
            together |= ids
        else:
            unnamed = True
    reason = blocking[0].constat if blocking else f"le contrôle {failed[0].regle_code} n'a pas pu être jugé"
    alone = {i: _sentence(of_one) for i, of_one in by_delivery.items()}
    return Judgement(False, reason, alone, frozenset() if unnamed else frozenset(together))


def _sentence(findings: list[Finding]) -> str:
    """Say the first finding of each rule: whoever mends one fault is not to meet the next one afterwards."""
    by_rule: dict[str, list[Finding]] = {}
    for f in findings:
        by_rule.setdefault(f.regle_code, []).append(f)
    return " ".join(_of_rule(of_rule) for of_rule in by_rule.values())


def _of_rule(findings: list[Finding]) -> str:
    first = findings[0]
    more = f" (et {plural(len(findings) - 1, 'autre constat', 'autres constats')})" if len(findings) > 1 else ""
    return f"{first.regle_code} : {first.constat}{more} À faire : {first.remede}"
