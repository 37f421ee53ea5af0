"""The telephone line over the web: who may call, and that sound goes both ways through a real server."""

import base64
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from assistant.http.line import PageTokens
from assistant.http.services import WebLine
from assistant.model import CallEnding
from connectors.telephony.stream import StreamOptions
from tests.fakes import FixedClock
from tests.line import TuningFork, pitch, tone, web_line
from tests.server import make_services, serving, settings_for

BEGIN = json.dumps({"callSid": "page", "sampleRate": 8_000, "metadata": {"transcript": True}})
BEARER = {"Authorization": "Bearer geheim"}


@dataclass(frozen=True)
class Server:
    """A server with a line."""

    url: str
    fork: TuningFork
    clock: FixedClock

    @property
    def host(self) -> str:
        """What a browser calls it."""
        return self.url.removeprefix("http://")

    def page(self) -> httpx.Response:
        """The page to try the line."""
        return httpx.get(f"{self.url}/line", timeout=60)

    def token(self) -> str:
        """The token in the page."""
        found = re.search(r'data-token="([^"]+)"', self.page().text)
        assert found
        return found[1]

    def call(self, token: str | None = None, origin: str | None = None) -> AbstractContextManager[ClientConnection]:
        """Connect as the page does."""
        protocols = ["roland.line", self.token() if token is None else token]
        return connect(
            f"ws://{self.host}/line/call",
            origin=Origin(origin or f"http://{self.host}"),
            subprotocols=[Subprotocol(one) for one in protocols if one],
        )

    def media(
        self, headers: dict[str, str] | None = None, protocol: str | None = None
    ) -> AbstractContextManager[ClientConnection]:
        """Connect as a telephone system does."""
        protocols = [Subprotocol(protocol)] if protocol else None
        return connect(f"ws://{self.host}/line/media", additional_headers=headers, subprotocols=protocols)


def serve(folder: Path, line: WebLine, fork: TuningFork) -> Iterator[Server]:
    """A server with that line."""
    clock = FixedClock()
    services, _ = make_services(settings_for(folder), clock=clock)
    with serving(replace(services, line=line)) as url:
        yield Server(url, fork, clock)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server with the page and with a shared word for telephone systems."""
    with web_line(StreamOptions(token="geheim", most_calls=2)) as (line, fork):
        yield from serve(tmp_path, line, fork)


def told(connection: ClientConnection, text: str) -> bytes:
    """All sound that came until a text was told."""
    sound = b""
    while True:
        message = connection.recv(timeout=10)
        if isinstance(message, bytes):
            sound += message
        elif json.loads(message).get("text") == text:
            return sound


def refused(attempt: Callable[[], AbstractContextManager[object]]) -> int:
    """The status of a connection that was refused."""
    with pytest.raises(InvalidStatus) as error, attempt():
        pass
    return int(error.value.response.status_code)


@pytest.mark.slow
def test_a_call_from_the_page(server: Server) -> None:
    """Sound, keys and text go through the web server, both loops, and back."""
    with server.call() as connection:
        assert connection.subprotocol == "roland.line"
        connection.send(BEGIN)
        told(connection, "Moin!")
        connection.send(tone(600, hz=1_000))
        sound = told(connection, "1000 Hz")
        connection.send(json.dumps({"event": "dtmf", "dtmf": "5"}))
        sound += told(connection, "Taste 5")
        while len(sound) < 8_000:
            message = connection.recv(timeout=10)
            sound += message if isinstance(message, bytes) else b""
        connection.send(json.dumps({"event": "dtmf", "dtmf": "#"}))
        with pytest.raises(ConnectionClosed) as closed:
            told(connection, "nothing more")
    assert pitch(sound[:8_000]) == 440
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1000
    assert server.fork.endings == [CallEnding.ROLAND]


@pytest.mark.slow
def test_the_page_may_use_the_microphone_and_no_other(server: Server) -> None:
    """The permission is given where it is needed."""
    assert "microphone=(self)" in server.page().headers["Permissions-Policy"]
    assert "microphone=()" in httpx.get(f"{server.url}/chat", timeout=60).headers["Permissions-Policy"]


@pytest.mark.slow
def test_without_a_line_there_is_no_page(tmp_path: Path) -> None:
    """Where no line is configured, nothing of it is there."""
    services, _ = make_services(settings_for(tmp_path))
    with serving(services) as url:
        assert httpx.get(f"{url}/line", timeout=60).status_code == 404
        assert refused(lambda: connect(f"ws://{url.removeprefix('http://')}/line/media")) in {403, 404}


@pytest.mark.slow
def test_a_line_without_its_page(tmp_path: Path) -> None:
    """A city that only connects a telephone system shows no page, and takes no calls from one."""
    with web_line() as (line, fork):
        for server in serve(tmp_path, replace(line, has_page=False), fork):
            assert server.page().status_code == 404
            assert refused(partial(server.call, token="any")) in {403, 404}
            with server.media(BEARER) as connection:
                connection.send(BEGIN)
                told(connection, "Moin!")


@pytest.mark.slow
def test_other_sites_may_not_call(server: Server) -> None:
    """A page elsewhere cannot use a visitor's browser, whatever token it has got hold of; nor can who has no origin."""
    assert refused(lambda: server.call(origin="https://example.org")) == 403
    assert refused(lambda: server.call(origin="null")) == 403


@pytest.mark.slow
def test_only_the_page_has_the_token(server: Server) -> None:
    """None, a made up one, and one that is too old do not call."""
    token = server.token()
    for wrong in ("", "roland", token[:-1], f"9{token}"):
        assert refused(partial(server.call, token=wrong)) == 403
    server.clock.advance(timedelta(minutes=61))
    assert refused(lambda: server.call(token=token)) == 403


def test_a_token_is_good_for_an_hour() -> None:
    """It holds for its time with its own secret, and is nothing to another one."""
    clock = FixedClock()
    tokens = PageTokens(b"secret", clock)
    token = tokens.issue()
    assert re.fullmatch(r"[0-9a-f.]+", token)
    clock.advance(timedelta(minutes=59))
    assert tokens.is_good(token)
    assert not PageTokens(b"another", clock).is_good(token)
    assert not tokens.is_good("")
    assert not tokens.is_good("ä.ü")


@pytest.mark.slow
def test_a_browser_that_calls_again_and_again_is_stopped(server: Server) -> None:
    """Ten calls a minute from one address are enough."""
    token = server.token()
    for _ in range(10):
        with server.call(token=token):
            pass
    assert refused(lambda: server.call(token=token)) == 403


@pytest.mark.slow
def test_nobody_takes_all_lines_from_one_browser(tmp_path: Path) -> None:
    """Three calls at once from one address; another one when one of them is over."""
    with web_line(StreamOptions(most_calls=50)) as (line, fork):
        for server in serve(tmp_path, line, fork):
            token = server.token()
            with server.call(token=token), server.call(token=token):
                with server.call(token=token):
                    assert refused(partial(server.call, token=token)) == 403
                deadline = time.monotonic() + 10
                while not _can_call(server, token):
                    assert time.monotonic() < deadline


def _can_call(server: Server, token: str) -> bool:
    try:
        with server.call(token=token):
            return True
    except InvalidStatus:
        return False


@pytest.mark.parametrize("word", ["Bearer geheim", f"Basic {base64.b64encode(b'roland:geheim').decode()}"])
def test_a_telephone_system_says_the_word(server: Server, word: str) -> None:
    """As a header it is known at once; the protocol that jambonz asks for is confirmed."""
    with server.media({"Authorization": word}, "audio.jambonz.org") as connection:
        assert connection.subprotocol == "audio.jambonz.org"
        connection.send(BEGIN)
        told(connection, "Moin!")


@pytest.mark.slow
@pytest.mark.parametrize("word", ["Bearer geraten", "Basic !", "Basic Z2VoZWlt", "Digest geheim", "geheim"])
def test_a_wrong_word_is_refused(server: Server, word: str) -> None:
    """Before anything is said."""
    assert refused(lambda: server.media({"Authorization": word})) == 403


def test_a_telephone_system_may_say_the_word_later(server: Server) -> None:
    """Those that cannot send headers say it with their first message, and without it they are cut off."""
    with server.media() as connection:
        connection.send(json.dumps({"callSid": "x", "sampleRate": 8_000, "metadata": {"token": "geheim"}}))
        assert isinstance(connection.recv(timeout=10), bytes)
    with server.media() as connection:
        connection.send(BEGIN)
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=10)


def test_without_a_word_no_telephone_system_calls(tmp_path: Path) -> None:
    """An empty word opens nothing."""
    with web_line(StreamOptions()) as (line, fork):
        for server in serve(tmp_path, line, fork):
            for headers in (None, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
                assert refused(partial(server.media, headers)) == 403


@pytest.mark.slow
def test_too_many_calls_are_told_to_come_back(server: Server) -> None:
    """The close code says that it is not the caller's fault."""
    with server.media(BEARER) as first, server.media(BEARER) as second:
        for connection in (first, second):
            connection.send(BEGIN)
            told(connection, "Moin!")
        with server.media(BEARER) as third, pytest.raises(ConnectionClosed) as closed:
            third.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013


def test_a_message_too_long_ends_the_call(server: Server) -> None:
    """The server does not even read it to its end."""
    with server.media(BEARER) as connection:
        connection.send(BEGIN)
        told(connection, "Moin!")
        connection.send(bytes(70_000))
        with pytest.raises(ConnectionClosed) as closed:
            told(connection, "nothing more")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_a_caller_who_leaves_and_one_who_is_cut_off(server: Server) -> None:
    """Closing properly is hanging up; a connection that just ends is a lost call."""
    leaving: tuple[Callable[[ClientConnection], None], ...] = (
        lambda one: one.close(),
        lambda one: one.socket.shutdown(socket.SHUT_RDWR),
    )
    for leave in leaving:
        with server.media(BEARER) as connection:
            connection.send(BEGIN)
            told(connection, "Moin!")
            leave(connection)
        with server.media(BEARER) as connection:
            connection.send(BEGIN)
            told(connection, "Moin!")
            connection.send(json.dumps({"event": "dtmf", "dtmf": "#"}))
            with pytest.raises(ConnectionClosed):
                told(connection, "nothing more")
    assert server.fork.endings == [CallEnding.CALLER, CallEnding.ROLAND, CallEnding.LOST, CallEnding.ROLAND]


@pytest.mark.slow
def test_the_page_speaks_every_language(server: Server) -> None:
    """All texts are there, in the direction of the language."""
    for language, direction in (("de", "ltr"), ("en", "ltr"), ("ar", "rtl")):
        page = httpx.get(f"{server.url}/line?lang={language}", timeout=60).text
        assert f'lang="{language}" dir="{direction}"' in page
        assert all(f'data-phone-text="{name}"' in page for name in ("talking", "denied", "lost"))
