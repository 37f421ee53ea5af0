"""The main menu: everything by keys, though words are taken too."""

from collections.abc import Sequence

from assistant.model import Answer, QuickReply
from voice.session import keypad
from voice.session.asking import Asking
from voice.session.commands import Command
from voice.session.directory import Directory
from voice.session.entry import keyed_on
from voice.session.moves import Consult, Expected, Flow, Keyed, Said
from voice.session.question import Question
from voice.session.ways import Elsewhere, Way
from voice.session.wishes import Pick, Wish
from voice.session.wording import Wording
from voice.spoken.answer import Sentence, SpokenChoice

_ENTRIES = ("frequent", "situations", "letters", "code", "callback", "slower", "louder", "goodbye")
_EXAMPLES = "act:capabilities"
_ON_A_PAGE = 7
_LEAST_LETTERS, _MOST_LETTERS = 3, 12
_MOST_LOOKED_FOR = 3


class Menu:
    """The menus of one talk."""

    def __init__(self, asking: Asking, wording: Wording, directory: Directory) -> None:
        self._asking = asking
        self._wording = wording
        self._directory = directory

    def main(self, *lead: Sentence, is_last: bool = False) -> Flow[Wish]:
        """What the caller wants; raises Elsewhere for what the line itself does.

        ``is_last``: nothing was understood before; a person comes when nothing is here either.
        """
        asking = self._asking
        told = (*lead, asking.prompt("menu.lead"))
        while True:
            entries = self._entries()
            chosen = yield from asking.choose(entries, *told, *asking.keys_of(entries), is_last=is_last)
            if not isinstance(chosen, SpokenChoice):
                return None if isinstance(chosen, Keyed) else chosen
            match chosen.payload:
                case "frequent":
                    return (yield from self._frequent())
                case "situations":
                    return (yield from self._by_situation())
                case "letters":
                    return (yield from self._by_letters())
                case "code":
                    raise Elsewhere(Way.STATUS)
                case "callback":
                    raise Elsewhere(Way.CALLBACK)
                case "goodbye":
                    raise Elsewhere(Way.GOODBYE)
            told = (asking.change(Command.SLOWER if chosen.payload == "slower" else Command.LOUDER),)

    def _entries(self) -> list[SpokenChoice]:
        """Each keeps its key, whether the one before is there or not."""
        asking = self._asking
        has_situations = bool(self._directory.situations(asking.language))
        return [
            SpokenChoice(asking.prompt(f"menu.{entry}").text, entry, str(digit))
            for digit, entry in enumerate(_ENTRIES, start=1)
            if entry != "situations" or has_situations
        ]

    def _frequent(self) -> Flow[Wish]:
        """One of the questions that are asked most."""
        asking = self._asking
        replies = self._directory.frequent(asking.language)
        if not replies:
            answer: Answer | None = yield Consult("", asking.voice, choice=_EXAMPLES)
            replies = answer.quick_replies if answer is not None else ()
        if not replies:
            return (yield from self.main(asking.prompt("menu.nothing")))
        return (yield from self._one_of(replies, asking.prompt("keys.frequent")))

    def _by_situation(self) -> Flow[Wish]:
        """First a situation in life, then one of its services."""
        asking = self._asking
        situations = self._directory.situations(asking.language)
        chosen = yield from self._one_of(situations, asking.prompt("keys.situations"))
        if not isinstance(chosen, Pick):
            return chosen
        services = self._directory.services(chosen.payload, asking.language)
        return (yield from self._one_of(services, Sentence(f"{chosen.label}.", asking.language)))

    def _by_letters(self) -> Flow[Wish]:
        """A service by the first letters of a word of its name."""
        asking = self._asking
        told = asking.prompt("keys.letters")
        for _ in range(_MOST_LOOKED_FOR):
            reply = yield from asking.listen(self._letters(told))
            if isinstance(reply, Said):
                return reply
            if not isinstance(reply, Keyed) or reply.key not in keypad.LETTERS:
                break
            keys = yield from keyed_on(asking, reply.key, keys=keypad.LETTERS, most=_MOST_LETTERS)
            found = self._directory.beginning(keys, asking.language) if len(keys) >= _LEAST_LETTERS else ()
            if found:
                return (yield from self._one_of(found, asking.prompt("keys.found")))
            told = asking.prompt("keys.letters_nothing" if len(keys) >= _LEAST_LETTERS else "keys.letters_more")
        return (yield from self.main())

    def _letters(self, told: Sentence) -> Question:
        explained = (self._asking.prompt("keys.letters"),)
        keys = f"{keypad.LETTERS}{keypad.AGAIN}"
        return Question((told,), by_keys=explained, keys=keys, expected=Expected.DIGITS)

    def _one_of(self, replies: Sequence[QuickReply], lead: Sentence) -> Flow[Wish]:
        """One of many, some at a time."""
        asking, at = self._asking, 0
        while True:
            page = self._page(replies, at)
            chosen = yield from asking.choose(page, lead, *asking.keys_of(page))
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
