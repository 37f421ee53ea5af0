"""The lines that are called: Roland's as it is served, and two that only play one sentence."""

import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.config import Settings
from assistant.model import Language
from evaluation.bench.servers import Server, free_port, running

Plain = Literal["fixed", "vosk"]
_RTP = (21_000, 21_998)
_NO_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line that takes calls at ``address``; ``pid`` is its first process, ``log`` what it says."""

    address: str
    pid: int
    log: Path


@dataclass(frozen=True, slots=True)
class Place:
    """Whose line it is, with which model it hears, where it may write, and how many it talks with at once."""

    settings: Settings
    config: Path
    model: Path
    rate: int
    scratch: Path
    most_calls: int

    @contextmanager
    def roland(self) -> Iterator[Line]:
        """``roland serve`` with its SIP endpoint, as long as it is inside."""
        port, sip, log = free_port(), _free_udp_port(), self.scratch / "roland.log"
        command = [str(Path(sys.executable).with_name("roland")), "serve", "--config", str(self.config)]
        command += ["--data", str(self.settings.storage.data_dir)]
        with running(command, port, "/health", log, self._environment(port, sip)) as server:
            yield _line(server, sip, log)

    @contextmanager
    def plain(self, kind: Plain) -> Iterator[Line]:
        """A line without a dialogue, see ``evaluation.bench.voice.plain``."""
        port, sip, log = free_port(), _free_udp_port(), self.scratch / f"{kind}.log"
        command = [sys.executable, "-m", "evaluation.bench.voice.plain", kind]
        command += [str(port), str(sip), *map(str, _RTP), str(self.model), str(self.rate)]
        with running(command, port, "/", log, os.environ) as server:
            yield _line(server, sip, log)

    def _environment(self, port: int, sip: int) -> Mapping[str, str]:
        peers = [{"name": "bench", "networks": ["127.0.0.0/8"], "most_calls": _NO_LIMIT, "calls_a_second": _NO_LIMIT}]
        changed = {
            "STORAGE__URL": f"sqlite:///{self.scratch / 'roland.db'}",
            "NLU__ENGINE": "spacy",
            "HTTP__HOST": "127.0.0.1",
            "HTTP__PORT": port,
            "HTTP__WORKERS": 1,
            "LOGGING__LEVEL": "info",
            "LOGGING__FORMAT": "json",
            "PHONE__MOST_CALLS": self.most_calls,
            "PHONE__SPEECH__MODELS": json.dumps({Language.DE: {"folder": str(self.model), "rate": self.rate}}),
            "PHONE__SIP__ENABLED": "true",
            "PHONE__SIP__HOST": "127.0.0.1",
            "PHONE__SIP__PORT": sip,
            "PHONE__SIP__RTP_PORTS": json.dumps(_RTP),
            "PHONE__SIP__MOST_CALLS": 200,
            "PHONE__SIP__PEERS": json.dumps(peers),
        }
        return {**os.environ, **{f"ROLAND__{key}": str(value) for key, value in changed.items()}}


def _line(server: Server, sip: int, log: Path) -> Line:
    return Line(f"sip:115@127.0.0.1:{sip}", server.pid, log)


def _free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
