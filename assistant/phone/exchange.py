"""The calls of the telephone line, seen from the conversations: everything here runs in the loop that owns them."""

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from assistant.errors import CallClosedError, ConversationNotFoundError, TicketError
from assistant.handoff.packet import make_packet
from assistant.handoff.reception import Reception
from assistant.handoff.tools import HandoffTools
from assistant.model import (
    Answer,
    CallbackPromise,
    CallDetails,
    CallEnding,
    Channel,
    Conversation,
    Ending,
    Language,
    Mode,
    NobodyThere,
    Notice,
    NoticeKind,
    PhoneCall,
    ReplyBy,
    TicketKind,
    TransferOutcome,
    without_code,
)
from assistant.phone.apology import Apologies
from assistant.ports import CallStore
from assistant.service import ConversationService, Message
from assistant.tickets.draft import TicketDraft
from assistant.tickets.service import TicketService

_MOST_ID = 255


class Exchange:
    """Opens conversations for calls, puts callers through, takes call-backs."""

    def __init__(
        self,
        conversations: ConversationService,
        reception: Reception,
        tickets: TicketService,
        tools: HandoffTools,
        calls: CallStore,
        apologies: Apologies,
    ) -> None:
        self._conversations = conversations
        self._reception = reception
        self._tickets = tickets
        self._tools = tools
        self._calls = calls
        self._apologies = apologies

    # ── the talk ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def open(self, call: CallDetails, language: Language) -> PhoneCall:
        """The call with its conversation: a new one, or the one of a call that comes back unserved."""
        now = self._tools.clock.now()
        if call.returns_after is not None and (before := await self._returned(call)) is not None:
            known = replace(before, external_id=_kept(call), seen_at=now, ended_at=None, ending=None)
        else:
            # What a recogniser heard is no hint of a language: only the caller's own wish changes it.
            started = await self._conversations.start(Channel.PHONE, language)
            reference = secrets.token_hex(8)
            known = PhoneCall(call.id, started.id, reference, call.trunk, _kept(call), call.started_at, now)
        await self._calls.begin(known)
        await self._tools.tell_desk()
        return known

    async def _returned(self, call: CallDetails) -> PhoneCall | None:
        """The call that could not be passed on, with Roland again; None where its conversation is over, or gone."""
        before = await self._calls.of_id(call.id)
        if before is None or call.returns_after is None:
            return None
        await self.passed_on(before.conversation_id, call.returns_after)
        try:
            is_over = (await self._conversations.get(before.conversation_id)).mode is Mode.CLOSED
        except ConversationNotFoundError:
            return None
        return None if is_over else replace(before, outcome=call.returns_after)

    async def say(self, conversation_id: str, said: Message) -> Answer:
        """The answer; a word of patience to who speaks while being put through."""
        turn = await self._conversations.say(conversation_id, said)
        if turn.answer is not None:
            return turn.answer
        return self._apologies.waiting((await self._conversations.get(conversation_id)).state.language)

    # ── to people ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def target(self, conversation_id: str, caller: str) -> str | NobodyThere:
        """The address to put the caller through to, the conversation waiting at the desk; or that nobody is there.

        Raises CallClosedError.
        """
        conversation = await self._open_one(conversation_id)
        if not (await self._reception.availability(Channel.PHONE)).can_connect:
            await self._give_back(conversation_id)
            return self._nobody_there()
        if conversation.mode is Mode.WITH_BOT:
            await self._tools.handoffs.queue(*self._reception.wish(conversation, conversation.state, caller))
            await self._reception.queued(conversation_id)
        return self._tools.rules.calls_to

    def target_by_hours(self) -> str | NobodyThere:
        """The address, where nothing but the time of day can be asked; or that nobody is there now."""
        is_open = self._tools.calendar.is_open(self._tools.clock.now())
        return self._tools.rules.calls_to if is_open and self._tools.rules.calls_to else self._nobody_there()

    def _nobody_there(self) -> NobodyThere:
        now, calendar = self._tools.clock.now(), self._tools.calendar
        return NobodyThere(None if calendar.is_open(now) else calendar.next_opening(now))

    async def passed_on(self, conversation_id: str, outcome: TransferOutcome) -> None:
        """What became of putting the caller through; the same twice is told once."""
        now = self._tools.clock.now()
        await self._calls.passed_on(conversation_id, outcome, now)
        if outcome is not TransferOutcome.DONE:
            await self._give_back(conversation_id)
            return
        waiting = await self._tools.handoffs.current(conversation_id)
        if waiting is not None:
            notice = Notice(f"{NoticeKind.PASSED_ON}-{waiting.id}"[:64], NoticeKind.PASSED_ON, now)
            await self._tools.handoffs.announce(conversation_id, notice)
        await self._tell(conversation_id)

    async def _give_back(self, conversation_id: str) -> None:
        """Nobody has taken the caller: Roland speaks again."""
        waiting = await self._tools.handoffs.current(conversation_id)
        if waiting is not None:
            notice = self._notice(NoticeKind.NOT_PASSED_ON)
            await self._tools.handoffs.end(waiting.id, Ending.NOBODY_CAME, Mode.WITH_BOT, notice)
        await self._tell(conversation_id)

    # ── call-backs ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def promise_callback(self, conversation_id: str, number: str, matter: str) -> CallbackPromise:
        """A ticket to ring that number about what was asked and said; raises TicketError for what cannot be one."""
        conversation = await self._conversations.get(conversation_id)
        state = conversation.state
        draft = TicketDraft(
            kind=TicketKind.CALLBACK,
            text=await self._matter(conversation, without_code(matter)),
            language=state.language,
            channel=Channel.PHONE,
            reply_by=ReplyBy.PHONE,
            contact=number,
            service_id=state.service_id,
            area=state.area,
            conversation_id=conversation_id,
        )
        origin = self._tickets.origin_of("call", draft)
        try:
            ticket, code = await self._tickets.open(draft, origin=origin)
        except ValueError as error:
            raise TicketError(str(error)) from error
        return CallbackPromise(str(code), self._local(ticket.due_at))

    async def _matter(self, conversation: Conversation, matter: str) -> str:
        """What is told at the end; where nothing is, what was asked before."""
        if matter.strip():
            return matter
        transcript = await self._conversations.transcript(conversation.id)
        unasked, _ = self._reception.wish(conversation, conversation.state)
        packet = make_packet(unasked, conversation, transcript, self._tools.catalogue, forms=self._tools.forms)
        return "\n\n".join(packet.questions) or matter

    def _local(self, moment: datetime) -> datetime:
        calendar = self._tools.calendar
        return moment.astimezone(calendar.start_of(calendar.day_of(moment)).tzinfo)

    # ── the end ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def close(self, conversation_id: str, ending: CallEnding) -> None:
        """The call is over, and with it the conversation, unless somebody was put through and is talked to now."""
        await self._calls.end(conversation_id, ending, self._tools.clock.now())
        try:
            is_talked_to = ending is CallEnding.TRANSFERRED and await self._is_with_people(conversation_id)
            if not is_talked_to:
                await self._conversations.close(conversation_id)
        except ConversationNotFoundError:
            return  # deleted meanwhile
        await self._tell(conversation_id)

    async def seen(self, conversation_ids: Collection[str]) -> None:
        """These calls are still on the line."""
        await self._calls.seen(conversation_ids, self._tools.clock.now())

    async def _is_with_people(self, conversation_id: str) -> bool:
        return await self._tools.handoffs.current(conversation_id) is not None

    async def _open_one(self, conversation_id: str) -> Conversation:
        try:
            conversation = await self._conversations.get(conversation_id)
        except ConversationNotFoundError as error:
            raise CallClosedError("the conversation of the call is gone") from error
        if conversation.mode is Mode.CLOSED:
            raise CallClosedError("the conversation of the call is over")
        return conversation

    def _notice(self, kind: NoticeKind) -> Notice:
        return Notice(secrets.token_urlsafe(16), kind, self._tools.clock.now())

    async def _tell(self, conversation_id: str) -> None:
        await self._tools.tell(conversation_id)
        await self._tools.tell_desk()


def _kept(call: CallDetails) -> str:
    """The other side's name of a call as it can be kept, whatever they send: no key, it is only to be found again."""
    return "".join(sign for sign in call.external_id if sign.isprintable())[:_MOST_ID]
