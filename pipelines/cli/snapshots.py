"""`vigie snapshot`, `edition`, `bilan`, `report` and `snapshots`."""

from __future__ import annotations

import contextlib
from pathlib import Path

from pipelines.base.exit_codes import DONE, NOTHING_PUBLISHED, PARTLY_REFUSED, USAGE
from pipelines.base.said_periods import read_said
from pipelines.base.wording import plural
from pipelines.cli.screen import answer, err, fail, out, print_json, say_understood
from pipelines.settings.model import Settings
from pipelines.snapshots import folder

_SHOWN = 20


def run(text: str, kind: str, reason: str | None, wait: bool, as_json: bool) -> int:
    """Give the snapshot of a quarter, the edition of a month or the bilan of a year (`kind`), once."""
    settings = Settings()
    try:
        period = read_said(text, kind)
    except ValueError as error:
        return fail(f"{error}.", USAGE)
    say_understood(text, str(period))
    if not settings.paths.register.exists():
        return fail("Rien n'a encore été chargé. Lancer d'abord vigie load.", USAGE)
    from pipelines.report.give import give
    from pipelines.snapshots.take import Refused

    try:
        given = give(settings, period, reason.strip() if reason else None, command=f"vigie {period}", wait=wait)
    except Refused as refused:
        return _refused(str(refused), refused.reasons, as_json)
    if as_json:
        print_json({"cliche": str(given.name), "dossier": str(given.path), **given.manifest, "code_sortie": DONE})
        return DONE
    out.print(f"Cliché {given.name} donné : {given.path}", markup=False)
    for warning in given.manifest["avertissements"]:
        out.print(f"  • {warning}", markup=False)
    return DONE


def preview(text: str, kind: str, as_json: bool) -> int:
    """Write what would be given of a period now, in a folder apart; nothing is given."""
    settings = Settings()
    try:
        period = read_said(text, kind)
    except ValueError as error:
        return fail(f"{error}.", USAGE)
    say_understood(text, str(period))
    from pipelines.catalogue.load import load_catalogue
    from pipelines.report.draw import draw
    from pipelines.snapshots.take import preview as draw_preview

    target = settings.paths.previews / str(period)
    verdict = draw_preview(settings, load_catalogue(), period, draw, target)
    if not as_json:
        for blocker in verdict.blockers[:_SHOWN]:
            err.print(f"  • {blocker}", markup=False)
    said = f"Aperçu de {period} écrit : {target}. Rien n'est donné."
    return answer(as_json, {"apercu": str(target), "raisons": verdict.blockers, "code_sortie": DONE}, said)


def remake(text: str, target: Path, as_json: bool) -> int:
    """Make again the data of a snapshot, from the archive, and say whether they are the same."""
    try:
        name = _named(text)
    except ValueError as error:
        return fail(f"{error}.", USAGE)
    return _remake(Settings(), name, target, as_json)


def _named(text: str) -> folder.Name:
    """Read a snapshot's name, or its period as people write it. Raises ValueError."""
    period, _, revision = text.partition(".r")
    with contextlib.suppress(ValueError):
        text = str(read_said(period)) + (f".r{revision}" if revision else "")
    return folder.Name.read(text)


def _refused(sentence: str, reasons: list[str], as_json: bool) -> int:
    if as_json:
        print_json({"erreur": sentence, "raisons": reasons, "code_sortie": NOTHING_PUBLISHED})
        return NOTHING_PUBLISHED
    code = fail(sentence, NOTHING_PUBLISHED)
    for reason in reasons[:_SHOWN]:
        err.print(f"  • {reason}", markup=False)
    if len(reasons) > _SHOWN:
        err.print(f"  … et {plural(len(reasons) - _SHOWN, 'autre', 'autres')}")
    return code


def _remake(settings: Settings, name: folder.Name, target: Path, as_json: bool) -> int:
    from pipelines.snapshots.remake import CannotRemake
    from pipelines.snapshots.remake import remake as make_again

    if name not in folder.given(settings.paths.snapshots):
        return fail(f"Il n'y a pas de cliché {name}. vigie snapshots les liste.", USAGE)
    if target.exists() and any(target.iterdir()):
        return fail(f"Le dossier {target} n'est pas vide.", USAGE)
    try:
        made = make_again(settings, name, target)
    except CannotRemake as error:
        return fail(str(error), NOTHING_PUBLISHED)
    code = PARTLY_REFUSED if made.differing else DONE
    if as_json:
        print_json(
            {"identiques": made.same, "differents": made.differing, "autre_code": made.other_code, "code_sortie": code}
        )
        return code
    out.print(
        f"{plural(len(made.same), 'fichier identique', 'fichiers identiques')}, "
        f"{plural(len(made.differing), 'différent', 'différents')}.",
        markup=False,
    )
    for path in made.differing:
        err.print(f"  • {path}", markup=False)
    if made.differing and made.other_code:
        err.print("Les modèles de Vigie ont changé depuis : reprendre la version écrite au manifeste.", markup=False)
    return code


def report(text: str, target: Path, as_json: bool) -> int:
    """Draw the pages of a snapshot again, from its folder alone: one of the home, or a folder that was copied."""
    from pipelines.report.draw import draw

    try:
        snapshot = drawable(text, target)
    except NotDrawable as refused:
        return fail(str(refused), USAGE)
    written = draw(snapshot, target)
    said = f"{plural(len(written), 'fichier écrit', 'fichiers écrits')} dans {target}"
    return answer(as_json, {"fichiers": [str(f) for f in written], "code_sortie": DONE}, said)


class NotDrawable(ValueError):
    """What was named is no snapshot, or pages would be written in one. The text is French."""


def drawable(text: str, target: Path) -> Path:
    """Find the folder of a snapshot, given or copied, whose pages can be written in `target`. Raises NotDrawable."""
    snapshot = Path(text)
    if not (snapshot / folder.MANIFEST).exists():
        with contextlib.suppress(ValueError):
            text = str(_named(text))
        snapshot = Settings().paths.snapshots / text
    if not (snapshot / folder.MANIFEST).exists():
        raise NotDrawable(f"{text} n'est ni un cliché donné (vigie snapshots les liste), ni le dossier d'un cliché.")
    if target.resolve() == snapshot.resolve() or snapshot.resolve() in target.resolve().parents:
        raise NotDrawable("Un cliché ne change plus : écrire les pages dans un autre dossier.")
    return snapshot


def listing(as_json: bool) -> int:
    """List the snapshots that were given."""
    from pipelines.snapshots import manifest

    root = Settings().paths.snapshots
    said = [manifest.read(root / str(name)) for name in folder.given(root)]
    if as_json:
        keys = ("cliche", "fait_le", "motif", "version", "nature", "avertissements")
        print_json({"cliches": [{key: one[key] for key in keys} for one in said]})
        return DONE
    if not said:
        out.print("Aucun cliché n'a encore été donné : vigie snapshot 2019-T4")
    for one in said:
        why = f" : {one['motif']}" if one["motif"] else ""
        out.print(f"{one['cliche']}, donné le {one['fait_le'][:10]}{why}", markup=False)
    return DONE
