"""The password of a connection string: never in a message, a log or the register, whoever writes the text."""

from __future__ import annotations

import re
from contextlib import suppress

MISREAD = (
    "le mot de passe de la chaîne de connexion contient un signe qui la coupe. Dans une adresse postgresql://, "
    "@ s'écrit %40, / s'écrit %2F, : s'écrit %3A, # s'écrit %23, ? s'écrit %3F et % s'écrit %25"
)
_HIDDEN = "…"


def is_misread(dsn: str) -> bool:
    """Tell whether a sign of the password would be read as the end of it: the rest would pass for the name of a server,
    and be written in messages.
    """
    _, scheme, rest = dsn.partition("://")
    if not scheme or "@" not in rest.partition("?")[0]:
        return bool(scheme) and "@" in rest
    account, _, _ = rest.partition("?")[0].rpartition("@")
    password = account.partition(":")[2]
    return bool(re.search(r"[@/?#]|%(?![0-9A-Fa-f]{2})", account) or ":" in password)


def hidden(text: str, dsn: str) -> str:
    """A text without the connection string nor its password, as it is written in it and as it is read."""
    for secret in sorted(_secrets(dsn), key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    return text


def _secrets(dsn: str) -> set[str]:
    from psycopg import Error
    from psycopg.conninfo import conninfo_to_dict

    found = {dsn}
    if "://" in dsn:
        found.add(dsn.partition("://")[2].rpartition("@")[0].partition(":")[2])
    with suppress(Error):  # a string that does not read has no other password than the one written in it
        found.add(str(conninfo_to_dict(dsn).get("password") or ""))
    return found - {""}
