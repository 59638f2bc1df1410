"""The other engines against DuckDB: the same models row by row, and what each costs."""
