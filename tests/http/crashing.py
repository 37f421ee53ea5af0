"""A server in a process of its own, to be killed: ``python -m tests.http.crashing DATA_DIR PORT_FD hang|answer``."""

import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from assistant.http.app import create_app
from assistant.logs import configure
from assistant.model import Answer, Conversation, DialogueState, Turn, Utterance
from tests.fakes import EchoDialogue
from tests.server import make_server, make_services, settings_for


class WallClock:
    """The real time: what was accepted before the crash lies in the past after it."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class TellingDialogue(EchoDialogue):
    """Says on stdout that it has heard something, before it answers or hangs."""

    async def respond(
        self, conversation: Conversation, turns: Sequence[Turn], utterance: Utterance
    ) -> tuple[Answer, DialogueState]:
        print("heard", utterance.id, flush=True)  # noqa: T201
        return await super().respond(conversation, turns, utterance)


def main() -> None:
    """Serve on the socket that was handed over."""
    data_dir, descriptor, mode = sys.argv[1:]
    dialogue = TellingDialogue()
    if mode == "hang":
        dialogue.hold()
    settings = settings_for(Path(data_dir))
    configure(settings.logging)
    services, _ = make_services(settings, dialogue, clock=WallClock())
    server = make_server(create_app(services), settings.http)
    server.run(sockets=[socket.socket(fileno=int(descriptor))])


if __name__ == "__main__":
    main()
