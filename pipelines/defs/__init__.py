"""The boxes of the Dagster graph, a file a group. They call the plain functions; no rule lives here."""

# Who answers for every asset.
OWNERS = ["team:observatoire"]
