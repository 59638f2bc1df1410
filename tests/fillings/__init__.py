"""What people do to a return, and what Vigie must read or answer: `fillings.yml` is the table, the rest performs it."""
