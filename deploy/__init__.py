"""How Vigie is put on a server: the offline bundle, the Debian package, the units, the examples."""
