"""One message before it leaves, and its bytes as a mail server takes them."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from pipelines.base.spelling import slug
from pipelines.base.typography import french
from pipelines.settings.model import Settings
from pipelines.templates import Template, as_workbook

REMINDER, RECEIPT, REFUSAL, NOTICE = KINDS = ("relance", "accuse", "refus", "avis")
OFFICER = "référent"
_SHEET = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
# Beyond, the forms come together in one file: a reader opens no ninety-six workbooks.
_MOST_FORMS = 12
_FORMS = "modeles.zip"
_NOWHERE = "vigie.invalid"
_POLICY = SMTP.clone(cte_type="7bit", max_line_length=78)


@dataclass(frozen=True)
class Draft:
    """`key` is what makes it this message and no other; `topic`, what it is about, whatever the day.

    `to` is the code of a correspondent, or OFFICER; `label`, how it is called; `forms`, the workbooks to join.
    """

    kind: str
    key: str
    topic: str
    to: str
    label: str
    addresses: tuple[str, ...]
    subject: str
    text: str
    forms: tuple[Template, ...] = ()

    @property
    def file_name(self) -> str:
        """`relance_Compagnie-de-gendarmerie-de-Figeac.eml`."""
        return f"{self.kind}_{slug(self.label)}.eml"


def message_id(settings: Settings, draft: Draft) -> str:
    """Return the Message-ID: the same for the same message, so that a reader's program takes two for one."""
    _, _, domain = (settings.smtp_expediteur or settings.reply_to).rpartition("@")
    digest = hashlib.sha256(f"{settings.departement}\0{draft.key}".encode()).hexdigest()
    return f"<{digest[:32]}@{domain or _NOWHERE}>"


def as_bytes(settings: Settings, draft: Draft, when: dt.datetime, unsent: bool = False) -> bytes:
    """Write the message. `unsent`: a mail program opens it as one that is still to be sent."""
    message = EmailMessage(policy=_POLICY)
    if settings.smtp_expediteur:
        message["From"] = _address(settings.smtp_expediteur)
    if draft.addresses:
        message["To"] = [_address(a) for a in draft.addresses]
    if settings.reply_to:
        message["Reply-To"] = _address(settings.reply_to)
    message["Subject"] = one_line(french(draft.subject))
    message["Date"] = format_datetime(when)
    message["Message-ID"] = message_id(settings, draft)
    message["Content-Language"] = "fr"
    if unsent:
        message["X-Unsent"] = "1"
    elif draft.kind != REMINDER:
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(french(draft.text), charset="utf-8", cte="quoted-printable")
    for name, content, kind in _attached(draft.forms):
        message.add_attachment(content, maintype=kind[0], subtype=kind[1], filename=one_line(name))
    if draft.forms:
        message.set_boundary(f"vigie-{hashlib.sha256(draft.key.encode()).hexdigest()[:24]}")
    return message.as_bytes()


def one_line(text: str) -> str:
    """Write a text as a header may hold it: no sign of control, and so no other header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _address(text: str) -> Address:
    return Address(addr_spec=text)


def _attached(forms: Sequence[Template]) -> list[tuple[str, bytes, tuple[str, str]]]:
    books = [(f"{form.name}.xlsx", as_workbook(form)) for form in forms]
    if len(books) <= _MOST_FORMS:
        return [(name, content, _SHEET) for name, content in books]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in books:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return [(_FORMS, packed.getvalue(), ("application", "zip"))]
