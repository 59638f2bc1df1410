"""Vigie: from the extracts a préfecture receives to a warehouse that analysts query."""

import os

__version__ = "1.0.0"

# Nothing that Vigie runs may report home: set before dagster, dbt or Great Expectations is imported.
os.environ["DO_NOT_TRACK"] = "1"
os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "False"
os.environ["DAGSTER_DISABLE_TELEMETRY"] = "true"
os.environ["GX_ANALYTICS_ENABLED"] = "False"
# An event of Dagster costs 16 ms when it is stored alone, and a load has three hundred.
os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "50")
