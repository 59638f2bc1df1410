"""The observatory: static pages drawn from one edition of a snapshot, opened without a server or a network."""
