"""What the tables of `sources/` and `seeds/` say, as values, and whether they hold together. Never a delivery."""
