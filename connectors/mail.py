"""Mail by SMTP."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ssl import SSLContext
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from assistant.errors import MailRefusedError, MailUnavailableError
from assistant.ports import Clock

Security = Literal["starttls", "tls", "none"]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]\\]+@[^\s@<>(),;:\"\[\]\\]+", flags=re.ASCII)
_FINAL = 500
"""From this code on a server's answer means: never."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """How the mail server is reached. ``security``: encrypted after greeting, from the first byte, or not at all."""

    host: str
    port: int
    security: Security = "starttls"
    user: str = ""
    password: str = ""
    timeout_s: float = 20
    tls: SSLContext | None = None


class SmtpMailer:
    """Implements ``assistant.ports.Mailer``: one connection for each mail."""

    name = "mail"

    def __init__(self, server: SmtpServer, sender: str, clock: Clock, sender_name: str = "") -> None:
        """Raises ValueError for a sender that is no address."""
        self._server = server
        self._sender = _address(sender)
        self._sender_name = _line(sender_name)
        self._clock = clock

    async def send(self, to: str, subject: str, text: str, message_id: str) -> None:
        try:
            message = self._message(to, subject, text, message_id)
        except ValueError as error:
            raise MailRefusedError(str(error)) from error
        try:
            async with self._connection() as connection:
                await connection.send_message(message, sender=self._sender, recipients=[to])
        except (SMTPException, OSError, EOFError) as error:
            raise _told(error) from error

    async def ping(self) -> None:
        try:
            async with self._connection() as connection:
                await connection.noop()
        except (SMTPException, OSError, EOFError) as error:
            raise MailUnavailableError(_reason(error)) from error

    def _connection(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            timeout=server.timeout_s,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=server.tls,
        )

    def _message(self, to: str, subject: str, text: str, message_id: str) -> EmailMessage:
        domain = self._sender.rpartition("@")[2]
        message = EmailMessage(policy=SMTP)
        message["From"] = f'"{self._sender_name}" <{self._sender}>' if self._sender_name else self._sender
        message["To"] = _address(to)
        message["Subject"] = _line(subject)
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9.-]', '-', message_id)}@{domain}>"
        # No answer by machine: it would come from an address of which nobody knows whether it is still meant.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message


def _address(text: str) -> str:
    """One plain address; anything else could become two, or a header."""
    if not _ADDRESS.fullmatch(text):
        raise ValueError("not an address of mail")
    return text


def _line(text: str) -> str:
    """Text for a header: one line, whatever it was."""
    return _CONTROLS.sub(" ", text).replace('"', "'").replace("\\", "/").strip()


def _told(error: Exception) -> MailUnavailableError | MailRefusedError:
    """Only a word about the address or the mail itself is final; all else may be mended: the network, the login."""
    is_final = isinstance(error, SMTPRecipientsRefused | SMTPDataError) and (_code(error) or 0) >= _FINAL
    return (MailRefusedError if is_final else MailUnavailableError)(_reason(error))


def _code(error: Exception) -> int | None:
    if isinstance(error, SMTPRecipientsRefused):
        return max(refused.code for refused in error.recipients)
    return error.code if isinstance(error, SMTPResponseException) else None


def _reason(error: Exception) -> str:
    """For the log and the list of dead letters: what the server says may repeat the address, so its code is enough."""
    code = _code(error)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
