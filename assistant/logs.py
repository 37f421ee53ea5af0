"""Structured logs without a word of what people wrote, and without a way to break an answer."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from logging.handlers import TimedRotatingFileHandler
from typing import Any

import structlog

from assistant.config import LoggingSettings

_KNOWN = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "error",
        "exception",
        "exc_info",
        "_record",
        "_from_structlog",
        "trace_id",
        "method",
        "route",
        "status",
        "code",
        "retryable",
        "ms",
        "step",
        "steps",
        "timings",
        "engine",
        "intent",
        "language",
        "channel",
        "service_id",
        "aspect",
        "candidates",
        "revision",
        "count",
        "waiting",
        "answered",
        "conversations",
        "dropped",
        "state",
        "seconds",
        "name",
        "version",
        "port",
        "host",
        "run",
        "call_id",
        "trunk",
        "trunks",
        "running",
        "turns",
        "ending",
        "outcome",
        "reason",
    }
)
_LONGEST_VALUE = 300


def configure(settings: LoggingSettings, *, keep_days: int = 7) -> None:
    """Send all logs of this process, those of libraries included, where the settings say."""
    handler = _handler(settings, keep_days)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_common(),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(settings)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in ("assistant", "nlu", "knowledge", "voice", "connectors", "http", "uvicorn"):
        logging.getLogger(name).setLevel(settings.level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = name != "uvicorn.access"  # its lines carry the addresses of conversations
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_common(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def only_known(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the keys that were thought of; whatever else somebody logs may be what a person wrote."""
    unknown = [key for key in event if key not in _KNOWN]
    for key in unknown:
        del event[key]
    for key, value in event.items():
        if isinstance(value, str) and len(value) > _LONGEST_VALUE:
            event[key] = value[:_LONGEST_VALUE] + "…"
    return event


def frames_only(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A traceback without the exceptions' messages, which quote the values that broke something."""
    info = event.pop("exc_info", None)
    error = info if isinstance(info, BaseException) else (sys.exc_info() if info is True else info or (None, None))[1]
    if error is not None:
        event["exception"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        event["error"] = type(error).__name__
    return event


def _common() -> list[structlog.typing.Processor]:
    return [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        frames_only,
        only_known,
    ]


def _renderer(settings: LoggingSettings) -> structlog.typing.Processor:
    if settings.format == "console":
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _handler(settings: LoggingSettings, keep_days: int) -> logging.Handler:
    if settings.file is None:
        return _Patient()
    settings.file.parent.mkdir(parents=True, exist_ok=True)
    return _PatientFile(settings.file, when="midnight", backupCount=keep_days, encoding="utf-8", delay=True)


# A full disk or a closed pipe must cost a line of the log, not a citizen's answer. Reporting the failure would meet the
# same full disk, so it is passed over.
class _Patient(logging.StreamHandler[Any]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        del record


class _PatientFile(TimedRotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        del record
