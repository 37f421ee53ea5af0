"""What the people of another system are given to read: the same as Roland's own agents, as plain text."""

from collections.abc import Iterator

from assistant.casework.tools import CaseworkTools
from assistant.handoff.packet import Packet
from assistant.model import ReplyBy, Ticket


def chat_title(packet: Packet, tools: CaseworkTools) -> str:
    """The chat in a line."""
    return tools.say("chat.title", topic=packet.service_title or tools.say("no_topic"))


def chat_briefing(packet: Packet, tools: CaseworkTools) -> str:
    """Everything of the packet that is known."""
    return "\n".join(_chat_lines(packet, tools))


def _chat_lines(packet: Packet, tools: CaseworkTools) -> Iterator[str]:
    yield tools.say("chat.language", spoken=packet.language.own_name)
    yield tools.say(f"chat.reason.{packet.reason}")
    yield tools.say("chat.since", at=tools.day_and_time(packet.waiting_since))
    if packet.service_title:
        yield tools.say("chat.service", service=packet.service_title)
    if form := packet.form:
        yield tools.say(f"chat.form_{form.mode}", title=form.title, at=form.at or "–", entered=form.entered)
    if packet.remark:
        yield tools.say("chat.remark", remark=packet.remark)
    yield from _list(tools.say("chat.asked"), packet.questions)
    yield from _list(tools.say("chat.said"), packet.to_people)
    yield from _list(tools.say("chat.failed"), tuple(failure.question for failure in packet.failed))
    shown = tuple(f"{source.title} {source.url or ''}".strip() for source in packet.shown)
    yield from _list(tools.say("chat.shown"), shown)


def _list(title: str, items: tuple[str, ...]) -> Iterator[str]:
    if items:
        yield f"\n{title}"
        yield from (f"- {item}" for item in items)


def chat_facts(packet: Packet) -> dict[str, str]:
    """What can be sorted and searched by."""
    facts = {"language": packet.language.value, "channel": packet.channel.value, "reason": packet.reason.value}
    return facts | ({"service": packet.service_id} if packet.service_id else {})


def ticket_title(ticket: Ticket, tools: CaseworkTools) -> str:
    """The ticket in a line."""
    return tools.say(f"ticket.title.{ticket.kind}", due=tools.day_and_time(ticket.due_at))


def ticket_briefing(ticket: Ticket, tools: CaseworkTools) -> str:
    """What is needed to answer. A telephone number only where a call was asked for; mail is sent by Roland alone."""
    lines = [
        tools.say("ticket.due", due=tools.day_and_time(ticket.due_at)),
        tools.say("chat.language", spoken=ticket.language.own_name),
    ]
    if ticket.office_name:
        lines.append(tools.say("ticket.office", office=ticket.office_name))
    if ticket.reply_by is ReplyBy.PHONE:
        lines.append(tools.say("ticket.call", phone=ticket.contact, name=ticket.name or "–"))
    else:
        lines.append(tools.say("ticket.answer_here"))
    return "\n".join(lines)


def ticket_facts(ticket: Ticket) -> dict[str, str]:
    """What can be sorted and searched by."""
    facts = {"kind": ticket.kind.value, "language": ticket.language.value}
    return facts | ({"service": ticket.service_id} if ticket.service_id else {})
