"""A real mail server on the loopback, with a certificate of its own, and what it received."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOGIN, PASSWORD = "vigie", "mot de passe que personne ne doit lire"
HOST = "127.0.0.1"


@dataclass
class Received:
    """Handler of aiosmtpd: keeps what is sent, and answers as it is told to.

    `refuses`: address → answer; `answers`: what is said of the next messages, once each; `after`: called once a message
    is taken, before that is answered.
    """

    messages: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    after: Callable[[], None] = lambda: None
    cuts: bool = False  # breaks the connection instead of answering

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 2.0.0 OK"
        if answer.startswith("250"):
            self.messages.append(bytes(envelope.original_content or b""))
            self.recipients.append(list(envelope.rcpt_tos))
        self.after()
        if self.cuts:
            server.transport.abort()
        return answer

    def read(self) -> list[EmailMessage]:
        """What was received, as Python's parser reads it."""
        return [message_from_bytes(m, policy=default) for m in self.messages]  # type: ignore[misc]

    def identities(self) -> list[str]:
        return [str(m["Message-ID"]) for m in self.read()]


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    good = (data.login, data.password) == (LOGIN.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=good)


@dataclass(frozen=True)
class Certificate:
    """A certificate signed by itself: `file` is also the authority that vouches for it."""

    file: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context


def certificate(folder: Path, *names: str, days: int = 1) -> Certificate:
    """A certificate for these names or addresses; `days` under 0, one that has expired."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = dt.datetime.now(dt.UTC)
    held = [x509.IPAddress(ipaddress.ip_address(n)) if n[0].isdigit() else x509.DNSName(n) for n in names]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=10))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(held), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    found = Certificate(folder / f"{names[0]}{days}.pem", folder / f"{names[0]}{days}.key")
    found.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    found.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return found


@contextmanager
def mail_server(
    held: Certificate | None, received: Received | None = None, security: str = "starttls"
) -> Iterator[tuple[Received, int]]:
    """Serve until the end of the block; gives what is received and the port. Without a certificate, no TLS."""
    received = received or Received()
    options: dict[str, Any] = {"authenticator": _authenticate, "auth_require_tls": held is not None}
    if held and security == "tls":
        options |= {"ssl_context": held.context(), "auth_require_tls": False}
    elif held:
        options |= {"tls_context": held.context(), "require_starttls": True}
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    server = Controller(received, hostname=HOST, port=port, **options)
    server.start()
    try:
        yield received, port
    finally:
        server.stop()


def settings_of(port: int, held: Certificate | None, **more: str) -> dict[str, str]:
    """The variables that send to this server, as an administrator sets them."""
    authority = {"VIGIE_SMTP_AUTORITE": str(held.file)} if held else {}
    return {
        "VIGIE_SMTP_SERVEUR": HOST,
        "VIGIE_SMTP_PORT": str(port),
        "VIGIE_SMTP_EXPEDITEUR": "vigie@lot.exemple.fr",
        "VIGIE_SMTP_IDENTIFIANT": LOGIN,
        "VIGIE_SMTP_MOT_DE_PASSE": PASSWORD,
        "VIGIE_SMTP_SECONDS": "5",
    } | authority | more  # fmt: skip
