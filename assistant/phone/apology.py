"""What a caller hears where everything behind the telephone has failed."""

import secrets
from collections.abc import Callable

import structlog

from assistant.errors import RolandError, TurnTimeoutError
from assistant.model import (
    Answer,
    AnswerStatus,
    Canned,
    ErrorInfo,
    Intent,
    Language,
    Paragraph,
    QuickReply,
)
from assistant.ports import Messages

_log = structlog.get_logger(__name__)


class Apologies:
    """Makes them of nothing but the message catalogue."""

    def __init__(self, messages: Messages, values: Callable[[Language], dict[str, str]]) -> None:
        """``values`` fill the messages: ``city``, ``phone`` and ``hours`` in that language."""
        self._messages = messages.on_phone()
        self._values = values

    def for_error(self, error: Exception, language: Language) -> Answer:
        """The apology, with the way to a person."""
        is_late = isinstance(error, TurnTimeoutError)
        code = error.code if isinstance(error, RolandError) else "internal"
        trace_id = secrets.token_hex(8)
        _log.error("call_turn_failed", trace_id=trace_id, code=code, error=type(error).__name__)
        return self._answer(
            "error_timeout" if is_late else "error",
            AnswerStatus.ERROR_TIMEOUT if is_late else AnswerStatus.ERROR_INTERNAL,
            language,
            ErrorInfo(code, trace_id, not isinstance(error, RolandError) or error.retryable),
        )

    def waiting(self, language: Language) -> Answer:
        """What is answered to who speaks while being put through."""
        return self._answer("handoff_queued", AnswerStatus.HANDOFF_QUEUED, language)

    def _answer(self, key: str, status: AnswerStatus, language: Language, error: ErrorInfo | None = None) -> Answer:
        full = f"dialogue.{key}"
        text = self._messages.text(full, language, **self._values(language))
        human = QuickReply(self._messages.text("quick.human", language), f"act:{Intent.HUMAN}")
        return Answer(
            status, language, (Paragraph(text, Canned(full)),), quick_replies=(human,) if error else (), error=error
        )
