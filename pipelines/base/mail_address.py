"""What an electronic address is, for whoever writes one in a setting or a table."""

from __future__ import annotations

import re

# RFC 5321 without quoted names and without accents: what every mail server takes. Nothing of a header can hide in one.
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@)(?P<local>{_LOCAL})@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")
_LONGEST, _LONGEST_LOCAL = 254, 64
EXAMPLE = "bureau@exemple.gouv.fr"


def is_address(text: str) -> bool:
    """Tell whether a text is one electronic address, and nothing else."""
    found = _ADDRESS.fullmatch(text) if len(text) <= _LONGEST else None
    return found is not None and len(found["local"]) <= _LONGEST_LOCAL
