"""`make verify-commitments`: the plan can be followed in all that it commits to, demand by demand."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.conftest import Home
from tests.support.plan_document import document, seed
from tests.support.plan_sentences import sentences
from tests.verify.harness import Verification, described, loaded_demonstration, run_together

QUARTER = "2024-T4"
_TESTS = (
    ("Phrase à phrase, chaque donnée a sa table ou sa raison ; une phrase ôtée rougit ; les fautes restent, marquées",
     ("test_plan_coverage", "test_plan_document")),
    ("Participations, réunions, conventions, engagements, demandes et refus ; un silence n'est pas 0",
     ("test_commitments",)),
    ("Ce qui est fini et ce qui suit ; un plan 2025-2029 par les tables seules",
     ("test_terms", "test_plan_moment", "test_successor_plan", "test_another_plan")),
    ("L'édition montre instances, conventions, DGO et fonds ; la publique n'a ni fonds ni nombre",
     ("test_steering",)),
    ("Les règles du chapitre III avertissent ; un refus qui accorde est refusé",
     ("test_expectations",)),
    ("Personne d'extérieur ne retrouve ce que l'édition publique tait", ("test_hostile_edition",)),
)  # fmt: skip


def main() -> int:
    v = Verification("Les engagements du plan")
    printed = sentences(document())
    told = {(r["section"], r["empreinte"]) for r in seed("couverture_du_plan")}
    v.demand(
        "Aucune phrase des chapitres I à V et du glossaire n'est sans place", "couverture_du_plan.csv",
        [s.anchor for s in printed if (s.section, s.digest) not in told], [],
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="vigie-verify-") as scratch:
        demo = loaded_demonstration(v, Path(scratch))
        _tables(v, demo)
        _edition(v, demo)
    run_together(v, _TESTS)
    return v.close()


def _tables(v: Verification, demo: Home) -> None:
    v.sql(
        "À quelles actions la PJJ prend-elle part ?", demo,
        "select distinct action_code from plan.participations where acteur_code = 'PJJ' order by 1",
        [["P1.A1"], ["P1.A4"], ["P3.A3"]],
    )  # fmt: skip
    v.sql(
        "Six enjeux, trois engagements chacun", demo,
        "select count(distinct enjeu_code), count(*) from plan.dgo", [[6, 18]],
    )  # fmt: skip
    v.sql(
        "Les quatre lieux de vigilance du chapitre I", demo,
        "select count(*) from plan.lieux where section = 'I.F'", [[4]],
    )  # fmt: skip
    v.sql(
        "Un trimestre sans retour est une ligne sans nombre, avec son motif", demo,
        "select count(*) > 0, count(*) filter (where motif is null or reunions is not null) from plan.reunions "
        "where statut = 'M'",
        [[True, 0]],
    )  # fmt: skip
    v.sql(
        "Des demandes accordées et refusées, chacune avec son appel, son volet, son bénéficiaire", demo,
        "select count(distinct decision), count(*) - count(case when appel is not null and volet is not null "
        "and beneficiaire is not null then 1 end) from plan.financements",
        [[2, 0]],
    )  # fmt: skip


def _edition(v: Verification, demo: Home) -> None:
    for command in ("plan", "status"):
        said = " ".join(demo.run(command).stdout.split())

        @described("le plan et le DGO terminés, avec leur date")
        def over(text: object) -> bool:
            return "terminé le 31 décembre 2024" in str(text) and "terminé le 31 décembre 2022" in str(text)

        v.demand(f"vigie {command} dit ce qui est fini", f"vigie {command}", said, over)
    sheet = json.loads(demo.run("plan", "P3.A2", "--json").stdout)
    late = sorted(m["action_a_mener_code"] for m in sheet["engagements"] if m["retard"] == "en_retard")
    given = demo.run("snapshot", QUARTER)
    v.demand("Un cliché se donne", f"vigie snapshot {QUARTER}", given.returncode, 0)
    folder = demo.folder / "snapshots" / QUARTER
    pages = {kind: (folder / kind / "rapport.html").read_text(encoding="utf-8") for kind in ("restreinte", "publique")}
    v.sql(
        "Le terminal et l'entrepôt disent les mêmes retards", demo,
        "select action_a_mener_code from indicateurs.actions_a_mener where action_code = 'P3.A2' "
        f"and periode = '{QUARTER}' and retard = 'en_retard' order by 1",
        [[code] for code in late],
    )  # fmt: skip
    for words in ("Les instances et leurs réunions", "enjeu par enjeu", "Les fonds de l"):
        v.demand(f"L'édition restreinte : {words}…", "rapport.html", words in pages["restreinte"], True)
    v.demand("L'édition publique ne montre aucun fonds", "rapport.html", "Les fonds de l" in pages["publique"], False)
    held = sorted(f.stem for f in (folder / "publique" / "donnees").glob("*.parquet"))
    v.demand("… ni leur table", "publique/donnees", "financements" in held, False)


if __name__ == "__main__":
    sys.exit(main())
