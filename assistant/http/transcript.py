"""A conversation to take home."""

from collections.abc import Iterator, Sequence

from fastapi.responses import PlainTextResponse

from assistant.http.bidi import first_strong, isolate
from assistant.http.presenter import Presenter
from assistant.http.schemas import MessageEntryOut, NoticeEntryOut, TurnEntryOut
from assistant.http.services import AppServices
from assistant.model import AgentMessage, Conversation, Language, TranscriptEntry


def transcript(
    conversation: Conversation, entries: Sequence[TranscriptEntry], services: AppServices, presenter: Presenter
) -> PlainTextResponse:
    """The conversation as a text file: who said what when and what happened, with the sources of every answer."""
    language = conversation.state.language
    title = services.messages.text("page.transcript_title", language, city=services.settings.city.name)
    day = presenter.date(conversation.created_at.astimezone(services.zone), language)
    parts = [title, day, "", presenter.greeting(language)]
    for entry in entries:
        parts += ["", *_lines(entry, conversation, services, presenter)]
    return PlainTextResponse(
        "\n".join(parts) + "\n", headers={"Content-Disposition": 'attachment; filename="roland.txt"'}
    )


def _lines(
    entry: TranscriptEntry, conversation: Conversation, services: AppServices, presenter: Presenter
) -> Iterator[str]:
    language, text = conversation.state.language, services.messages.text
    shown = presenter.entry(entry, conversation)
    clock = f"[{shown.at.astimezone(services.zone):%H:%M}]"
    match shown:
        case TurnEntryOut():
            yield f"{clock} {text('page.you', language)}: {_written(shown.text, language)}"
            if shown.answer:
                yield f"{clock} {text('page.roland', language)}: {shown.answer.text}"
                yield from (f"  {line}" for line in presenter.source_lines(shown.answer))
        case MessageEntryOut():
            name = isolate(shown.agent) if language.direction == "rtl" else shown.agent
            yield f"{clock} {name} ({text('waiting.line', language)}): {_written(shown.text, language)}"
            if shown.original:
                yield f"  {text('page.machine_translated', language)}"
                yield f"  {text('waiting.original', language, agent=name)}: {_written(shown.original.text, language)}"
            if isinstance(entry.content, AgentMessage):
                yield from (presenter.plain(block, shown.blocks_language) for block in entry.content.blocks)
            yield from (f"  {line}" for line in presenter.source_lines(shown))
        case NoticeEntryOut():
            yield f"{clock} – {shown.text}"


def _written(text: str, language: Language) -> str:
    """What somebody wrote, in whatever language, within lines of the conversation's."""
    return first_strong(text) if language.direction == "rtl" else text
