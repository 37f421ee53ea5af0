"""Something in Rasa's place that keeps questions waiting, so that a turn stands still where a test wants it to."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Queue

_PATIENCE_S = 180.0
_READ = 65_536


@dataclass
class Gate:
    """Takes connections on loopback and answers none. When it opens they break, and the embedded engine answers."""

    listening: socket.socket
    _held: "Queue[socket.socket]" = field(default_factory=Queue)
    _open: threading.Event = field(default_factory=threading.Event)

    @property
    def settings(self) -> Mapping[str, object]:
        """Lets an installation understand through the gate, and wait for it as long as a test may take."""
        return {
            "nlu.engine": "rasa",
            "nlu.rasa_managed": "false",
            "nlu.rasa_url": f"http://127.0.0.1:{self.listening.getsockname()[1]}",
            "nlu.timeout_ms": 120_000,
            "nlu.breaker_failures": 1_000,
            "turn.deadline_ms": 120_000,
        }

    def wait_for_question(self) -> None:
        """Return when a question that has not been counted yet stands before the gate."""
        self._held.get(timeout=_PATIENCE_S)

    def open(self) -> None:
        """Let everybody pass, from now on."""
        self._open.set()
        with suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)

    def serve(self) -> None:
        """Take connections until the gate is opened."""
        held = []
        while not self._open.is_set():
            try:
                connection, _ = self.listening.accept()
            except OSError:
                break
            if connection.recv(_READ).startswith(b"POST /model/parse "):
                held.append(connection)
                self._held.put(connection)
            else:  # a look at its health
                connection.close()
        self.listening.close()
        for connection in held:
            connection.close()


@contextmanager
def gate() -> Iterator[Gate]:
    """A closed gate."""
    closed = Gate(socket.create_server(("127.0.0.1", 0)))
    thread = threading.Thread(target=closed.serve, daemon=True)
    thread.start()
    try:
        yield closed
    finally:
        closed.open()
        thread.join(_PATIENCE_S)
