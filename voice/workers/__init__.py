"""Worker processes for what crashes, hangs or must not hold up the sound: one request, one reply, in order."""

from voice.workers.pool import WorkerOptions, WorkerPool
from voice.workers.wire import Engine, Message
from voice.workers.worker import EngineError, Worker, WorkerLostError

__all__ = ["Engine", "EngineError", "Message", "Worker", "WorkerLostError", "WorkerOptions", "WorkerPool"]
