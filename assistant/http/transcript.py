"""A conversation to take home."""

from collections.abc import Iterator, Sequence

from fastapi.responses import PlainTextResponse

from assistant.http.bidi import first_strong
from assistant.http.presenter import Presenter
from assistant.http.services import AppServices
from assistant.model import Conversation, Language, Turn


def transcript(
    conversation: Conversation, turns: Sequence[Turn], services: AppServices, presenter: Presenter
) -> PlainTextResponse:
    """The conversation as a text file: who said what when, with the sources of every answer."""
    language = conversation.state.language
    title = services.messages.text("page.transcript_title", language, city=services.settings.city.name)
    day = presenter.date(conversation.created_at.astimezone(services.zone), language)
    parts = [title, day, "", presenter.greeting(language)]
    for turn in turns:
        parts += ["", *_turn(turn, language, services, presenter)]
    return PlainTextResponse(
        "\n".join(parts) + "\n", headers={"Content-Disposition": 'attachment; filename="roland.txt"'}
    )


def _turn(turn: Turn, language: Language, services: AppServices, presenter: Presenter) -> Iterator[str]:
    messages = services.messages
    shown = presenter.turn(turn)
    clock = f"{turn.utterance.at.astimezone(services.zone):%H:%M}"
    said = first_strong(shown.text) if language.direction == "rtl" else shown.text
    yield f"[{clock}] {messages.text('page.you', language)}: {said}"
    if shown.answer:
        yield f"[{clock}] {messages.text('page.roland', language)}: {shown.answer.text}"
        for line in presenter.source_lines(shown.answer):
            yield f"  {line}"
