"""A served Roland with a line to call, an agent at the desk, and the test model to hear with."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx

from assistant import bootstrap
from tests.system.installation import ROOT, Installation, Server
from tests.system.phone.sipp import free_port

MODEL = ROOT / "var/voice/test-model"
PASSWORD = "vier zufällige wörter hier"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_EVERY_DAY = '[{"days": ["mo","tu","we","th","fr","sa","su"], "opens": "00:00", "closes": "23:59:59"}]'


@dataclass(frozen=True)
class DeskBrowser:
    """An agent's browser without a screen, signed in."""

    client: httpx.Client

    def be_there(self) -> None:
        """Take calls."""
        self._send("/desk", "/desk/presence", presence="available")

    def screen_pop(self, reference: str) -> str:
        """The page that an agent's telephone opens when a call rings."""
        page = self.client.get(f"/desk/calls/{reference}")
        assert page.status_code == httpx.codes.OK, page.text
        return page.text

    def _send(self, page: str, path: str, **fields: str) -> None:
        token = _CSRF.search(self.client.get(page).text)
        assert token
        sent = self.client.post(path, data={"csrf": token[1], **fields})
        assert sent.status_code == httpx.codes.OK, sent.text

    @classmethod
    @contextmanager
    def signed_in(cls, server: Server) -> Iterator[Self]:
        """Frau Kaya's."""
        with httpx.Client(
            base_url=server.url, headers={"Origin": server.url}, follow_redirects=True, trust_env=False, timeout=60
        ) as client:
            browser = cls(client)
            browser._send("/desk/login", "/desk/login", login="kaya", password=PASSWORD)
            yield browser


@dataclass(frozen=True)
class Line:
    """Where it is called."""

    server: Server
    port: int

    @property
    def address(self) -> str:
        """As a telephone dials it."""
        return f"sip:115@127.0.0.1:{self.port}"


def voice_model() -> Path:
    """The recogniser's model to test with, made where set-up has not done so yet."""
    bootstrap.build_voice_model(MODEL, print)
    return MODEL


@contextmanager
def serving_line(bremen: Installation, calls_to: str, model: Path) -> Iterator[Line]:
    """A server whose line puts callers through to a telephone."""
    port = free_port()
    models = {"de": {"folder": str(model), "rate": 8000}}
    settings = {
        "phone.sip.enabled": "true",
        "phone.sip.port": port,
        "phone.sip.rtp_ports": "[26000, 26399]",
        "phone.calls_to": calls_to,
        "phone.speech.models": json.dumps(models),
        "contact.hours": _EVERY_DAY,
        "contact.holidays": "",
    }
    chosen = bremen.having(settings)
    added = subprocess.run(
        chosen.command("desk", "account", "add", "kaya", "--name", "Frau Kaya"),
        cwd=ROOT,
        env=chosen.environment,
        input=PASSWORD.encode(),
        capture_output=True,
        check=False,
    )
    assert added.returncode == 0, added.stderr
    with chosen.serving() as server:
        yield Line(server, port)
