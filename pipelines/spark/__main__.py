"""`python -m pipelines.spark RAW OUT MODEL`: build a model and all that it stands on, and write each as Parquet in
`OUT/lignes/<schema>.<name>/`, unless `--sans-lignes`.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from pipelines.settings.model import DBT_PROJECT
from pipelines.spark.session import session


def main() -> int:
    """1 when dbt did not build everything; what it said is on the screen."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.spark")
    parser.add_argument("raw", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("model")
    parser.add_argument("--maitre", default="local[2]", help="le maître de Spark (%(default)s)")
    parser.add_argument("--memoire-mio", type=int, default=2048, help="mémoire du pilote (%(default)s)")
    parser.add_argument("--sans-lignes", action="store_true", help="construire, sans récrire les lignes à part")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with session(asked.raw, asked.out, asked.maitre, asked.memoire_mio) as spark:
        started = time.monotonic()
        relations = build(asked.model, asked.out / "dbt")
        if relations is None:
            return 1
        print(f"{len(relations)} relations construites en {time.monotonic() - started:.1f} s", flush=True)
        for relation in () if asked.sans_lignes else relations:
            spark.table(relation).write.mode("overwrite").parquet(str(asked.out / "lignes" / relation))
    return 0


def build(model: str, target: Path) -> list[str] | None:
    """Seeds and models up to this one, in the session of this process; the models' names, or None when one failed."""
    os.environ |= {"DBT_PROFILES_DIR": str(DBT_PROJECT), "DBT_LOG_PATH": str(target)}
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.nodes import ModelNode

    asked = ["build", "--project-dir", str(DBT_PROJECT), "--target", "spark", "--target-path", str(target), "--select",
             f"+{model}", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]  # fmt: skip
    done = dbtRunner().invoke(["--quiet", *asked])
    if not done.success or not isinstance(done.result, RunExecutionResult):
        print(done.exception or "", file=sys.stderr)
        return None
    models = (r.node for r in done.result.results if isinstance(r.node, ModelNode))
    return sorted(f"{node.schema}.{node.alias}" for node in models)


if __name__ == "__main__":
    sys.exit(main())
