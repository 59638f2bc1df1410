"""What the landing folder holds and is not yet known: received, one file after the other."""

from __future__ import annotations

import contextlib

from pipelines import progress
from pipelines.intake import archive, landing
from pipelines.intake.catalogue import Catalogue
from pipelines.intake.landing import Found
from pipelines.intake.parser import Parser
from pipelines.intake.receiver import Intake, Receiver, basis
from pipelines.intake.register import REFUSED, Register
from pipelines.settings import Settings


def look(settings: Settings, register: Register, catalogue: Catalogue) -> tuple[list[Found], Intake]:
    """(files that need a reading, what is already known).

    Costs a look per file; only a file of the very size of a known delivery is read, to tell whether it is that one
    again, dropped anew or renamed.
    """
    found, ignored = landing.scan_when_still(settings.paths.landing, settings.stability_seconds)
    hashes = register.known_hashes()
    known = {d["sha256"]: d for d in register.deliveries()}
    sizes = {d["taille_octets"] for d in known.values()}
    intake = Intake(ignored=ignored)
    fresh = []
    for file in found:
        sha256 = hashes.get(file.stat_key())
        if sha256 is None and file.size in sizes:
            with contextlib.suppress(OSError):  # the reading of it says why
                sha256 = archive.hash_of(file.path)
            if sha256 in known:
                register.remember(file, sha256)
        delivery = known.get(sha256)
        if delivery is None or _worth_another_try(delivery, settings, catalogue):
            fresh.append(file)
        else:
            intake.count_known(delivery)
    return fresh, intake


def receive(settings: Settings, register: Register, catalogue: Catalogue, load: str) -> Intake:
    """Copy, hash, judge and register what is new. A file is registered only when its bytes, and its raw rows if it is
    accepted, are on disk; what a load that died had archived is taken up first.
    """
    archive.discard_drafts(settings.paths)
    fresh, intake = look(settings, register, catalogue)
    if not fresh and not pending_in_archive(settings, register, catalogue):
        return intake
    known = {d["sha256"]: d for d in register.deliveries()}
    with Parser(settings) as parser:
        receiver = Receiver(settings, register, catalogue, load, parser, intake)
        for sha256 in _orphans(settings, known, catalogue):
            known[sha256] = receiver.adopt(sha256)
        for delivery in _missing_raw(settings, register):
            _read_again(settings, parser, register, delivery)
        _replay_decisions(settings, register)
        for number, file in enumerate(fresh):
            progress.tell("Réception", number, len(fresh))
            try:
                copy = archive.take_copy(file, settings.paths)
            except (archive.StillGrowing, FileNotFoundError):
                intake.ignored.append(f"{file.name} (encore en cours d'écriture)")
                continue
            except PermissionError:
                intake.ignored.append(f"{file.name} (illisible : Vigie n'a pas le droit de le lire)")
                continue
            delivery = known.get(copy.sha256)
            if delivery is not None and not _worth_another_try(delivery, settings, catalogue):
                copy.file.unlink()
                intake.count_known(delivery)
            else:
                known[copy.sha256] = receiver.receive(copy, file.name)
            register.remember(file, copy.sha256)
        receiver.settle_waiting()
    progress.tell("Réception", len(fresh), len(fresh))
    return intake


def pending_in_archive(settings: Settings, register: Register, catalogue: Catalogue) -> bool:
    """Whether the archive holds something the register or the raw folder lacks, left by a load that died."""
    known = {d["sha256"]: d for d in register.deliveries()}
    undone = any(
        len(d) > register.decision_counts().get(s, 0) for s, d in archive.decisions(settings.paths.archive).items()
    )
    return bool(undone or _orphans(settings, known, catalogue) or _missing_raw(settings, register))


def _worth_another_try(delivery: dict, settings: Settings, catalogue: Catalogue) -> bool:
    """A refused file is judged again once the tables or the limits that refused it have changed."""
    return delivery["statut"] == REFUSED and delivery["formats"] != basis(settings, catalogue)


def _read_again(settings: Settings, parser: Parser, register: Register, delivery: dict) -> None:
    """Raw rows made anew from the archive must be those that were accepted."""
    verdict = parser.parse(archive.check(settings.paths, delivery["sha256"]), delivery["livraison_id"])
    before = {
        (s["source"], s["table_nom"], s["tranche"]): s["empreinte"] for s in register.slices(delivery["livraison_id"])
    }
    after = {(p["source"], p["table"], p["tranche"]): p["empreinte"] for p in verdict["parts"]}
    if before != after:
        raise archive.MachineFault(
            f"La livraison {delivery['livraison_id']} ({delivery['nom']}) ne se relit plus comme à sa réception : "
            "les tables de sources/ ont changé depuis. Les rétablir, ou retirer la livraison (vigie withdraw) et la "
            "redéposer."
        )


def _replay_decisions(settings: Settings, register: Register) -> None:
    """The archive is the truth: a withdrawal that it holds and that the register lost is taken up again."""
    counts = register.decision_counts()
    for sha256, decisions in archive.decisions(settings.paths.archive).items():
        delivery = register.delivery(sha256)
        for decision in decisions[counts.get(sha256, 0) :] if delivery else []:
            register.decide(delivery["livraison_id"], decision["decision"], decision["motif"], decision["decide_le"])


def _orphans(settings: Settings, known: dict[str, dict], catalogue: Catalogue) -> list[str]:
    archived = (f.name for f in settings.paths.archive.glob("*") if len(f.name) == 64)
    return sorted(s for s in archived if s not in known or _worth_another_try(known[s], settings, catalogue))


def _missing_raw(settings: Settings, register: Register) -> list[dict]:
    """Deliveries in use whose raw rows are gone: the archive gives them again."""
    missing = {
        s["livraison_id"]: s
        for s in register.selection()
        if not (settings.paths.raw / s["source"] / s["table_nom"] / f"{s['livraison_id']}.parquet").exists()
    }
    return list(missing.values())
