"""Values of the domain as the API shows them."""

import re
from collections.abc import Sequence
from datetime import date
from html import escape

from assistant.calendar import describe_days, describe_moment
from assistant.forms.worded import Wording
from assistant.http import schemas as out
from assistant.http.bidi import isolate, isolate_lines, isolated_line_html
from assistant.http.blocks import direction, is_rtl, other, plain_text, text_block
from assistant.http.form_blocks import form_block
from assistant.http.markup import link_html, to_html, written_html
from assistant.model import (
    AgentMessage,
    Answer,
    Block,
    Candidate,
    ContactWays,
    Conversation,
    ErrorInfo,
    Facts,
    FormChecklist,
    FormHelp,
    FormOverview,
    FormReview,
    FormStep,
    FormTerm,
    Language,
    LifeSituation,
    LinkOut,
    Notice,
    NoticeKind,
    Office,
    OfficeCard,
    OfficeNote,
    OpeningHours,
    Paragraph,
    PersonalDataKind,
    Service,
    Source,
    SourceKind,
    Steps,
    TextBlock,
    TicketStanding,
    TranscriptEntry,
    Translated,
    Turn,
)
from assistant.ports import Messages

_PLACEHOLDER = re.compile("|".join(rf"\[{kind.name}\]" for kind in PersonalDataKind))


class Presenter:
    """Makes JSON, HTML and plain text of answers; needs the message catalogue for days, dates and the greeting."""

    def __init__(self, messages: Messages, city: str) -> None:
        self._messages = messages
        self._city = city

    def source_lines(self, answer: out.AnswerOut | out.AgentMessageOut) -> tuple[str, ...]:
        """The sources of what was said as lines of text with date and address, each line once."""
        language = answer.language if isinstance(answer, out.AnswerOut) else answer.blocks_language
        label = self._messages.text("page.transcript_source", language)
        own = isolate if is_rtl(language) else str
        told = (filter(None, (source.title, source.updated_on_text, source.url)) for source in answer.sources)
        return tuple(dict.fromkeys(f"{label}: {', '.join(map(own, parts))}" for parts in told))

    def conversation(
        self, conversation: Conversation, transcript: Sequence[TranscriptEntry] = ()
    ) -> out.ConversationOut:
        """A conversation with everything that was said in it."""
        language = conversation.state.language
        return out.ConversationOut(
            id=conversation.id,
            channel=conversation.channel,
            mode=conversation.mode,
            language=language,
            dir=direction(language),
            register_=conversation.state.register,
            greeting=self.greeting(language),
            created_at=conversation.created_at,
            updated_at=conversation.updated_at,
            turns=tuple(self.turn(entry.content) for entry in transcript if isinstance(entry.content, Turn)),
            transcript=tuple(self.entry(entry, conversation) for entry in transcript),
        )

    def greeting(self, language: Language) -> str:
        """The first words: what this is and what it can do."""
        return self._messages.text("dialogue.greeting", language, city=self._city)

    def entry(self, entry: TranscriptEntry, conversation: Conversation) -> out.TranscriptEntryOut:
        """One thing of the transcript, at its place."""
        position, revision = entry.position, entry.revision
        language = conversation.state.language
        match entry.content:
            case Turn() as turn:
                return out.TurnEntryOut(position=position, revision=revision, **dict(self.turn(turn)))
            case AgentMessage() as message:
                return out.MessageEntryOut(
                    position=position, revision=revision, **dict(self.message(message, language))
                )
            case Notice() as notice:
                return out.NoticeEntryOut(position=position, revision=revision, **dict(self.notice(notice, language)))

    def message(self, message: AgentMessage, language: Language) -> out.AgentMessageOut:
        """What an agent said; a translation was made into ``language``, the conversation's."""
        sources = message.sources
        told = language if message.translation else message.language
        html, text = self._written(message.translation or message.text, told)
        original = None
        if message.translation:
            html_as_written, as_written = self._written(message.text, message.language)
            original = out.OriginalOut(
                language=message.language, dir=direction(message.language), html=html_as_written, text=as_written
            )
        return out.AgentMessageOut(
            id=message.id,
            agent=message.agent_name,
            at=message.at,
            language=told,
            dir=direction(told),
            text=text,
            html=html,
            machine_translated=original is not None,
            original=original,
            blocks=tuple(self._block(block, language, sources) for block in message.blocks),
            blocks_language=language,
            sources=tuple(self._source(source, language) for source in sources),
        )

    def _written(self, text: str, language: Language) -> tuple[str, str]:
        """What somebody wrote, as HTML and as plain text."""
        return written_html(text, rtl=is_rtl(language)), isolate(text) if is_rtl(language) else text

    def notice(self, notice: Notice, language: Language) -> out.NoticeOut:
        """What happened, in words; a promise is told where one was made."""
        key = f"notice.{notice.kind}"
        if notice.kind is NoticeKind.NOBODY_CAME and not notice.values:
            key += "_bare"
        told = self._messages.text(key, language, **notice.values)
        return out.NoticeOut(
            id=notice.id,
            kind=notice.kind,
            at=notice.at,
            language=language,
            dir=direction(language),
            text=isolate(told) if is_rtl(language) else told,
            values=dict(notice.values),
        )

    def turn(self, turn: Turn) -> out.TurnOut:
        """A turn; what the person said to Roland is masked already."""
        return out.TurnOut(
            id=turn.utterance.id,
            text=turn.utterance.text,
            choice=turn.utterance.choice,
            at=turn.utterance.at,
            masked=bool(_PLACEHOLDER.search(turn.utterance.text)),
            to=turn.mode,
            pending=turn.is_pending,
            answer=self.answer(turn.answer) if turn.answer else None,
        )

    def answer(self, answer: Answer) -> out.AnswerOut:
        """An answer with its blocks as data, as HTML and as plain text."""
        sources = answer.sources
        language = answer.language
        return out.AnswerOut(
            status=answer.status,
            language=language,
            dir=direction(language),
            register_=answer.register,
            text="\n\n".join(filter(None, (self.plain(block, language) for block in answer.blocks))),
            blocks=tuple(self._block(block, language, sources) for block in answer.blocks),
            quick_replies=tuple(
                out.QuickReplyOut(label=reply.label, payload=reply.payload) for reply in answer.quick_replies
            ),
            sources=tuple(self._source(source, language) for source in sources),
            candidates=tuple(_candidate(candidate) for candidate in answer.candidates),
            service_id=answer.service_id,
            aspects=answer.aspects,
            error=_error(answer.error) if answer.error else None,
            timings=dict(answer.timings),
        )

    def date(self, day: date, language: Language) -> str:
        """A date as people write it."""
        return self._messages.text("page.date", language, day=day.day, month=day.month, year=day.year)

    def plain(self, block: Block, language: Language) -> str:
        """A block as plain text; in a right-to-left answer, what runs left to right stands between isolates."""
        own, lines = (isolate, isolate_lines) if is_rtl(language) else (str, str)
        match block:
            case Paragraph() | Steps() | Facts():
                if is_rtl(block.language or language):
                    return plain_text(block, own)
                return lines(plain_text(block, str))
            case Translated():
                label = self._messages.text("page.german_original", language)
                return f"{self.plain(block.text, language)}\n{label}:\n{self.plain(block.original, language)}"
            case OfficeCard():
                return lines("\n".join(self._office_lines(block.office, language)))
            case FormHelp(title, url) | LinkOut(title, url):
                return f"{own(title)}: {own(url)}"
            case ContactWays() | TicketStanding():
                return lines("\n".join(self._just_now(block, language)))
            case FormOverview() | FormStep() | FormTerm() | FormReview() | FormChecklist():
                return lines("\n".join(Wording(self._messages, language).lines(block)))

    def life_situation(
        self, situation: LifeSituation, services: Sequence[Service], language: Language
    ) -> out.LifeSituationOut:
        """A life situation with the names of its services."""
        return out.LifeSituationOut(
            id=situation.id,
            title=situation.title(language),
            description=situation.descriptions.get(language) or situation.descriptions.get(Language.DE, ""),
            services=tuple(
                out.ServiceLinkOut(id=service.id, title=service.text(language).title) for service in services
            ),
        )

    def service(self, service: Service, language: Language) -> out.ServiceOut:
        """A service with all sections, in that language where the catalogue has it."""
        text = service.text(language)
        return out.ServiceOut(
            id=service.id,
            language=text.language,
            title=text.title,
            summary=text.summary,
            synonyms=text.synonyms,
            sections=tuple(
                out.SectionOut(
                    kind=section.kind,
                    title=section.title,
                    text=section.text,
                    html=to_html(section.text, rtl=is_rtl(text.language)),
                    url=section.url or service.url,
                    updated_on=section.updated_on or service.updated_on,
                )
                for section in text.sections
            ),
            offices=service.office_ids,
            life_situations=service.life_situations,
            online_services=tuple(online.url for online in service.online_services),
            url=service.url,
            updated_on=service.updated_on,
        )

    def _block(self, block: Block, language: Language, sources: Sequence[Source]) -> out.BlockOut:
        source = sources.index(block.origin) if isinstance(block.origin, Source) else None
        match block:
            case Paragraph() | Steps() | Facts():
                return text_block(block, source, language)
            case Translated():
                original = self._original(block.original, language)
                return text_block(block.text, source, language).model_copy(
                    update={"machine_translated": True, "original": original}
                )
            case OfficeCard():
                return self._office(block.office, source, language)
            case FormHelp():
                return out.FormOut(
                    html=link_html(block.title, block.url, rtl=is_rtl(language)),
                    source=source,
                    title=block.title,
                    url=block.url,
                    description=block.description,
                    form_id=block.form_id,
                )
            case LinkOut():
                return out.LinkOutOut(
                    html=link_html(block.label, block.url, rtl=is_rtl(language)),
                    source=source,
                    label=block.label,
                    url=block.url,
                    purpose=block.purpose,
                )
            case ContactWays() | TicketStanding():
                return self._told_just_now(block, language)
            case FormOverview() | FormStep() | FormTerm() | FormReview() | FormChecklist():
                return form_block(block, source, language, Wording(self._messages, language))

    def _just_now(self, block: ContactWays | TicketStanding, language: Language) -> list[str]:
        """What was counted or looked up just now, in words."""
        if isinstance(block, ContactWays):
            return self._ways(block, language)
        key = "late" if block.is_late else block.state
        due = describe_moment(block.due_at, self._messages, language)
        reason = block.closing_reason
        told = self._messages.text(f"ticket.closed_{reason}", language) if reason else ""
        return [self._messages.text(f"ticket.standing_{key}", language, due=due, reason=told)]

    def _told_just_now(
        self, block: ContactWays | TicketStanding, language: Language
    ) -> out.ContactOut | out.TicketStandingOut:
        if isinstance(block, ContactWays):
            return self._contact(block, language)
        line_html = isolated_line_html if is_rtl(language) else escape
        (told,) = self._just_now(block, language)
        return out.TicketStandingOut(
            html=f"<p>{line_html(told)}</p>",
            text=self.plain(block, language),
            state=block.state,
            due_at=block.due_at,
            is_late=block.is_late,
        )

    def _ways(self, ways: ContactWays, language: Language) -> list[str]:
        """The chat and the written way in words; the telephone is told in the answer itself."""
        told = []
        if ways.waiting is not None:
            key = "contact.chat" if ways.wait_minutes is None else "contact.chat_wait"
            minutes = max(1, ways.wait_minutes or 0)
            told.append(self._messages.text(key, language, waiting=ways.waiting, minutes=minutes))
        if ways.answer_due is not None:
            due = self.date(ways.answer_due, language)
            told.append(self._messages.text("contact.written", language, due=due))
        return told

    def _contact(self, ways: ContactWays, language: Language) -> out.ContactOut:
        line_html = isolated_line_html if is_rtl(language) else escape
        told = self._ways(ways, language)
        return out.ContactOut(
            html="".join(f"<p>{line_html(line)}</p>" for line in told),
            text=self.plain(ways, language),
            waiting=ways.waiting,
            wait_minutes=ways.wait_minutes,
            phone_is_open=ways.phone_is_open,
            answer_due=ways.answer_due,
        )

    def _original(self, block: TextBlock, answer: Language) -> out.OriginalOut:
        language = block.language or answer
        return out.OriginalOut(
            language=language,
            dir=direction(language),
            html=text_block(block, None, answer).html,
            text=self.plain(block, language),
        )

    def _office(self, office: Office, source: int | None, language: Language) -> out.OfficeOut:
        address = office.address
        notes = _notes(office)
        line_html = isolated_line_html if is_rtl(language) else escape
        return out.OfficeOut(
            html="<p>" + "<br>".join(map(line_html, self._office_lines(office, language))) + "</p>",
            source=source,
            id=office.id,
            name=office.name,
            short_name=office.short_name,
            address=address.line if address else None,
            street=f"{address.street} {address.house_number}".strip() if address else None,
            postal_code=address.postal_code if address else None,
            city=address.city if address else None,
            district=address.district if address else None,
            addition=_words(notes.get("addition")),
            phone=office.phone,
            phone_href=phone_href(office.phone),
            email=office.email,
            url=office.url,
            appointment_url=office.appointment_url,
            hours=tuple(self._hours(office, span, language) for span in office.opening_hours),
            hours_note=_words(notes.get("hours_note")),
            transport=_words(notes.get("transport")),
            accessibility=_words(notes.get("accessibility")),
            note_languages={name: note.language for name, note in notes.items() if note.language is not language},
        )

    def _hours(self, office: Office, span: OpeningHours, language: Language) -> out.HoursOut:
        note = office.told(span.note) if span.note else None
        return out.HoursOut(
            days=describe_days(span.days, self._messages, language),
            opens=f"{span.opens:%-H:%M}",
            closes=f"{span.closes:%-H:%M}",
            note=_words(note),
            note_language=other(note.language, language) if note else None,
        )

    def _office_lines(self, office: Office, language: Language) -> list[str]:
        hours = (self._hours(office, span, language) for span in office.opening_hours)
        notes = _notes(office)
        lines = [
            office.name,
            office.address.line if office.address else None,
            office.phone,
            office.email,
            *(f"{span.days} {span.opens}–{span.closes}" + (f" ({span.note})" if span.note else "") for span in hours),
            *(_words(notes.get(name)) for name in ("hours_note", "transport", "accessibility")),
        ]
        return [line for line in lines if line]

    def _source(self, source: Source, language: Language) -> out.SourceOut:
        is_service = source.kind is SourceKind.SERVICE
        return out.SourceOut(
            kind=source.kind,
            service_id=source.entry_id if is_service else None,
            office_id=source.entry_id if source.kind is SourceKind.OFFICE else None,
            form_id=source.entry_id if source.kind is SourceKind.FORM else None,
            title=source.title,
            section=source.section,
            url=source.url,
            updated_on=source.updated_on,
            updated_on_text=self.date(source.updated_on, language) if source.updated_on else None,
        )


def _notes(office: Office) -> dict[str, OfficeNote]:
    """What is told for each note that the office has, by the name of its field."""
    stated = {
        "addition": office.address.addition if office.address else None,
        "hours_note": office.hours_note,
        "transport": office.transport,
        "accessibility": office.accessibility,
    }
    return {name: office.told(note) for name, note in stated.items() if note}


def _words(note: OfficeNote | None) -> str | None:
    return note.text if note else None


def phone_href(phone: str | None) -> str | None:
    """A telephone number as the address of a link, e.g. ``tel:+494213610``; None where there is none."""
    digits = re.sub(r"[^\d+]", "", (phone or "").replace("(0)", ""))
    if not digits:
        return None
    # Short numbers such as 115 are dialled as they are; others in Germany begin with 0.
    return f"tel:+49{digits[1:]}" if digits.startswith("0") and not digits.startswith("00") else f"tel:{digits}"


def _error(error: ErrorInfo) -> out.ErrorOut:
    return out.ErrorOut(code=error.code, trace_id=error.trace_id, retryable=error.retryable)


def _candidate(candidate: Candidate) -> out.CandidateOut:
    return out.CandidateOut(service_id=candidate.service_id, title=candidate.title, score=round(candidate.score, 4))
