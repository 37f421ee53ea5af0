"""A wait for a person to which nobody came becomes a ticket with a date."""

from assistant.handoff.packet import Packet, make_packet
from assistant.model import Conversation, Handoff, Language, ReplyBy, TicketKind
from assistant.ports import ConversationStore
from assistant.tickets.draft import MOST_CHARACTERS, TicketDraft
from assistant.tickets.service import TicketService
from assistant.tickets.tools import TicketTools


class VainWait:
    """Promises an answer to those to whom nobody came; ``promise_for`` is a ``assistant.handoff.tools.Promise``."""

    def __init__(self, tickets: TicketService, tools: TicketTools, conversations: ConversationStore) -> None:
        self._tickets = tickets
        self._tools = tools
        self._conversations = conversations

    async def promise_for(self, conversation: Conversation, handoff: Handoff) -> dict[str, str]:
        """``code`` and ``due`` (in the conversation's language) of the ticket made from what was said.

        Asked again for the same hand-off, it is the same ticket, and the same code.
        """
        transcript = await self._conversations.transcript(conversation.id)
        packet = make_packet(handoff, conversation, transcript, self._tools.catalogue)
        draft = TicketDraft(
            kind=TicketKind.CALLBACK if handoff.caller else TicketKind.CONCERN,
            text=self._concern(packet),
            language=packet.language,
            channel=packet.channel,
            reply_by=ReplyBy.PHONE if handoff.caller else ReplyBy.CODE,
            contact=handoff.caller,
            service_id=packet.service_id,
            area=packet.area,
            conversation_id=conversation.id,
        )
        ticket, code = await self._tickets.open(draft, origin=f"handoff:{handoff.id}")
        return {"code": str(code), "due": self._tools.due_in_words(ticket, packet.language)}

    def _concern(self, packet: Packet) -> str:
        """The person's own words, the latest kept where there are too many."""
        said = "\n\n".join((*packet.questions, *packet.to_people))
        return said[-MOST_CHARACTERS:].strip() or self._tools.messages.text("ticket.no_words", Language.DE)
