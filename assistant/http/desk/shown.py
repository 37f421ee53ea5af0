"""What the desk's templates are given of a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from assistant.forms.progress import Progress
from assistant.handoff.board import Line
from assistant.handoff.desk import OpenChat
from assistant.handoff.interpreter import Interpreter
from assistant.handoff.packet import is_said_to_a_form
from assistant.http.presenter import Presenter
from assistant.http.schemas import AnswerOut
from assistant.http.services import AppServices
from assistant.model import (
    Agent,
    AgentMessage,
    Answer,
    AnswerStatus,
    Handoff,
    HandoffState,
    Language,
    Mode,
    Note,
    Notice,
    PhoneCall,
    Register,
    TranscriptEntry,
    Turn,
)

_GERMAN = Language.DE
_SHORT = 240
"""An answer of Roland's up to so many characters is shown whole; a longer one opens on demand."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: for machines, and as the clock shows it."""

    iso: str
    clock: str
    ago: str


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the transcript; ``heading`` says what Roland's answer was, ``folded`` that it is long."""

    kind: Literal["turn", "agent", "notice"]
    position: int
    at: Moment
    who: str
    text: str
    language: Language
    translation: str | None = None
    untranslated: bool = False
    to_roland: bool = False
    masked: bool = False
    mine: bool = False
    answer: AnswerOut | None = None
    heading: str = ""
    folded: bool = False
    id: str = ""
    """An agent's message has one, so that the page knows its own when it comes back."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the queue."""

    handoff: Handoff
    what: str
    words: str
    language: str
    channel: str
    reason: str
    since: Moment
    reserved: str
    is_urgent: bool
    number: str = ""
    state: str = ""
    """Of a call: who can be rung, and how far putting them through has come."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the context panel: a label, and one value or several."""

    label: str
    values: tuple[str, ...]
    since: Moment | None = None
    language: Language | None = None
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Pane:
    """A chat beside the others."""

    handoff: Handoff
    number: int
    what: str
    language: Language
    entries: tuple[Told, ...]
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]
    revision: int
    since: Moment
    can_translate: bool = False


class Showing:
    """Turns what the domain knows into what the desk shows; the desk's own words are German."""

    def __init__(self, services: AppServices, presenter: Presenter, interpreter: Interpreter | None) -> None:
        self._services = services
        self._messages = services.messages
        self._presenter = presenter
        self._interpreter = interpreter

    def word(self, key: str, **values: object) -> str:
        """A text of the desk."""
        return self._messages.text(f"desk.{key}", _GERMAN, **values)

    # ── time ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def moment(self, at: datetime) -> Moment:
        """A point in time as the desk shows it."""
        now = self._services.clock.now()
        local, today = at.astimezone(self._services.zone), now.astimezone(self._services.zone)
        clock = f"{local:%H:%M}" if local.date() == today.date() else f"{local:%d.%m.%Y, %H:%M}"
        return Moment(at.isoformat(), clock, self.span(now - at))

    def span(self, span: timedelta) -> str:
        """A length of time in words."""
        minutes = int(span.total_seconds() // 60)
        if minutes < 1:
            return self.word("just_now")
        hours, rest = divmod(minutes, 60)
        return self.word("hours", hours=hours, minutes=rest) if hours else self.word("minutes", minutes=minutes)

    # ── the queue ──────────────────────────────────────────────────────────────────────────────────────────────────

    def waiting(
        self, handoff: Handoff, line: Line, me: Agent, names: dict[str, str], call: PhoneCall | None = None
    ) -> Waiting:
        """A line of the queue as that agent sees it."""
        reserved = ""
        if handoff.agent_id is not None:
            mine = handoff.agent_id == me.id
            reserved = self.word("reserved_for_me") if mine else self.word("reserved_for", name=names[handoff.agent_id])
        return Waiting(
            handoff=handoff,
            what=self.what(handoff, line.service_title),
            words=line.words,
            language=self.word(f"language.{handoff.language}"),
            channel=self.word(f"channel.{handoff.channel}"),
            reason=self.word(f"reason.{handoff.reason}"),
            since=self.moment(handoff.asked_at),
            reserved=reserved,
            is_urgent=handoff.priority > 0,
            number=(handoff.caller or self.word("call.number_unknown")) if handoff.is_call else "",
            state=self.call_state(call, handoff, names) if call is not None else "",
        )

    def call_state(self, call: PhoneCall, handoff: Handoff | None, names: Mapping[str, str]) -> str:
        """With whom a caller is."""
        if handoff is None or handoff.state is HandoffState.ENDED:
            return self.word("call.with_bot" if call.is_running else "call.over")
        if handoff.state is HandoffState.CLAIMED:
            return self.word("call.with_agent", agent=names[handoff.agent_id or ""])
        if call.is_passed_on:
            return self.word("call.passed_on")
        return self.word("call.queued" if call.is_running else "call.lost")

    def what(self, handoff: Handoff, service_title: str | None) -> str:
        """A hand-off in a few words: language and matter."""
        language = self.word(f"language.{handoff.language}")
        matter = service_title or self.word(f"reason.{handoff.reason}")
        return f"{language} · {matter}"

    # ── a chat ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def pane(self, chat: OpenChat, me: Agent, number: int = 0) -> Pane:
        """A chat with everything beside it."""
        language = chat.packet.language
        return Pane(
            handoff=chat.handoff,
            number=number,
            what=self.what(chat.handoff, chat.packet.service_title),
            language=language,
            entries=tuple(self.told(entry, language, me) for entry in chat.transcript),
            rows=self.rows(chat),
            notes=chat.notes,
            revision=chat.revision,
            since=self.moment(chat.handoff.claimed_at or chat.handoff.asked_at),
            can_translate=self._interpreter is not None and self._interpreter.speaks(language),
        )

    def told(self, entry: TranscriptEntry, language: Language, me: Agent) -> Told:
        """An entry of the transcript of a conversation in that language."""
        match entry.content:
            case Turn():
                return self._turn(entry.position, entry.content, language)
            case AgentMessage():
                return self._agent_message(entry.position, entry.content, language, me)
            case Notice() as notice:
                text = self.word(f"notice.{notice.kind}", **{"agent": self.word("history.nobody"), **notice.values})
                return Told("notice", entry.position, self.moment(notice.at), "", text, _GERMAN)

    @staticmethod
    def said(turn: Turn, language: Language) -> tuple[str, Language]:
        """What the person wrote, and in which language; ``language`` is the conversation's."""
        return turn.utterance.text, turn.utterance.language or (turn.answer.language if turn.answer else language)

    def _turn(self, position: int, turn: Turn, language: Language) -> Told:
        shown = self._presenter.turn(turn)
        _, spoken = self.said(turn, language)
        if turn.answer is not None and turn.utterance.choice is None and is_said_to_a_form(turn.utterance, turn.answer):
            shown, spoken = shown.model_copy(update={"text": self.word("form_entry")}), _GERMAN
        is_foreign = spoken is not _GERMAN and turn.utterance.choice is None
        translation = self._interpreter.known(shown.text, spoken) if self._interpreter and is_foreign else None
        return Told(
            "turn",
            position,
            self.moment(turn.utterance.at),
            self.word("person"),
            shown.text,
            spoken,
            translation=translation,
            untranslated=is_foreign and self._interpreter is not None and self._interpreter.failed(shown.text, spoken),
            to_roland=turn.mode is Mode.WITH_BOT,
            masked=shown.masked,
            answer=shown.answer,
            heading=self._heading(turn.answer) if turn.answer else "",
            folded=shown.answer is not None and len(shown.answer.text) > _SHORT,
        )

    def _agent_message(self, position: int, message: AgentMessage, language: Language, me: Agent) -> Told:
        quoted = Answer(AnswerStatus.ANSWERED, language, message.blocks) if message.blocks else None
        return Told(
            "agent",
            position,
            self.moment(message.at),
            message.agent_name,
            message.text,
            message.language,
            translation=message.translation,
            untranslated=bool(message.text) and message.language is not language and message.translation is None,
            mine=message.agent_name == me.name,
            answer=self._presenter.answer(quoted) if quoted else None,
            id=message.id,
        )

    def _heading(self, answer: Answer) -> str:
        """What Roland's answer was, in German: how it ended, the service and the sections it quoted."""
        status = answer.status.value
        family = status if status in {"answered", "answered_partly", "clarification", "smalltalk"} else ""
        parts = [self.word(f"status.{family or status.partition('_')[0]}")]
        service = self._services.catalogue.service(answer.service_id) if answer.service_id else None
        if service is not None:
            parts.append(service.text(_GERMAN).title)
        kinds = dict.fromkeys(source.section for source in answer.sources if source.section)
        parts += [self._messages.text(f"page.section.{kind}", _GERMAN) for kind in kinds]
        return " · ".join(parts)

    # ── the context beside it ──────────────────────────────────────────────────────────────────────────────────────

    def rows(self, chat: OpenChat) -> tuple[Row, ...]:
        """What the agent is given to read beside the chat, the most urgent first."""
        packet = chat.packet
        language = self.word(f"language.{packet.language}")
        if packet.register is Register.PLAIN:
            language = f"{language}, {self.word('packet_plain')}"
        places = self._services.settings.city.areas
        rows = (
            Row(self.word("packet_to_people"), packet.to_people, language=packet.language, is_warning=True),
            Row(self.word("packet_remark"), (packet.remark,), is_warning=True),
            Row(self.word("packet_reason"), (self.word(f"reason.{packet.reason}"),)),
            Row(self.word("packet_asked"), ("",), since=self.moment(packet.waiting_since)),
            Row(self.word("packet_language"), (language,)),
            Row(self.word("packet_channel"), (self.word(f"channel.{packet.channel}"),)),
            Row(self.word("packet_caller"), (chat.handoff.caller,)),
            Row(self.word("packet_call"), (self._outcome(chat.call),)),
            Row(self.word("packet_service"), (packet.service_title or "",)),
            Row(
                self.word("packet_aspects"),
                tuple(self._messages.text(f"aspect.{aspect}", _GERMAN) for aspect in packet.aspects),
            ),
            Row(self.word("packet_form"), self._form(packet.form)),
            Row(self.word("packet_area"), (places.get(packet.area, packet.area) if packet.area else "",)),
            Row(self.word("packet_questions"), packet.questions, language=packet.language),
            Row(
                self.word("packet_failed"), tuple(failure.question for failure in packet.failed), None, packet.language
            ),
            Row(self.word("packet_unhelpful"), packet.rated_unhelpful, language=packet.language),
            Row(self.word("packet_shown"), self._shown(chat)),
            Row(self.word("packet_earlier"), packet.earlier_agents),
        )
        return tuple(row for row in rows if any(row.values) or row.since)

    def _outcome(self, call: PhoneCall | None) -> str:
        """What became of putting the caller through."""
        if call is None or call.outcome is None or call.passed_on_at is None:
            return ""
        return self.word(f"call.outcome.{call.outcome}", at=self.moment(call.passed_on_at).clock)

    def _form(self, form: Progress | None) -> tuple[str, ...]:
        if form is None:
            return ()
        place = self.word("form_at", position=form.position, total=form.total, at=form.at) if form.position else ""
        return (form.title, place, self.word(f"form_{form.mode}", entered=form.entered))

    def _shown(self, chat: OpenChat) -> tuple[str, ...]:
        lines = []
        for source in chat.packet.shown:
            section = self._messages.text(f"page.section.{source.section}", _GERMAN) if source.section else ""
            day = self._presenter.date(source.updated_on, _GERMAN) if source.updated_on else ""
            as_of = self.word("as_of", date=day) if day else ""
            lines.append(" · ".join(filter(None, (source.title, section, as_of))))
        return tuple(dict.fromkeys(lines))
