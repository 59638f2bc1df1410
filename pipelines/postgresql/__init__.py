"""The published tables again, in a PostgreSQL database: for the tools that connect to a server."""
