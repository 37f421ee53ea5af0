"""The worker process itself: ``python -m voice.workers.child FD MODULE:FACTORY OPTIONS``.

It lives no longer than the process that started it: the socket's end tells it where it is idle, the kernel where it is
busy or hangs.
"""

import ctypes
import importlib
import json
import os
import signal
import socket
import sys

from voice.workers.wire import FAILED, PING, READY, Engine, Message, Unpacker, pack

_SET_PARENT_DEATH_SIGNAL = 1
_CHUNK = 1 << 16


def main() -> None:
    """Serve requests until the other side is gone."""
    number, factory, options = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    _die_with_parent()
    with socket.socket(fileno=int(number)) as connection:
        try:
            engine = _make(factory, json.loads(options))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            connection.sendall(pack(_failed(error)))
            return
        connection.sendall(pack(Message(READY)))
        _serve(connection, engine)


def _serve(connection: socket.socket, engine: Engine) -> None:
    unpacker = Unpacker()
    while data := connection.recv(_CHUNK):
        for request in unpacker.feed(data):
            connection.sendall(pack(_answer(engine, request)))


def _answer(engine: Engine, request: Message) -> Message:
    if request.kind == PING:
        return Message(PING)
    try:
        return engine.answer(request)
    except Exception as error:  # noqa: BLE001 - one bad request must not cost the others their worker
        return _failed(error)


def _make(factory: str, options: dict[str, object]) -> Engine:
    module, _, name = factory.partition(":")
    engine: Engine = getattr(importlib.import_module(module), name)(**options)
    return engine


def _failed(error: Exception) -> Message:
    return Message(FAILED, {"error": str(error) or type(error).__name__})


def _die_with_parent() -> None:
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    try:
        main()
    except (BrokenPipeError, ConnectionResetError):  # the other side went away while it was being answered
        sys.exit(0)
