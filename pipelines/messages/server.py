"""The mail server: reached under TLS, with its certificate checked, or not at all.

Nothing that the server writes is repeated: an answer may hold what was said to it. Its codes are.
"""

from __future__ import annotations

import errno
import os
import re
import smtplib
import socket
import ssl
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.base.exit_codes import Stopped
from pipelines.settings.model import Settings

LEFT, FAILED, REFUSED, UNKNOWN = "parti", "echec", "refuse", "inconnu"
_PORTS = {"starttls": 587, "tls": 465}
_ACCEPTED = {250, 251}
_DETAILED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}")
# What OpenSSL finds wrong in a certificate.
_CERTIFICATES = {
    62: "il n'est pas au nom de {serveur}",
    64: "il n'est pas à l'adresse {serveur}",
    10: "il a expiré",
    9: "il n'est pas encore valable",
    18: "il n'est signé que de lui-même",
    19: "son autorité n'est pas connue de cette machine",
    20: "son autorité n'est pas connue de cette machine",
    21: "son autorité n'est pas connue de cette machine",
}
_NETWORK = {
    errno.ECONNREFUSED: "connexion refusée",
    errno.EHOSTUNREACH: "aucun chemin n'y mène",
    errno.ENETUNREACH: "aucun chemin n'y mène",
    errno.ECONNRESET: "connexion coupée",
}
_AUTHORITY = "Si l'autorité est celle de l'administration, donner son certificat par smtp_autorite dans vigie.toml"


class NoServer(Stopped):
    """The server cannot be used: nothing has left. The text is French."""


class NotSet(NoServer):
    """The settings do not say how to send. The text is French."""


@dataclass(frozen=True)
class Outcome:
    """What came of one message. `detail` is French; `goes_on`, whether the server takes another."""

    state: str
    detail: str
    goes_on: bool = True


def required(settings: Settings) -> None:
    """Raise NotSet when the settings are not enough to send."""
    lacking = [name for name in ("smtp_serveur", "smtp_expediteur") if not getattr(settings, name)]
    if lacking:
        raise NotSet(
            f"Rien n'est envoyé : il manque le réglage {' et le réglage '.join(lacking)} (docs/messages.md). Sans "
            "serveur, vigie relances --brouillons écrit des messages à ouvrir dans son logiciel de courriel."
        )
    password(settings)


def password(settings: Settings) -> str | None:
    """Return the password: of the environment, else of its own file, which nobody else may read. Raises NotSet."""
    if settings.smtp_mot_de_passe is not None:
        return settings.smtp_mot_de_passe.get_secret_value()
    if settings.smtp_mot_de_passe_fichier is None:
        return None
    file = settings.smtp_mot_de_passe_fichier.expanduser()
    try:
        with file.open("rb") as stream:
            if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                raise NotSet(f"D'autres que vous peuvent lire le mot de passe dans {file}. Lancer chmod 600 {file}.")
            return stream.readline().decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = os.strerror(error.errno or 0) if isinstance(error, OSError) else "ce n'est pas un texte"
        raise NotSet(f"Le fichier du mot de passe ne se lit pas : {file} ({why}).") from None


class MailServer:
    """Context manager: one connection, over which several messages leave. Entering raises NoServer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._name = settings.smtp_serveur
        self._port = settings.smtp_port or _PORTS[settings.smtp_securite]

    def __enter__(self) -> MailServer:
        required(self._settings)
        secret = password(self._settings)
        context = self._context()
        try:
            self._smtp = self._connected(context)
            if self._settings.smtp_identifiant:
                self._smtp.login(self._settings.smtp_identifiant, secret or "")
        except ssl.SSLCertVerificationError as error:
            why = _CERTIFICATES.get(error.verify_code, "il ne convient pas").format(serveur=self._name)
            remedy = f" {_AUTHORITY}." if error.verify_code in {18, 19, 20, 21} else ""
            raise NoServer(f"Le certificat de {self._shown} est refusé : {why}. Rien n'est envoyé.{remedy}") from None
        except smtplib.SMTPAuthenticationError as error:
            raise NoServer(
                f"{self._shown} refuse l'identifiant ou le mot de passe ({_code(error)}). Rien n'est envoyé."
            ) from None
        except UnicodeError:
            raise NoServer(f"{self._shown} ne prend pas les accents d'un identifiant ou d'un mot de passe.") from None
        except smtplib.SMTPNotSupportedError:
            raise NoServer(
                f"{self._shown} n'offre pas de connexion chiffrée, ou n'y prend pas de mot de passe. Rien n'est envoyé."
            ) from None
        except (smtplib.SMTPException, ssl.SSLError) as error:
            code = f" ({_code(error)})" if isinstance(error, smtplib.SMTPResponseException) else ""
            raise NoServer(f"{self._shown} ne répond pas comme un serveur de courriel chiffré{code}.") from None
        except OSError as error:
            raise NoServer(f"{self._shown} ne répond pas ({_why(error)}).") from None
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._smtp.quit()
        except (smtplib.SMTPException, OSError):
            self._smtp.close()

    @property
    def _shown(self) -> str:
        return f"Le serveur de courriel {self._name}:{self._port}"

    def _context(self) -> ssl.SSLContext:
        authority = self._settings.smtp_autorite
        try:
            context = ssl.create_default_context(cafile=str(authority.expanduser()) if authority else None)
        except (OSError, ssl.SSLError):
            raise NotSet(f"Le certificat d'autorité {authority} ne se lit pas : un fichier PEM est attendu.") from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _connected(self, context: ssl.SSLContext) -> smtplib.SMTP:
        seconds = self._settings.smtp_seconds
        if self._settings.smtp_securite == "tls":
            return smtplib.SMTP_SSL(self._name, self._port, timeout=seconds, context=context)
        plain = smtplib.SMTP(self._name, self._port, timeout=seconds)
        try:
            plain.ehlo()
            plain.starttls(context=context)
            plain.ehlo()
        except BaseException:
            plain.close()
            raise
        return plain

    def deliver(self, addresses: Sequence[str], content: bytes, begin: Callable[[], None]) -> Outcome:
        """Hand one message over. `begin` is called once the server is ready to take it: from there on, only its answer
        says whether it has left.
        """
        try:
            refused = self._introduced(addresses)
        except (smtplib.SMTPException, OSError):
            return Outcome(FAILED, "le serveur a coupé la connexion avant de recevoir le message", goes_on=False)
        if refused:
            return refused
        begin()
        try:
            code, answer = self._smtp.data(content)
        except smtplib.SMTPDataError as error:
            return self._not_taken(error.smtp_code, _bytes(error.smtp_error), "le message")
        except (smtplib.SMTPException, OSError):
            return Outcome(
                UNKNOWN, "la connexion s'est rompue pendant l'envoi : on ne sait pas s'il est parti", goes_on=False
            )
        if code in _ACCEPTED:
            return Outcome(LEFT, f"pris par {self._name} ({_written(code, answer)})")
        return self._not_taken(code, answer, "le message")

    def _introduced(self, addresses: Sequence[str]) -> Outcome | None:
        """Name the sender and the addresses; returns why the server takes none of them."""
        code, answer = self._smtp.mail(self._settings.smtp_expediteur)
        if code not in _ACCEPTED:
            return self._not_taken(code, answer, "l'expéditeur")
        for address in addresses:
            code, answer = self._smtp.rcpt(address)
            if code not in _ACCEPTED:
                return self._not_taken(code, answer, f"l'adresse {address}")
        return None

    def _not_taken(self, code: int, answer: bytes, what: str) -> Outcome:
        later = 400 <= code < 500
        word = "ne prend pas encore" if later else "refuse"
        detail = f"{self._name} {word} {what} ({_written(code, answer)})"
        if code == 421:  # it closes the connection
            return Outcome(FAILED, detail, goes_on=False)
        try:
            self._smtp.rset()
        except (smtplib.SMTPException, OSError):
            return Outcome(FAILED if later else REFUSED, detail, goes_on=False)
        return Outcome(FAILED if later else REFUSED, detail)


def _why(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "son nom est inconnu"
    if isinstance(error, TimeoutError):
        return "délai dépassé"
    return _NETWORK.get(error.errno or 0, "la connexion ne s'établit pas")


def _code(error: smtplib.SMTPResponseException | Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _written(error.smtp_code, _bytes(error.smtp_error))
    return type(error).__name__


def _written(code: int, answer: bytes) -> str:
    """Write the codes of an answer, and none of its words: « 550 5.1.1 »."""
    detailed = _DETAILED.match(answer)
    return f"{code} {detailed[0].decode()}" if detailed else str(code)


def _bytes(answer: bytes | str) -> bytes:
    return answer.encode() if isinstance(answer, str) else answer
