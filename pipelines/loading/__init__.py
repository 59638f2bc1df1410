"""One load from its lock to its record, and the search for the delivery that breaks a build."""
