"""What was counted or looked up just now, as the API shows it: the ways to a person, how a ticket stands."""

from html import escape

from assistant.calendar import describe_date, describe_moment
from assistant.http.bidi import isolate_lines, isolated_line_html
from assistant.http.block_schemas import ContactOut, TicketStandingOut
from assistant.http.blocks import is_rtl
from assistant.model import ContactWays, Language, TicketStanding
from assistant.ports import Messages


def told_just_now(
    block: ContactWays | TicketStanding, language: Language, messages: Messages
) -> ContactOut | TicketStandingOut:
    """A block as data."""
    lines = _lines(block, language, messages)
    line_html = isolated_line_html if is_rtl(language) else escape
    html = "".join(f"<p>{line_html(line)}</p>" for line in lines)
    text = just_now_text(block, language, messages)
    if isinstance(block, TicketStanding):
        return TicketStandingOut(html=html, text=text, state=block.state, due_at=block.due_at, is_late=block.is_late)
    return ContactOut(
        html=html,
        text=text,
        waiting=block.waiting,
        wait_minutes=block.wait_minutes,
        phone_is_open=block.phone_is_open,
        answer_due=block.answer_due,
    )


def just_now_text(block: ContactWays | TicketStanding, language: Language, messages: Messages) -> str:
    """A block as plain text."""
    text = "\n".join(_lines(block, language, messages))
    return isolate_lines(text) if is_rtl(language) else text


def _lines(block: ContactWays | TicketStanding, language: Language, messages: Messages) -> list[str]:
    if isinstance(block, ContactWays):
        return _ways(block, language, messages)
    key = "late" if block.is_late else block.state
    due = describe_moment(block.due_at, messages, language)
    reason = block.closing_reason
    told = messages.text(f"ticket.closed_{reason}", language) if reason else ""
    return [messages.text(f"ticket.standing_{key}", language, due=due, reason=told)]


def _ways(ways: ContactWays, language: Language, messages: Messages) -> list[str]:
    """The chat and the written way in words; the telephone is told in the answer itself."""
    told = []
    if ways.waiting is not None:
        key = "contact.chat" if ways.wait_minutes is None else "contact.chat_wait"
        minutes = max(1, ways.wait_minutes or 0)
        told.append(messages.text(key, language, waiting=ways.waiting, minutes=minutes))
    if ways.answer_due is not None:
        due = describe_date(ways.answer_due, messages, language)
        told.append(messages.text("contact.written", language, due=due))
    return told
