"""Asking a caller something: said again, slower, louder, by keys; and what is done when nothing fitting comes back.

No match and silence are counted apart, for one question at a time:

    no match   "say it again" → shorter → by keys → away (``Way.NOT_UNDERSTOOD``); from the menu for the keys at once
    silence    "are you still there?" → by keys → away (``Way.NO_ONE``)
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.model import Language, Voice
from voice.prompts import Prompts
from voice.session import keypad
from voice.session.commands import Command, Words, words_of
from voice.session.manner import EXTREMES, otherwise
from voice.session.moves import (
    Ask,
    Deaf,
    Expected,
    Flow,
    Keyed,
    MustEnd,
    Mute,
    Reaction,
    Said,
    Silent,
    Tell,
    Unheard,
)
from voice.session.options import SessionOptions
from voice.session.question import Question
from voice.session.ways import Elsewhere, Way
from voice.spoken.answer import Sentence, SpokenChoice

_MOST_MISSED, _MOST_SILENCES = 4, 3
_BY_KEYS_ALONE, _MOST_DEAF = 2, 4
_WAYS = {
    Command.MENU: Way.MENU,
    Command.BACK: Way.BACK,
    Command.GOODBYE: Way.GOODBYE,
    Command.CALLBACK: Way.CALLBACK,
    Command.STATUS: Way.STATUS,
    Command.PERSON: Way.PERSON,
}


class Asking:
    """All questions of one talk: in which language and voice, and by voice or by keys."""

    def __init__(self, prompts: Prompts, options: SessionOptions) -> None:
        self._prompts = prompts
        self.options = options
        self.voice = Voice(options.language)
        self.hears = True
        """False once the recogniser has failed again and again."""
        self._deaf = 0
        self._last_key = ""

    @property
    def language(self) -> Language:
        """The language of the talk."""
        return self.voice.language

    @property
    def words(self) -> Words:
        """What is understood in it."""
        return words_of(self.language)

    def prompt(self, key: str, **values: str) -> Sentence:
        """A fixed sentence in the language of the talk."""
        return Sentence(self._prompts.text(key, self.language, **values), self.language)

    def prompt_in(self, language: Language, key: str) -> Sentence:
        """A fixed sentence in another language."""
        return Sentence(self._prompts.text(key, language), language)

    def asked_by(self, key: str) -> tuple[str, ...]:
        """The words by which an offer is asked for."""
        return self._prompts.words(f"asks.{key}", self.language)

    def speak(self, language: Language) -> None:
        """Go on in another language."""
        self.voice = replace(self.voice, language=language)

    def other_language(self) -> Language | None:
        """The one that the key for languages leads to; None where there is no other."""
        return next((spoken for spoken in self.options.languages if spoken is not self.language), None)

    def tell(self, *sentences: Sentence) -> Flow[None]:
        """Say something to its end."""
        if isinstance((yield Tell(sentences, self.voice)), Mute):
            raise Elsewhere(Way.TROUBLE)

    def ask(self, question: Question) -> Flow[Said | Keyed]:
        """Words that are no command, or one of the question's keys. Raises Elsewhere for everything else."""
        reply = yield from self.listen(question)
        if isinstance(reply, Silent):
            raise Elsewhere(Way.NO_ONE)
        return reply

    def listen(self, question: Question) -> Flow[Said | Keyed | Silent]:
        """The same; silence too, where the question ends by it."""
        return (yield from _Attempt(self, question).run())

    def yes_or_no(self, *sentences: Sentence, keys: str = "") -> Flow[bool | Said | Keyed]:
        """Yes, no, or what was said instead."""
        said = self.words
        reply = yield from self.ask(
            Question(
                sentences,
                by_keys=(self.prompt("confirm.yes_or_no"),),
                keys=keypad.YES + keypad.NO + keys,
                expected=Expected.YES_NO,
                vocabulary=(*said.yes, *said.no),
            )
        )
        if isinstance(reply, Keyed):
            return reply if reply.key in keys else reply.key == keypad.YES
        answer = said.yes_or_no(reply.text)
        return reply if answer is None else answer

    def confirmed(self, *sentences: Sentence) -> Flow[bool]:
        """Yes or no; nothing else is taken."""
        told = sentences
        for _ in range(_MOST_MISSED - 1):
            answer = yield from self.yes_or_no(*told)
            if isinstance(answer, bool):
                return answer
            told = (self.prompt("confirm.yes_or_no"),)
        raise Elsewhere(Way.NOT_UNDERSTOOD)

    def choose(
        self, choices: Sequence[SpokenChoice], *sentences: Sentence, is_last: bool = False
    ) -> Flow[SpokenChoice | Said | Keyed]:
        """One of the choices by its words, its place or its key; or what was said instead."""
        phrases = tuple(choice.phrase for choice in choices)
        reply = yield from self.ask(
            Question(
                sentences,
                by_keys=self.keys_of(choices),
                keys="".join(choice.digit for choice in choices),
                expected=Expected.CHOICE,
                vocabulary=(*phrases, *(name for names in self.words.ordinals for name in names)),
                is_last=is_last,
            )
        )
        if isinstance(reply, Keyed):
            return next(choice for choice in choices if choice.digit == reply.key)
        return self.chosen(reply, choices) or reply

    def chosen(self, said: Said, choices: Sequence[SpokenChoice]) -> SpokenChoice | None:
        """The choice that was named."""
        texts = [hypothesis.text for hypothesis in said.heard.hypotheses]
        place = self.words.chosen(texts, [choice.phrase for choice in choices])
        return choices[place] if place is not None else None

    def keys_of(self, choices: Sequence[SpokenChoice]) -> tuple[Sentence, ...]:
        """How each choice is made with the keys."""
        keyed = (choice for choice in choices if choice.digit)
        return (*(self._key_of(choice) for choice in keyed), self.prompt("keys.person"))

    def command(self, said: Said) -> Command | None:
        """The command that was said."""
        return self.words.command(said.text)

    def jump(self, key: str) -> Elsewhere | None:
        """Where a key leads at every step; None for one that has a meaning of its own."""
        was, self._last_key = self._last_key, key
        if key == keypad.AGAIN and was == key:
            self._last_key = ""
            return Elsewhere(Way.BACK)
        ways = {keypad.PERSON: Way.PERSON, keypad.MENU: Way.MENU}
        if key == keypad.LANGUAGE and (other := self.other_language()) is not None:
            return Elsewhere(Way.LANGUAGE, language=other)
        return Elsewhere(ways[key]) if key in ways else None

    def heard_something(self) -> None:
        """The caller did something else than pressing the same key again."""
        self._last_key = ""

    def count_deaf(self) -> int:
        """One more time nothing was there to hear; how often since something was."""
        self._deaf += 1
        self.hears = self._deaf < _BY_KEYS_ALONE
        return self._deaf

    def count_heard(self) -> None:
        """Something hears again."""
        self._deaf, self.hears = 0, True

    def change(self, command: Command) -> Sentence:
        """Speak otherwise from now on; what is said about it."""
        changed = otherwise(self.voice, command)
        if changed is None:
            return self.prompt(f"turn.{EXTREMES[command]}")
        self.voice = changed
        return self.prompt(f"turn.{command}")

    def _key_of(self, choice: SpokenChoice) -> Sentence:
        digit = self.prompt(f"keys.digit_{choice.digit}").text
        return self.prompt("keys.choice", what=choice.phrase, digit=digit)


_LANGUAGES = {Command.GERMAN: Language.DE, Command.ENGLISH: Language.EN}


class _Attempt:
    """One question until something fitting comes back."""

    def __init__(self, asking: Asking, question: Question) -> None:
        self._asking = asking
        self._question = question
        self._told = question.sentences
        self._missed = 0
        self._silences = 0
        self._repeats = 0

    def run(self) -> Flow[Said | Keyed | Silent]:
        protected = self._question.protected
        if not self._asking.hears:
            self._told = (*self._told, *self._question.by_keys)
        got: Reaction | None = None
        while True:
            if got is None:
                got = yield self._ask(self._told, protected)
            protected = 0
            reply = self._taken(got)
            if isinstance(reply, Said | Keyed | Silent):
                return reply
            got = (yield from self._wait()) if reply is Command.WAIT else None

    def _ask(self, sentences: tuple[Sentence, ...], protected: int = 0, patience_s: float | None = None) -> Ask:
        question = self._question
        likely = (*question.vocabulary, *self._asking.words.likely) if question.vocabulary else ()
        patience_s = patience_s or question.patience_s
        return Ask(sentences, self._asking.voice, question.expected, likely, patience_s, protected)

    def _taken(self, got: Reaction) -> Said | Keyed | Silent | Command | None:
        """What was wanted; a wait; None where it is to be asked again."""
        match got:
            case Said():
                self._asking.count_heard()
                return self._said(got)
            case Keyed():
                return self._keyed(got)
            case Silent() if self._question.ends_by_silence:
                return got
            case Silent():
                self._silent()
            case Unheard():
                self._miss("repair.too_long" if got.is_long else "repair.not_heard")
            case Deaf():
                self._deaf()
            case Mute():
                raise Elsewhere(Way.TROUBLE)
            case MustEnd():
                raise Elsewhere(Way.END, reason=got.reason)
        return None

    def _said(self, said: Said) -> Said | Command | None:
        asking = self._asking
        asking.heard_something()
        if said.confidence < asking.options.confidence.doubtful:
            self._miss("repair.not_heard")
            return None
        command = asking.command(said)
        if command is None or command is Command.GO_ON or not self._is_spoken(command):
            return said
        if command in _WAYS:
            raise Elsewhere(_WAYS[command], is_sure=said.confidence >= asking.options.confidence.likely)
        return self._done(command)

    def _is_spoken(self, command: Command) -> bool:
        """Whether it wishes for no other language than can be had here."""
        return command not in _LANGUAGES or _LANGUAGES[command] in self._asking.options.languages

    def _done(self, command: Command) -> Command | None:
        asking, question = self._asking, self._question
        if command is Command.WAIT:
            return command
        if command in _LANGUAGES:
            raise Elsewhere(Way.LANGUAGE, language=_LANGUAGES[command])
        if command is Command.HELP:
            self._told = (asking.prompt("turn.help"), *question.shorter)
        elif command is Command.REPEAT:
            self._repeat()
        else:
            self._told = (asking.change(command), *question.sentences)
        return None

    def _repeat(self) -> None:
        """The same again, from the second time on slower."""
        self._repeats += 1
        lead: tuple[Sentence, ...] = (self._asking.prompt("turn.again"),)
        if self._repeats == 2 and otherwise(self._asking.voice, Command.SLOWER) is not None:
            lead = (self._asking.change(Command.SLOWER),)
        self._told = (*lead, *self._question.sentences)

    def _keyed(self, keyed: Keyed) -> Keyed | None:
        if keyed.key in self._question.keys:
            self._asking.heard_something()
            return keyed
        if (jump := self._asking.jump(keyed.key)) is not None:
            raise jump
        if keyed.key == keypad.AGAIN:
            self._told = self._question.sentences
        else:
            self._told = (self._asking.prompt("keys.wrong"), *(self._question.by_keys or self._question.shorter))
        return None

    def _miss(self, key: str) -> None:
        asking, question = self._asking, self._question
        self._missed += 1
        if self._missed >= _MOST_MISSED or question.is_last:
            raise Elsewhere(Way.NOT_UNDERSTOOD)
        if self._missed == _MOST_MISSED - 1 and not question.by_keys:
            raise Elsewhere(Way.BY_KEYS if question.expected is Expected.QUESTION else Way.NOT_UNDERSTOOD)
        if self._missed == 1:
            self._told = (asking.prompt(key), *question.again)
        elif self._missed == 2 and question.expected is Expected.QUESTION:
            self._told = (asking.prompt("repair.not_heard_shorter"),)
        elif self._missed == 2:
            self._told = (asking.prompt("repair.not_heard"), *question.shorter)
        else:
            self._told = (asking.prompt("repair.not_heard_keys"), *question.by_keys)

    def _silent(self) -> None:
        asking, question = self._asking, self._question
        self._silences += 1
        if self._silences >= _MOST_SILENCES:
            raise Elsewhere(Way.NO_ONE)
        if self._silences == 1:
            self._told = (asking.prompt("repair.silence"), *question.shorter)
        else:
            self._told = (asking.prompt("repair.silence_keys"), *question.by_keys)

    def _deaf(self) -> None:
        """The recogniser is down: once more, then by keys alone, and who only speaks goes away."""
        times = self._asking.count_deaf()
        if times >= _MOST_DEAF:
            raise Elsewhere(Way.TROUBLE)
        if times < _BY_KEYS_ALONE:
            self._told = (self._asking.prompt("trouble.again"),)
        elif self._question.keys:
            self._told = (self._asking.prompt("trouble.keys_only"), *self._question.by_keys)
        else:
            raise Elsewhere(Way.BY_KEYS)

    def _wait(self) -> Flow[Reaction | None]:
        """Wait silently, say now and then that somebody is there; what ends it, None to ask the question again."""
        asking = self._asking
        told = (asking.prompt("turn.waiting"),)
        for _ in range(asking.options.hold_times):
            got: Reaction = yield self._ask(told, patience_s=asking.options.hold_s)
            while isinstance(got, Unheard):
                got = yield self._ask((), patience_s=asking.options.hold_s)
            if not isinstance(got, Silent):
                is_back = isinstance(got, Said) and self._is_back(got)
                self._told = self._question.sentences
                return None if is_back else got
            told = (asking.prompt("turn.still_there"),)
        self._told = (asking.prompt("turn.waited_long"), *self._question.shorter)
        return None

    def _is_back(self, said: Said) -> bool:
        asking = self._asking
        return asking.command(said) is Command.GO_ON or asking.words.yes_or_no(said.text) is True
