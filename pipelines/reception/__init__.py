"""Many files: looked at, copied, read, judged, settled in the archive and the register. Never parsing."""
