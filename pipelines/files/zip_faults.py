"""What zipfile raises for an archive that it cannot read, under names that say it."""

from __future__ import annotations

import zipfile
import zlib

# What a copy cut short or a flipped bit makes of an archive: its structure or a checksum, the compressed bytes, their
# end, the names of its parts.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError)
# What zipfile raises, and no code of Vigie, for a compression, an encryption or a version of the format that it lacks.
UNSUPPORTED = NotImplementedError
# Any of these, or an archive that is encrypted (`UNSUPPORTED` is a RuntimeError too).
UNREADABLE = (*DAMAGED, RuntimeError)
