"""Mail over real sockets: encrypted, taken, refused, cut off, never more than one header."""

import asyncio
from pathlib import Path

import pytest

from assistant.errors import ConnectorError, MailRefusedError, MailUnavailableError
from assistant.ports import Mailer
from connectors.mail import Security, SmtpMailer, SmtpServer
from tests.fakes import FixedClock
from tests.mail_server import PASSWORD, USER, MailServer, ThrowAwayCertificate

SENDER = "buergeramt@example.org"
TO = "jamila@example.net"


@pytest.fixture
def certificate(tmp_path: Path) -> ThrowAwayCertificate:
    """A certificate that the client of the test trusts."""
    return ThrowAwayCertificate.made_in(tmp_path)


def mailer(server: MailServer, **values: object) -> Mailer:
    """What sends mail to that server, without encryption unless it is said."""
    reached = {"security": "none", "timeout_s": 5} | values
    return SmtpMailer(
        SmtpServer("127.0.0.1", server.port, **reached),  # type: ignore[arg-type]
        SENDER,
        FixedClock(),
        "Virtuelles Bürgeramt",
    )


async def test_a_mail_arrives_as_it_was_written() -> None:
    """Words, sender, recipient and the id by which it is known again stand in it, and that a machine has sent it."""
    async with MailServer().running() as server:
        await mailer(server).send(TO, "Ihre Antwort ist da", "Guten Tag,\n\nGrüße aus Bremen: سلام\n", "ticket-1")
    (message,) = server.received
    assert server.envelopes == [(SENDER, (TO,))]
    assert (message["to"], message["subject"]) == (TO, "Ihre Antwort ist da")
    assert message["from"] == f"Virtuelles Bürgeramt <{SENDER}>"
    assert message["message-id"] == "<ticket-1@example.org>"
    assert message["auto-submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == "Guten Tag,\n\nGrüße aus Bremen: سلام\n"


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_encrypted_with_login(certificate: ThrowAwayCertificate, security: Security) -> None:
    """Both ways of encryption work, and the login goes over them."""
    running = MailServer().running(certificate.server, implicit=security == "tls", login=True)
    async with running as server:
        sending = mailer(server, security=security, tls=certificate.client, user=USER, password=PASSWORD)
        await sending.send(TO, "Hallo", "Hallo", "m1")
        await sending.ping()
    assert server.encrypted == [True]
    assert set(server.logins) == {USER}


async def test_a_server_that_is_not_trusted_gets_nothing(certificate: ThrowAwayCertificate) -> None:
    """A certificate that nobody vouches for ends the connection before login and mail."""
    async with MailServer().running(certificate.server, login=True) as server:
        with pytest.raises(MailUnavailableError):
            await mailer(server, security="starttls", user=USER, password=PASSWORD).send(TO, "Hallo", "Hallo", "m1")
    assert (server.received, server.logins) == ([], [])


async def test_encryption_that_is_wanted_is_never_left_out() -> None:
    """A server without STARTTLS gets neither password nor mail."""
    async with MailServer().running() as server:
        with pytest.raises(MailUnavailableError):
            await mailer(server, security="starttls", user=USER, password=PASSWORD).send(TO, "Hallo", "Hallo", "m1")
    assert (server.received, server.logins) == ([], [])


@pytest.mark.parametrize(
    ("mail", "recipient", "error"),
    [
        (["451 try again"], [], MailUnavailableError),
        (["552 too large"], [], MailRefusedError),
        ([], ["450 busy"], MailUnavailableError),
        ([], ["550 no such mailbox jamila@example.net"], MailRefusedError),
    ],
)
async def test_what_the_server_says(mail: list[str], recipient: list[str], error: type[ConnectorError]) -> None:
    """4xx means later, 5xx means never; what is told of it does not repeat the address."""
    async with MailServer(answers=mail, recipient_answers=recipient).running() as server:
        with pytest.raises(error) as told:
            await mailer(server).send(TO, "Hallo", "Hallo", "m1")
        assert TO not in str(told.value)
        assert told.value.retryable is (error is MailUnavailableError)
        await mailer(server).send(TO, "Hallo", "Hallo", "m1")
    assert len(server.received) == 1


async def test_a_wrong_login_may_be_mended(certificate: ThrowAwayCertificate) -> None:
    """A wrong password is the city's mistake and no reason to give the mail up; the password is not told."""
    async with MailServer().running(certificate.server, login=True) as server:
        sending = mailer(server, security="starttls", tls=certificate.client, user=USER, password="falsch")
        with pytest.raises(MailUnavailableError) as told:
            await sending.send(TO, "Hallo", "Hallo", "m1")
        assert str(told.value) == "SMTPAuthenticationError 535"
        with pytest.raises(MailUnavailableError):
            await sending.ping()


@pytest.mark.parametrize("after_taking", [False, True])
async def test_a_connection_that_breaks_is_no_success(after_taking: bool) -> None:
    """Without the server's word nobody takes the mail for sent."""
    async with MailServer(drops=1, after_taking=after_taking).running() as server:
        with pytest.raises(MailUnavailableError):
            await mailer(server).send(TO, "Hallo", "Hallo", "m1")


async def test_a_slow_server_is_not_waited_for_for_ever() -> None:
    """After its time the mail counts as not sent."""
    async with MailServer(delay_s=30).running() as server:
        with pytest.raises(MailUnavailableError):
            await asyncio.wait_for(mailer(server, timeout_s=0.2).send(TO, "Hallo", "Hallo", "m1"), 10)


async def test_no_server_at_all() -> None:
    """Where nobody listens, sending and looking both say so."""
    async with MailServer().running() as server:
        gone = mailer(server)
    for attempt in (gone.send(TO, "Hallo", "Hallo", "m1"), gone.ping()):
        with pytest.raises(MailUnavailableError):
            await attempt


@pytest.mark.parametrize(
    "to",
    [
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org, b@example.org",
        "a@example.org b@example.org",
        "Jamila <a@example.org>",
        "a@example.org\nSubject: x",
        "nobody",
        "",
        "a@b@c",
    ],
)
async def test_a_recipient_is_one_address(to: str) -> None:
    """What could be a second recipient or a header is refused before any connection."""
    async with MailServer().running() as server:
        with pytest.raises(MailRefusedError):
            await mailer(server).send(to, "Hallo", "Hallo", "m1")
    assert (server.received, server.envelopes) == ([], [])


@pytest.mark.parametrize("line", ["\r\nBcc: b@example.org", "\nX-Evil: 1", "\r\n\r\nbody", "\x00\x85\u2028Bcc: x"])
async def test_nothing_becomes_a_header(line: str) -> None:
    """Line breaks in subject, text and id never begin a header or another mail."""
    async with MailServer().running() as server:
        await mailer(server).send(TO, f"Hallo{line}", f"Text{line}\r\n.\r\nMAIL FROM:<x@y.z>\r\n", f"m1{line}")
    (message,) = server.received
    assert set(message.keys()) == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    }
    assert message["to"] == TO


def test_a_sender_is_an_address() -> None:
    """A wrong sender shows at the start."""
    with pytest.raises(ValueError, match="address"):
        SmtpMailer(SmtpServer("127.0.0.1", 25), "Bürgeramt", FixedClock())
