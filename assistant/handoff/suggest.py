"""What Roland would answer: for the agent to send, to change or to leave. Nothing of it is kept."""

from dataclasses import dataclass

from assistant.handoff.desk import OpenChat
from assistant.model import Answer, AnswerStatus, Block, LinkOut, LinkPurpose, Mode, Source, Turn, Utterance
from assistant.ports import Dialogue

_WORTH_SAYING = (AnswerStatus.ANSWERED, AnswerStatus.ANSWERED_PARTLY)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer to the person's last question, in their language."""

    question: str
    answer: Answer

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What can be said of it as it is: the parts quoted from the catalogue."""
        return tuple(block for block in self.answer.blocks if isinstance(block.origin, Source))

    @property
    def sources(self) -> tuple[Block, ...]:
        """What stays of it when the agent words it anew: the pages it comes from."""
        pages = {source.url: source for source in self.answer.sources if source.url}
        return tuple(LinkOut(page.title, url, LinkPurpose.OFFICIAL_PAGE, page) for url, page in pages.items())


class Suggester:
    """Asks the dialogue on the agent's behalf."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue

    async def suggest(self, chat: OpenChat) -> Suggestion | None:
        """An answer out of the catalogue to what the person said last; None where Roland has none."""
        turns = [entry.content for entry in chat.transcript if isinstance(entry.content, Turn)]
        asked = _last_question(turns)
        if asked is None:
            return None
        before = turns[: next(place for place, turn in enumerate(turns) if turn.utterance is asked)]
        answer, _ = await self._dialogue.respond(chat.conversation, before, asked)
        suggestion = Suggestion(asked.text, answer)
        return suggestion if answer.status in _WORTH_SAYING and suggestion.blocks else None


def _last_question(turns: list[Turn]) -> Utterance | None:
    """The latest thing said to people, else the latest that Roland was asked about a matter."""
    to_people = [turn.utterance for turn in turns if turn.mode is not Mode.WITH_BOT and turn.utterance.text.strip()]
    about = [
        turn.utterance
        for turn in turns
        if turn.answer is not None and not turn.answer.status.startswith(("handoff", "smalltalk"))
    ]
    return next(reversed(to_people or about), None)
