"""Files and processes of this machine, handled so that a cut or a full disk loses nothing. Never a source."""
