"""What sqlfluff's templater lacks of dbt's `adapter`: the macro of an engine, by the name that all have."""

from jinja2 import pass_context
from jinja2.runtime import Context, Macro


@pass_context
def dispatch(context: Context, name: str) -> Macro:
    return context[f"duckdb__{name}"]
