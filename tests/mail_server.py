"""A mail server on loopback for tests: it speaks SMTP over real sockets, and misbehaves where it is told to."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "roland", "geheim"


@dataclass
class MailServer:
    """``answers`` are given to the next mails instead of 250, ``recipient_answers`` to the next recipients.

    ``drops``: so many connections are cut when a mail has been read, ``after_taking`` it or before. ``delay_s`` lets
    every mail wait. ``received`` is what was taken.
    """

    answers: list[str] = field(default_factory=list)
    recipient_answers: list[str] = field(default_factory=list)
    drops: int = 0
    after_taking: bool = False
    delay_s: float = 0
    received: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    port: int = 0

    @asynccontextmanager
    async def running(
        self, tls: ssl.SSLContext | None = None, *, implicit: bool = False, login: bool = False
    ) -> AsyncIterator["MailServer"]:
        """The server at work on a free port: with STARTTLS, or encrypted from the first byte."""
        starttls = tls if tls and not implicit else None
        open_connections: set[asyncio.BaseTransport] = set()

        def speak() -> SMTP:
            spoken = SMTP(
                self,
                tls_context=starttls,
                require_starttls=starttls is not None,
                # aiosmtpd knows nothing of encryption from the first byte, and warns of a login without STARTTLS.
                auth_required=login and not implicit,
                auth_require_tls=not implicit,
                authenticator=self._authenticate,
            )
            made = spoken.connection_made

            def connection_made(transport: asyncio.BaseTransport) -> None:
                open_connections.add(transport)
                made(transport)

            spoken.connection_made = connection_made  # type: ignore[method-assign]
            return spoken

        listening = await asyncio.get_running_loop().create_server(speak, "127.0.0.1", 0, ssl=tls if implicit else None)
        self.port = listening.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            listening.close()
            for transport in open_connections:
                transport.close()
            await listening.wait_closed()
            await asyncio.sleep(0)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """A recipient is named."""
        if self.recipient_answers:
            return self.recipient_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A mail has been read."""
        await asyncio.sleep(self.delay_s)
        is_cut = self.drops > 0
        if is_cut:
            self.drops -= 1
        if not is_cut and self.answers:
            return self.answers.pop(0)
        if not is_cut or self.after_taking:
            self._take(server, envelope)
        if is_cut and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 OK"

    def _take(self, server: SMTP, envelope: Envelope) -> None:
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.envelopes.append((envelope.mail_from or "", tuple(envelope.rcpt_tos)))
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=is_right)


@dataclass(frozen=True)
class ThrowAwayCertificate:
    """A certificate for 127.0.0.1 that nobody trusts but who holds ``client``."""

    server: ssl.SSLContext
    client: ssl.SSLContext

    @classmethod
    def made_in(cls, folder: Path) -> "ThrowAwayCertificate":
        """One of its own for each test."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .sign(key, hashes.SHA256())
        )
        file = folder / "mail.pem"
        file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(file)
        return cls(server, ssl.create_default_context(cafile=str(file)))
