"""Signs that a text speaks of a person, and what may then be repeated of it. Never where the text came from."""
