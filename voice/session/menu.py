"""The main menu: everything by keys, though words are taken too."""

from collections.abc import Sequence

from assistant.model import Answer, QuickReply
from voice.session.asking import Asking
from voice.session.commands import Command
from voice.session.moves import Consult, Flow, Keyed
from voice.session.ways import Elsewhere, Way
from voice.session.wishes import Pick, Wish
from voice.session.wording import Wording
from voice.spoken.answer import Sentence, SpokenChoice

_ENTRIES = ("frequent", "code", "callback", "slower", "louder", "goodbye")
_EXAMPLES = "act:capabilities"
_ON_A_PAGE = 7


class Menu:
    """The menus of one talk."""

    def __init__(self, asking: Asking, wording: Wording) -> None:
        self._asking = asking
        self._wording = wording

    def main(self, *lead: Sentence, is_last: bool = False) -> Flow[Wish]:
        """What the caller wants; raises Elsewhere for what the line itself does.

        ``is_last``: nothing was understood before; a person comes when nothing is here either.
        """
        asking = self._asking
        entries = [
            SpokenChoice(asking.prompt(f"menu.{entry}").text, entry, str(digit))
            for digit, entry in enumerate(_ENTRIES, start=1)
        ]
        told = (*lead, asking.prompt("menu.lead"))
        while True:
            chosen = yield from asking.choose(entries, *told, *asking.keys_of(entries), is_last=is_last)
            if not isinstance(chosen, SpokenChoice):
                return None if isinstance(chosen, Keyed) else chosen
            match chosen.payload:
                case "frequent":
                    return (yield from self.frequent())
                case "code":
                    raise Elsewhere(Way.STATUS)
                case "callback":
                    raise Elsewhere(Way.CALLBACK)
                case "goodbye":
                    raise Elsewhere(Way.GOODBYE)
            told = (asking.change(Command.SLOWER if chosen.payload == "slower" else Command.LOUDER),)

    def frequent(self) -> Flow[Wish]:
        """One of the questions that are asked most."""
        asking = self._asking
        replies: Sequence[QuickReply] = asking.options.frequent.get(asking.language, ())
        if not replies:
            answer: Answer | None = yield Consult("", asking.voice, choice=_EXAMPLES)
            replies = answer.quick_replies if answer is not None else ()
        if not replies:
            return (yield from self.main(asking.prompt("menu.nothing")))
        return (yield from self.one_of(replies))

    def one_of(self, replies: Sequence[QuickReply]) -> Flow[Wish]:
        """One of many, some at a time."""
        asking, at = self._asking, 0
        while True:
            page = self._page(replies, at)
            chosen = yield from asking.choose(page, asking.prompt("keys.frequent"), *asking.keys_of(page))
            if not isinstance(chosen, SpokenChoice):
                return None if isinstance(chosen, Keyed) else chosen
            if chosen.payload:
                return Pick(chosen.payload, chosen.phrase)
            at = at + _ON_A_PAGE if at + _ON_A_PAGE < len(replies) else 0

    def _page(self, replies: Sequence[QuickReply], at: int) -> list[SpokenChoice]:
        """Some of them, and one key for the others."""
        asking = self._asking
        page = [
            SpokenChoice(self._wording.text(reply.label, asking.language), reply.payload, str(digit))
            for digit, reply in enumerate(replies[at : at + _ON_A_PAGE], start=1)
        ]
        if len(replies) > _ON_A_PAGE:
            page.append(SpokenChoice(asking.prompt("menu.more").text, "", str(len(page) + 1)))
        return page
