"""What somebody wants to be told, before it is a ticket."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace

from assistant.model import Channel, Language, ReplyBy, TicketKind

MOST_CHARACTERS = 4000
MOST_NAME = 120
_PHONE = re.compile(r"\+?[\d\s()/.-]{4,30}")
# Narrower than what mail allows: nothing that could be more than one address, or a header.
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_MOST_MAIL = 254


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A concern as somebody writes it. ``area`` (ARS) helps to find the responsible office of the service."""

    kind: TicketKind
    text: str
    language: Language
    channel: Channel = Channel.WEB
    reply_by: ReplyBy = ReplyBy.CODE
    contact: str = ""
    name: str = ""
    service_id: str | None = None
    area: str | None = None
    conversation_id: str | None = None

    def tidied(self) -> "TicketDraft":
        """The draft with only what is needed to answer it: no contact where the answer is fetched."""
        contact = "" if self.reply_by is ReplyBy.CODE else unicodedata.normalize("NFKC", self.contact).strip()
        if self.reply_by is ReplyBy.PHONE:
            contact = "".join(str(unicodedata.digit(sign, sign)) for sign in contact)
        return replace(self, text=self.text.strip(), contact=contact, name=" ".join(self.name.split()))

    def faults(self, ways: Collection[ReplyBy] = tuple(ReplyBy)) -> tuple[str, ...]:
        """What keeps it from being a ticket: ``text``, ``text_long``, ``way``, ``phone``, ``mail``, ``name_long``.

        ``ways`` are those in which the city can answer.
        """
        found = {
            "text": not self.text,
            "text_long": len(self.text) > MOST_CHARACTERS,
            "way": self.reply_by not in ways,
            "phone": self.reply_by is ReplyBy.PHONE and not _is_phone(self.contact),
            "mail": self.reply_by is ReplyBy.MAIL and not _is_mail(self.contact),
            "name_long": len(self.name) > MOST_NAME,
        }
        return tuple(fault for fault, is_there in found.items() if is_there)


def _is_phone(text: str) -> bool:
    return bool(_PHONE.fullmatch(text)) and 4 <= sum(sign.isdigit() for sign in text) <= 15


def _is_mail(text: str) -> bool:
    return bool(_MAIL.fullmatch(text)) and len(text) <= _MOST_MAIL
