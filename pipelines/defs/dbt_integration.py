"""dagster-dbt without dbt-core in this process: dbt runs in a child of its own (`vigie-dbt`), here are only its events.

dagster-dbt needs dbt-core for nothing that Vigie asks of it: it selects every node, which the manifest lists. But where
dbt-core is found it is imported, and that took a third of the processor time of a small load.
"""

import sys

if "dagster_dbt" in sys.modules or "dbt" in sys.modules:
    import dagster_dbt
else:
    # An import of a name that is None here fails as if it were not installed, which dagster-dbt provides for.
    sys.modules["dbt"] = None  # type: ignore[assignment]
    try:
        import dagster_dbt
    finally:
        del sys.modules["dbt"]

DagsterDbtTranslator = dagster_dbt.DagsterDbtTranslator
DagsterDbtTranslatorSettings = dagster_dbt.DagsterDbtTranslatorSettings
DbtCliInvocation = dagster_dbt.DbtCliInvocation
dbt_assets = dagster_dbt.dbt_assets

__all__ = ["DagsterDbtTranslator", "DagsterDbtTranslatorSettings", "DbtCliInvocation", "dbt_assets"]
