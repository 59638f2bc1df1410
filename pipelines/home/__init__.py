"""What lies on disk in a home: landing, archive, raw rows, register, the Dagster home. Never what a cell means."""
