"""One turn, from top to bottom.

Each step reads and fills the turn's context and may return the Answer that ends the turn. Six steps always run last:
the offer of a person where one is due, that of a form that can be explained, the way back to one, the translation of
what is told in German only, the guard that lets nothing unsourced through, and the record of what to keep in mind.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import structlog

from assistant.dialogue.choices import said_label
from assistant.dialogue.compose import compose
from assistant.dialogue.compounds import Compounds
from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.decide import decide
from assistant.dialogue.forms import guide_form, offer_forms, remind_of_form
from assistant.dialogue.guard_answer import guard_answer
from assistant.dialogue.guard_input import guard_input
from assistant.dialogue.people import offer_people
from assistant.dialogue.record import record
from assistant.dialogue.retrieve import retrieve
from assistant.dialogue.say import answer as make_answer
from assistant.dialogue.say import canned, human_reply
from assistant.dialogue.tickets import look_up_ticket
from assistant.dialogue.translate import translate
from assistant.dialogue.understand import understand
from assistant.errors import RolandError, TurnTimeoutError
from assistant.forms.heard import as_written
from assistant.model import (
    Answer,
    AnswerStatus,
    Channel,
    Conversation,
    DialogueState,
    ErrorInfo,
    Register,
    Turn,
    Utterance,
)

_T = TypeVar("_T")
Step = Callable[[TurnContext, DialogueTools], Awaitable[Answer | None]]
FinalStep = Callable[[TurnContext, DialogueTools, Answer], Awaitable[Answer]]

STEPS: tuple[Step, ...] = (guard_input, look_up_ticket, guide_form, understand, decide, retrieve, compose)
FINAL_STEPS: tuple[FinalStep, ...] = (offer_people, offer_forms, remind_of_form, translate, guard_answer, record)

_log = structlog.get_logger(__name__)


class TurnRunner:
    """Runs turns. Implements ``assistant.ports.Dialogue``: whatever happens, an answer comes back."""

    def __init__(self, tools: DialogueTools) -> None:
        self._tools = tools
        on_phone = tools.messages.on_phone()
        self._compounds = Compounds(tools.catalogue)
        self._speaking = {
            (register, is_call): replace(tools, messages=messages.in_register(register))
            for is_call, messages in ((False, tools.messages), (True, on_phone))
            for register in Register
        }

    async def respond(
        self, conversation: Conversation, turns: Sequence[Turn], utterance: Utterance
    ) -> tuple[Answer, DialogueState]:
        """The answer to an utterance and the state to keep; ``turns`` are those before it."""
        if utterance.channel is Channel.PHONE:
            text = self._compounds.put_together(as_written(utterance.text))
            utterance = replace(utterance, text=text)
        utterance = said_label(utterance, conversation.state.offered)
        ctx = TurnContext(utterance, conversation, turns, conversation.state)
        try:
            answer = await asyncio.wait_for(self._run(ctx), self._tools.deadline_seconds)
        except TimeoutError:
            answer = self._apologise(ctx, AnswerStatus.ERROR_TIMEOUT, TurnTimeoutError("the turn took too long"))
        except Exception as error:  # noqa: BLE001 - a citizen never meets a dead end, whatever broke
            answer = self._apologise(ctx, AnswerStatus.ERROR_INTERNAL, error)
        return replace(answer, timings=dict(ctx.timings)), ctx.state

    async def _run(self, ctx: TurnContext) -> Answer:
        answer: Answer | None = None
        for step in STEPS:
            answer = await self._timed(ctx, step.__name__, step(ctx, self._tools_for(ctx)))
            if answer is not None:
                break
        if answer is None:
            raise RuntimeError("no step ended the turn")
        for final in FINAL_STEPS:
            answer = await self._timed(ctx, final.__name__, final(ctx, self._tools_for(ctx), answer))
        return answer

    def _tools_for(self, ctx: TurnContext) -> DialogueTools:
        """The tools, speaking as suits the turn."""
        return self._speaking[ctx.state.register, ctx.utterance.channel is Channel.PHONE]

    async def _timed(self, ctx: TurnContext, name: str, work: Awaitable[_T]) -> _T:
        started = time.perf_counter()
        try:
            return await work
        finally:
            ctx.timings[name] = round((time.perf_counter() - started) * 1000, 3)

    def _apologise(self, ctx: TurnContext, status: AnswerStatus, error: Exception) -> Answer:
        trace_id = secrets.token_hex(8)
        code = error.code if isinstance(error, RolandError) else "internal"
        retryable = error.retryable if isinstance(error, RolandError) else True
        _log.error("turn_failed", trace_id=trace_id, code=code, steps=list(ctx.timings), exc_info=error)
        key = "error_timeout" if status is AnswerStatus.ERROR_TIMEOUT else "error"
        tools = self._tools_for(ctx)
        text = canned(tools, key, ctx.language)
        apology = make_answer(ctx, status, (text,), (human_reply(tools, ctx.language),))
        return replace(apology, candidates=(), error=ErrorInfo(code, trace_id, retryable))
