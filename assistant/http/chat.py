"""The JSON API of conversations."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse

from assistant.http.language import page_language
from assistant.http.limits import RateLimiter
from assistant.http.live import LiveConversations
from assistant.http.presenter import Presenter
from assistant.http.problems import Problem
from assistant.http.schemas import ConversationOut, FeedbackIn, MessageId, MessageIn, StartIn, TurnOut
from assistant.http.services import AppServices
from assistant.http.transcript import transcript
from assistant.model import Channel
from assistant.service import Message

ConversationId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
# Control characters say nothing to anybody, and some databases refuse them; line breaks and tabs stay.
_CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}


class MessageGate:
    """What every message passes, whatever way it comes in: its length and the pace of its conversation."""

    def __init__(self, services: AppServices) -> None:
        self._longest = services.settings.http.max_message_chars
        self._pace = RateLimiter(services.settings.http.messages_per_minute)

    def admit(self, conversation_id: str, message: MessageIn) -> Message:
        """The message as the service takes it; raises Problem for an empty or too long one, and for too many."""
        text = clean(message.text)
        if not text and not message.choice:
            raise Problem(422, "message_empty")
        if len(text) > self._longest:
            raise Problem(422, "message_too_long", limit=self._longest)
        self._pace.check(conversation_id)
        return Message(text, message.choice, message.id or "", message.language, message.register_)


def clean(text: str) -> str:
    """What somebody wrote, without control characters and surrounding space."""
    return text.replace("\r\n", "\n").translate(_CONTROLS).strip()


def chat_router(services: AppServices, presenter: Presenter, live: LiveConversations, gate: MessageGate) -> APIRouter:
    """Conversations: start, say, read, follow, rate, delete."""
    router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"])
    conversations = services.conversations

    @router.post("", status_code=201)
    async def start(request: Request, response: Response, wish: StartIn | None = None) -> ConversationOut:
        """Start a conversation. Its id is a secret: who has it can read and continue the conversation."""
        wish = wish or StartIn()
        language = wish.language or page_language(request, services.settings.city.languages)
        started = await conversations.start(Channel(wish.channel), language, chosen=wish.language is not None)
        response.headers["Location"] = f"{router.prefix}/{started.id}"
        return presenter.conversation(started)

    @router.get("/{conversation_id}")
    async def read(conversation_id: ConversationId) -> ConversationOut:
        """The conversation with everything that was said in it."""
        return presenter.conversation(
            await conversations.get(conversation_id), await conversations.transcript(conversation_id)
        )

    @router.post("/{conversation_id}/messages", responses={202: {"model": TurnOut}})
    async def say(
        conversation_id: ConversationId,
        message: MessageIn,
        response: Response,
        prefer: Annotated[str, Header()] = "",
    ) -> TurnOut:
        """Say something or press a button. The message is kept before it is worked on.

        With `Prefer: respond-async` the answer is not waited for: 202, and the turn can be read or followed.
        """
        admitted = gate.admit(conversation_id, message)
        if "respond-async" not in prefer:
            return presenter.turn(await conversations.say(conversation_id, admitted))
        turn = await conversations.submit(conversation_id, admitted)
        response.status_code = 202
        response.headers["Preference-Applied"] = "respond-async"
        response.headers["Location"] = f"{router.prefix}/{conversation_id}/messages/{turn.utterance.id}"
        return presenter.turn(turn)

    @router.get("/{conversation_id}/messages/{message_id}")
    async def read_turn(
        conversation_id: ConversationId, message_id: MessageId, wait: Annotated[float, Query(ge=0, le=30)] = 0
    ) -> TurnOut:
        """One turn; `wait` is how many seconds to wait for its answer."""
        turn = await live.wait_for(conversation_id, message_id, wait)
        if turn is None:
            raise Problem(404, "not_found")
        return presenter.turn(turn)

    @router.post("/{conversation_id}/messages/{message_id}/feedback", status_code=204)
    async def rate(conversation_id: ConversationId, message_id: MessageId, feedback: FeedbackIn) -> None:
        """Say whether an answer helped. The latest word counts."""
        reason = clean(feedback.reason or "") or None
        await conversations.rate(conversation_id, message_id, helpful=feedback.helpful, reason=reason)

    @router.delete("/{conversation_id}", status_code=204)
    async def delete(conversation_id: ConversationId) -> None:
        """Delete the conversation with everything that belongs to it."""
        await conversations.delete(conversation_id)

    return router


def follow_router(services: AppServices, presenter: Presenter, live: LiveConversations) -> APIRouter:
    """Conversations as a stream and as a file."""
    router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"])
    conversations = services.conversations

    @router.get("/{conversation_id}/events", response_class=StreamingResponse)
    async def follow(
        conversation_id: ConversationId, last_event_id: Annotated[str | None, Header()] = None
    ) -> StreamingResponse:
        """Follow the conversation from the beginning, or from after `Last-Event-ID`.

        `turn` (answered, or said to people), `message` (of an agent) and `notice` carry an entry of the transcript,
        `queue` the place of who waits, `typing` nothing more; `closed` or `deleted` comes at the end.
        """
        await conversations.get(conversation_id)
        return live.stream(
            conversation_id,
            last_event_id,
            lambda entry, conversation: presenter.entry(entry, conversation).model_dump_json(by_alias=True),
        )

    @router.get("/{conversation_id}/transcript.txt", response_class=PlainTextResponse)
    async def download(conversation_id: ConversationId) -> PlainTextResponse:
        """The conversation as plain text."""
        conversation = await conversations.get(conversation_id)
        return transcript(conversation, await conversations.transcript(conversation_id), services, presenter)

    return router
