"""The mails about a ticket. None of them carries what somebody wrote, who they are, or what was answered."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from assistant.calendar import describe_moment
from assistant.model import Errand, Language, ReplyBy, StatusCode, Ticket
from assistant.ports import Messages

MAIL = "mail"
"""The kind of errand that is a mail; payload: ``to``, ``subject``, ``text``."""


@dataclass(frozen=True, slots=True)
class LetterRules:
    """``status_url``: where a code is entered, ``desk_url``: where the back office works; empty where not told.

    ``names_code``: whether mails to citizens carry their code. Whoever reads such a mail can read the answer.
    ``reminders_to`` and ``escalations_to``: addresses of the city's own; empty where nobody is told by mail.
    """

    city: str
    phone: str
    status_url: str = ""
    desk_url: str = ""
    names_code: bool = False
    reminders_to: str = ""
    escalations_to: str = ""


class Letters:
    """Writes them, in the language of who gets them."""

    def __init__(self, messages: Messages, zone: ZoneInfo, rules: LetterRules) -> None:
        self._messages = messages
        self._zone = zone
        self._rules = rules

    def received(self, ticket: Ticket, code: StatusCode, now: datetime) -> tuple[Errand, ...]:
        """The acknowledgement, for those who want to hear by mail."""
        return self._to_citizen("received", ticket, code, now)

    def answered(self, ticket: Ticket, code: StatusCode, now: datetime) -> tuple[Errand, ...]:
        """The news that the answer is there, for those who want to hear by mail."""
        return self._to_citizen("answered", ticket, code, now)

    def reminder(self, ticket: Ticket, now: datetime) -> tuple[Errand, ...]:
        """The hint to the back office that the time has nearly come."""
        return self._to_staff("reminder", self._rules.reminders_to, ticket, now)

    def escalation(self, ticket: Ticket, now: datetime) -> tuple[Errand, ...]:
        """The news to those in charge that a promise was broken."""
        return self._to_staff("escalation", self._rules.escalations_to, ticket, now)

    def _to_citizen(self, what: str, ticket: Ticket, code: StatusCode, now: datetime) -> tuple[Errand, ...]:
        if ticket.reply_by is not ReplyBy.MAIL:
            return ()
        language, texts = ticket.language, [self._say(f"ticket.mail.{what}", ticket.language, ticket)]
        if self._rules.status_url:
            texts.append(self._say("ticket.mail.link", language, ticket, url=self._rules.status_url))
        key = "ticket.mail.code" if self._rules.names_code else "ticket.mail.code_ready"
        texts += [self._say(key, language, ticket, code=code), self._say("ticket.mail.closing", language, ticket)]
        return (self._errand(what, ticket, now, ticket.contact, texts, language),)

    def _to_staff(self, what: str, to: str, ticket: Ticket, now: datetime) -> tuple[Errand, ...]:
        if not to:
            return ()
        texts = [self._say(f"ticket.mail.{what}", Language.DE, ticket)]
        if self._rules.desk_url:
            texts.append(self._say("ticket.mail.desk", Language.DE, ticket, url=self._rules.desk_url))
        return (self._errand(what, ticket, now, to, texts, Language.DE),)

    def _errand(
        self, what: str, ticket: Ticket, now: datetime, to: str, texts: list[str], language: Language
    ) -> Errand:
        subject = self._say(f"ticket.mail.{what}_subject", language, ticket)
        payload = {"to": to, "subject": subject, "text": "\n\n".join(texts) + "\n"}
        return Errand(f"ticket-{what}-{ticket.id}", MAIL, now, now, payload)

    def _say(self, key: str, language: Language, ticket: Ticket, **values: object) -> str:
        due = describe_moment(ticket.due_at.astimezone(self._zone), self._messages, language)
        office = ticket.office_name or self._messages.text("ticket.no_office", language)
        frame = {"city": self._rules.city, "phone": self._rules.phone, "due": due, "office": office}
        return self._messages.text(key, language, **frame, **values)
