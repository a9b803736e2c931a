"""A message as a mail: text and HTML, in headers that no value can break out of."""

from __future__ import annotations

from contextlib import suppress
from email.headerregistry import Address, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from mimetypes import guess_type
from typing import Any

from app.notifications.channels import Parcel
from app.notifications.kinds import AttachedFile
from app.notifications.rules import one_line
from app.platform import clock, files


class OnOneLine(UniqueUnstructuredHeader):  # mixed into BaseHeader by the registry
    """A header that mail programs read as it is written: a long address in it is neither broken nor encoded, which
    Python does with every word of more than a line (RFC 2369, 2; RFC 8058, 3.1)."""

    def fold(self, *, policy: Policy[Any]) -> str:
        """The header as one line, however long."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


HEADERS = HeaderRegistry()
for _header in ("List-Unsubscribe", "Message-ID"):
    HEADERS.map_to_type(_header, OnOneLine)  # type: ignore[arg-type]
POLICY = SMTP.clone(cte_type="7bit", header_factory=HEADERS)


def mail_bytes(parcel: Parcel, sender: str) -> bytes:
    """`parcel` as RFC 5322 has it. ValueError where the address is none."""
    mail = EmailMessage(policy=POLICY)
    name, address = parseaddr(sender)
    mail["From"] = Address(one_line(name), addr_spec=address)
    mail["To"] = Address(one_line(parcel.name), addr_spec=parcel.address)
    mail["Subject"] = one_line(parcel.title)
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = parcel.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if parcel.unsubscribe:
        mail["List-Unsubscribe"] = f"<{parcel.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(parcel.text)
    mail.add_alternative(parcel.html, subtype="html")
    if parcel.file is not None:
        _attach(mail, parcel.file)
    mail["Content-Language"] = parcel.locale  # last: whatever sets the content takes such headers away
    return mail.as_bytes()


def _attach(mail: EmailMessage, file: AttachedFile) -> None:
    """One that is gone is left out: the mail has the link."""
    main, _slash, sub = (guess_type(file.name)[0] or "application/octet-stream").partition("/")
    with suppress(FileNotFoundError), files.open_kept(file.key) as content:
        mail.add_attachment(content.read(), maintype=main, subtype=sub, filename=one_line(file.name))
