"""Rasa's REST channel, so that any client of Rasa can talk to Roland."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

from fastapi import APIRouter

from assistant.errors import ConversationNotFoundError, StorageError
from assistant.http.chat import MessageGate
from assistant.http.presenter import Presenter
from assistant.http.schemas import MessageIn, RasaButtonOut, RasaMessageIn, RasaMessageOut
from assistant.http.services import AppServices
from assistant.model import Channel, Intent, Turn
from assistant.service import Message

_PAYLOAD = re.compile(r"(service|situation|act|language|say|form):\S.*", re.DOTALL)


def rasa_router(services: AppServices, presenter: Presenter, gate: MessageGate) -> APIRouter:
    """The webhook, and the address that Rasa's clients ask whether it is there."""
    router = APIRouter(prefix="/webhooks/rest", tags=["rasa"])

    @router.get("/")
    async def alive() -> dict[str, str]:
        """Whether the channel is there."""
        return {"status": "ok"}

    @router.post("/webhook", response_model_exclude_none=True)
    async def webhook(message: RasaMessageIn) -> list[RasaMessageOut]:
        """Say something as `sender`; whoever sends the same name goes on with the same conversation."""
        conversation_id = conversation_of(message.sender, services.secret)
        turn = await _say(conversation_id, gate.admit(conversation_id, _read(message.message)))
        return [_write(turn, message.sender)]

    async def _say(conversation_id: str, message: Message) -> Turn:
        try:
            return await services.conversations.say(conversation_id, message)
        except ConversationNotFoundError:
            await _start(conversation_id)
            return await services.conversations.say(conversation_id, message)

    async def _start(conversation_id: str) -> None:
        try:
            await services.conversations.start(Channel.REST, conversation_id=conversation_id)
        except StorageError:
            # The same sender may have started it at this very moment; if not, the error comes again here.
            await services.conversations.get(conversation_id)

    def _write(turn: Turn, sender: str) -> RasaMessageOut:
        shown = presenter.turn(turn)
        answer = shown.answer
        buttons = (
            tuple(RasaButtonOut(title=reply.label, payload=reply.payload) for reply in answer.quick_replies)
            if answer
            else ()
        )
        return RasaMessageOut(
            recipient_id=sender,
            text="\n".join((answer.text, "", *presenter.source_lines(answer))).strip() if answer else "",
            buttons=buttons or None,
            custom=shown.model_dump(mode="json", by_alias=True),
        )

    return router


def conversation_of(sender: str, secret: bytes) -> str:
    """The conversation's id: the same for the same sender, and not to be guessed by who knows the sender's name."""
    digest = hmac.digest(secret, sender.encode(), hashlib.sha256)
    return urlsafe_b64encode(digest[:24]).decode()


def _read(text: str) -> MessageIn:
    """A message, or a button: Rasa's clients send a button's payload back as the text, and intents as ``/greet``."""
    if _PAYLOAD.fullmatch(text) and len(text) <= 300:
        return MessageIn(choice=text)
    if text.startswith("/") and text[1:] in list(Intent):
        return MessageIn(choice=f"act:{text[1:]}")
    return MessageIn(text=text)
