"""Values of the domain as the API shows them."""

import re
from collections.abc import Sequence
from datetime import date

from assistant.calendar import describe_date
from assistant.forms.worded import Wording
from assistant.http import schemas as out
from assistant.http.bidi import isolate, isolate_lines
from assistant.http.block_schemas import OriginalOut
from assistant.http.blocks import direction, is_rtl, plain_text, text_block
from assistant.http.catalogue_blocks import catalogue_block, office_lines
from assistant.http.form_blocks import form_block, form_text
from assistant.http.markup import to_html, written_html
from assistant.http.people_blocks import just_now_text, told_just_now
from assistant.model import (
    AgentMessage,
    Answer,
    Block,
    Candidate,
    ContactWays,
    Conversation,
    ErrorInfo,
    Facts,
    Form,
    FormHelp,
    Language,
    LifeSituation,
    LinkOut,
    Notice,
    NoticeKind,
    OfficeCard,
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
            original = OriginalOut(
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
        return describe_date(day, self._messages, language)

    def plain(self, block: Block, language: Language) -> str:
        """A block as plain text; in a right-to-left answer, what runs left to right stands between isolates."""
        if isinstance(block, Paragraph | Steps | Facts):
            return self._text(block, language)
        if isinstance(block, Translated):
            label = self._messages.text("page.german_original", language)
            return f"{self._text(block.text, language)}\n{label}:\n{self._text(block.original, language)}"
        own, lines = (isolate, isolate_lines) if is_rtl(language) else (str, str)
        match block:
            case OfficeCard():
                return lines("\n".join(office_lines(block.office, language, self._messages)))
            case FormHelp(title, url) | LinkOut(title, url):
                return f"{own(title)}: {own(url)}"
            case ContactWays() | TicketStanding():
                return just_now_text(block, language, self._messages)
            case _:
                return lines(form_text(block, Wording(self._messages, language)))

    def _text(self, block: TextBlock, language: Language) -> str:
        if is_rtl(language) and is_rtl(block.language or language):
            return plain_text(block, isolate)
        return isolate_lines(plain_text(block, str)) if is_rtl(language) else plain_text(block, str)

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

    def service(self, service: Service, language: Language, forms: Sequence[Form] = ()) -> out.ServiceOut:
        """A service with all sections, in that language where the catalogue has it, and its ``forms``."""
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
            forms=tuple(
                out.ServiceFormOut(
                    id=form.id, title=form.text(language).title, url=form.url, updated_on=form.updated_on
                )
                for form in forms
            ),
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
            case OfficeCard() | FormHelp() | LinkOut():
                return catalogue_block(block, source, language, self._messages)
            case ContactWays() | TicketStanding():
                return told_just_now(block, language, self._messages)
            case _:
                return form_block(block, source, language, Wording(self._messages, language))

    def _original(self, block: TextBlock, answer: Language) -> OriginalOut:
        language = block.language or answer
        return OriginalOut(
            language=language,
            dir=direction(language),
            html=text_block(block, None, answer).html,
            text=self.plain(block, language),
        )

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


def _error(error: ErrorInfo) -> out.ErrorOut:
    return out.ErrorOut(code=error.code, trace_id=error.trace_id, retryable=error.retryable)


def _candidate(candidate: Candidate) -> out.CandidateOut:
    return out.CandidateOut(service_id=candidate.service_id, title=candidate.title, score=round(candidate.score, 4))
