"""The officer's desk, Dagster's web page and its daemon, behind a guard: who may ask, and what."""
