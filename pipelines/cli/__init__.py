"""The `vigie` command: English verbs, French words. Each command imports only what it needs."""
