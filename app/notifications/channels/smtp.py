"""Mail by SMTP (RFC 5321), with the one step that can not be taken back where it can be seen."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.errors import MessageError
from email.utils import parseaddr
from typing import Any

from flask import current_app

from app.notifications.channels import Parcel, Refused, Unreachable, Unsure
from app.notifications.channels.mail import mail_bytes

BROKEN = (OSError, smtplib.SMTPException)


class Smtp:
    """The mail server of the configuration."""

    @contextmanager
    def session(self) -> Iterator[SmtpSession]:
        """A connection, signed in. Raises Unreachable, also where no server is set up."""
        config = current_app.config
        if not config["SMTP_HOST"]:
            raise Unreachable("SMTP_HOST is not set")
        try:
            line = _connect(config)
        except (*BROKEN, ValueError) as error:
            raise Unreachable(_detail(error)) from error
        try:
            yield SmtpSession(line, config)
            _leave(line)
        finally:
            line.close()


def _connect(config: Any) -> smtplib.SMTP:
    options = {"host": config["SMTP_HOST"], "port": config["SMTP_PORT"], "timeout": config["SMTP_TIMEOUT_SECONDS"]}
    security = config["SMTP_SECURITY"]
    trusted = ssl.create_default_context()
    line = smtplib.SMTP_SSL(**options, context=trusted) if security == "tls" else smtplib.SMTP(**options)
    try:
        line.ehlo_or_helo_if_needed()
        if security == "starttls":
            line.starttls(context=trusted)
        if config["SMTP_USERNAME"]:
            line.login(config["SMTP_USERNAME"], config["SMTP_PASSWORD"])
    except BaseException:
        line.close()
        raise
    return line


def _leave(line: smtplib.SMTP) -> None:
    try:
        line.quit()
    except BROKEN:  # everything was answered before
        pass


class SmtpSession:
    """One connection to the mail server."""

    def __init__(self, line: smtplib.SMTP, config: Any) -> None:
        self.line, self.config = line, config
        self.sender = parseaddr(config["MAIL_FROM"])[1]

    def send(self, parcel: Parcel, hand_over: Callable[[], None]) -> str:
        """Send one mail. Up to the final dot the server has promised nothing, and drops what it got."""
        try:
            content = mail_bytes(parcel, self.config["MAIL_FROM"])
        except (MessageError, ValueError, UnicodeError) as error:
            raise Refused(f"can not be written as a mail: {error}", is_final=True) from error
        try:
            self._envelope(parcel.address)
            self.line.send(_quoted(content))
        except BROKEN as error:
            raise Unreachable(_detail(error)) from error
        hand_over()
        return self._finish()

    def _envelope(self, address: str) -> None:
        if not address.isascii() or any(c in address for c in "\r\n<> "):
            raise Refused("this address can not be written to", is_final=True)
        code, answer = self.line.mail(self.sender)
        if code != 250:  # about us, not about the message
            raise Unreachable(f"{code} {_text(answer)}")
        self._expect({250, 251}, *self.line.rcpt(address))
        self._expect({354}, *self.line.docmd("DATA"))

    def _finish(self) -> str:
        try:
            if self.line.sock:
                self.line.sock.settimeout(self.config["SMTP_DATA_TIMEOUT_SECONDS"])
            self.line.send(b".\r\n")
            code, answer = self.line.getreply()
            if self.line.sock:
                self.line.sock.settimeout(self.config["SMTP_TIMEOUT_SECONDS"])
        except BROKEN as error:
            raise Unsure(_detail(error)) from error
        self._expect({250}, code, answer)
        return f"{code} {_text(answer)}"

    def _expect(self, good: set[int], code: int, answer: bytes) -> None:
        if code in good:
            return
        if code in (-1, 421):
            raise Unreachable(f"{code} {_text(answer)}")
        self.line.rset()
        raise Refused(f"{code} {_text(answer)}", is_final=code >= 500)


def _quoted(content: bytes) -> bytes:
    quoted: bytes = smtplib._quote_periods(content)  # type: ignore[attr-defined]
    return quoted if quoted.endswith(b"\r\n") else quoted + b"\r\n"


def _text(answer: Any) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)


def _detail(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"
