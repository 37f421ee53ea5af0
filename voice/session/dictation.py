"""Taking down numbers, codes, dates and names: block by block, read back, corrected, by voice or by keys."""

from collections.abc import Iterable
from datetime import date

from voice.session import keypad
from voice.session.asking import Asking
from voice.session.entry import keyed_on
from voice.session.kinds import Kind
from voice.session.moves import Expected, Flow, Keyed, Said
from voice.session.numbers import NumberWords, in_blocks, numbers_of
from voice.session.question import Question
from voice.session.spelling import Spelling, spelling_of
from voice.session.ways import Elsewhere, Way
from voice.spoken.answer import Sentence

_MOST_TRIES = 4
_STRANGE_AMONG = 3


class Dictation:
    """What is dictated in one talk."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def take(self, kind: Kind, *lead: Sentence, typed: str = "", begun: str = "") -> Flow[str | None]:
        """Something of that kind in its canonical form; None where the caller goes back.

        ``typed``: keys that were pressed already; ``begun``: what was said already. Raises Elsewhere.
        """
        return (yield from _Slate(self._asking, kind).fill(lead, typed, begun))

    def symbols(self, kind: Kind, texts: Iterable[str]) -> str:
        """The symbols of the first text that is one of the kind, else of the first that is clear; empty for none."""
        read = [found for text in texts if (found := self._read(kind, text))]
        return next((one for one in read if kind.read(one) is not None), read[0] if read else "")

    def day(self, said: Said) -> date | None:
        """The date that was said."""
        days = (self._numbers.day(hypothesis.text) for hypothesis in said.heard.hypotheses)
        return next((day for day in days if day is not None), None)

    def number(self, said: Said) -> int | None:
        """The whole number that was said."""
        numbers = (self._numbers.number(hypothesis.text) for hypothesis in said.heard.hypotheses)
        return next((number for number in numbers if number is not None), None)

    def name(self, said: Said) -> str:
        """A name or another free text: put together where it was spelled, else as it was said."""
        spelling = self._spelling
        spelt = (one.text for one in said.heard.hypotheses if spelling.is_spelt(one.text))
        text = next(spelt, None)
        return spelling.symbols(text).symbols.title() if text is not None else said.text

    def said(self, kind: Kind, symbols: str) -> str:
        """Symbols as they are read out."""
        return self.spelled(symbols) if kind.has_letters else self._numbers.said(symbols)

    def spelled(self, symbols: str) -> str:
        """Letters, digits and signs by their names, in blocks."""
        return ". ".join(self._spelling.said(block) for block in in_blocks(symbols, 4))

    @property
    def _numbers(self) -> NumberWords:
        return numbers_of(self._asking.language)

    @property
    def _spelling(self) -> Spelling:
        return spelling_of(self._asking.language)

    def _read(self, kind: Kind, text: str) -> str:
        if kind.has_letters:
            spelt = self._spelling.symbols(text)
            return spelt.symbols.upper() if _is_mostly(len(spelt.symbols), spelt.strange) else ""
        told = self._numbers.digits(text)
        return told.digits if _is_mostly(len(told.digits), told.strange) else ""

    def likely(self, kind: Kind) -> tuple[str, ...]:
        """The words in which it is said."""
        words = self._spelling.likely if kind.has_letters else ()
        return (*words, *self._numbers.likely)


class _Slate:
    """What has been taken down so far."""

    def __init__(self, asking: Asking, kind: Kind) -> None:
        self._asking = asking
        self._dictation = Dictation(asking)
        self._kind = kind
        self._noted = ""
        self._tries = 0

    def fill(self, lead: tuple[Sentence, ...], typed: str, begun: str) -> Flow[str | None]:
        self._noted = begun
        if typed:
            self._noted += yield from self._typed(typed)
        told = self._read_back("dictation.read_back") if self._noted else (*lead, self._prompt(self._kind.ask))
        while True:
            reply = yield from self._asking.listen(self._question(told))
            if isinstance(reply, Keyed):
                done, told = yield from self._keyed(reply.key)
            elif isinstance(reply, Said):
                done, told = self._said(reply)
            else:
                done, told = self._paused()
            if done:
                if self._tries > _MOST_TRIES:
                    raise Elsewhere(Way.NOT_UNDERSTOOD)
                if not self._noted:
                    return None
                if (value := self._kind.read(self._noted)) is not None:
                    return value
                self._noted, self._tries = "", self._tries + 1
                told = (self._prompt(self._kind.wrong),)

    def _question(self, told: tuple[Sentence, ...]) -> Question:
        said = self._asking.words
        return Question(
            told,
            again=(self._prompt("dictation.digits" if not self._kind.has_letters else "dictation.code"),),
            by_keys=(self._prompt("dictation.code_keys" if self._kind.has_letters else "dictation.digits"),),
            keys=f"{keypad.DIGITS}*#",
            expected=Expected.DIGITS,
            vocabulary=(*self._dictation.likely(self._kind), *said.yes, *said.no, *said.delete, *said.done),
            patience_s=self._asking.options.patience_dictated_s if self._noted else None,
            ends_by_silence=bool(self._noted),
        )

    # ── by voice ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _said(self, said: Said) -> tuple[bool, tuple[Sentence, ...]]:
        """Whether it is done, and what is said next."""
        words, texts = self._asking.words, [one.text for one in said.heard.hypotheses]
        if self._noted and (words.yes_or_no(said.text) is True or words.holds(said.text, words.done)):
            return self._finished()
        if words.holds(said.text, words.all_over):
            return self._over()
        if words.holds(said.text, words.delete):
            return self._deleted()
        instead = next((rest for text in texts if (rest := words.corrected(text)) is not None), None)
        if self._noted and instead is not None:
            return self._corrected(instead)
        found = self._dictation.symbols(self._kind, texts)
        if not found:
            return self._missed()
        return self._added(found)

    def _added(self, found: str) -> tuple[bool, tuple[Sentence, ...]]:
        whole = self._kind.read(found)
        if len(self._noted) + len(found) > self._kind.most:
            if whole is None:
                self._noted, self._tries = "", self._tries + 1
                return self._tries > _MOST_TRIES, (self._prompt("dictation.too_long"),)
            self._noted = found  # all of it once more
        else:
            self._noted += found
        if len(self._noted) < self._kind.least:
            return False, (Sentence(f"{self._what}.", self._asking.language), self._prompt("dictation.go_on"))
        return False, self._read_back("dictation.read_back")

    def _corrected(self, instead: str) -> tuple[bool, tuple[Sentence, ...]]:
        """Alone, "nein" begins anew; "nein, drei sieben eins" puts that in the place of the block most like it."""
        if not (found := self._dictation.symbols(self._kind, [instead])):
            return self._over()
        self._tries += 1
        if self._kind.read(found) is not None and len(found) >= self._kind.least:
            self._noted = found
        else:
            self._noted = _replaced(self._noted, found)
        return self._tries > _MOST_TRIES, self._read_back("dictation.corrected")

    def _finished(self) -> tuple[bool, tuple[Sentence, ...]]:
        if len(self._noted) < self._kind.least:
            self._tries += 1
            return self._tries > _MOST_TRIES, (self._prompt("dictation.too_short", what=self._what),)
        return True, ()

    def _over(self) -> tuple[bool, tuple[Sentence, ...]]:
        self._noted, self._tries = "", self._tries + 1
        return self._tries > _MOST_TRIES, (self._prompt("dictation.once_more"),)

    def _deleted(self) -> tuple[bool, tuple[Sentence, ...]]:
        size = 4 if self._kind.has_letters else 3
        self._noted = "".join(in_blocks(self._noted, size)[:-1])
        if not self._noted:
            return False, (self._prompt("dictation.nothing"),)
        return False, self._read_back("dictation.corrected")

    def _missed(self) -> tuple[bool, tuple[Sentence, ...]]:
        self._tries += 1
        again = self._read_back("dictation.read_back") if self._noted else (self._prompt(self._kind.ask),)
        return self._tries > _MOST_TRIES, (self._prompt("repair.not_heard"), *again)

    def _paused(self) -> tuple[bool, tuple[Sentence, ...]]:
        """Nothing more came: it is read back, or asked for what is missing."""
        self._tries += 1
        if len(self._noted) < self._kind.least:
            told: tuple[Sentence, ...] = (self._prompt("dictation.too_short", what=self._what),)
        else:
            told = self._read_back("dictation.read_back")
        return self._tries > _MOST_TRIES, told

    # ── by keys ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _keyed(self, key: str) -> Flow[tuple[bool, tuple[Sentence, ...]]]:
        """While something is read back, 1 and # are a yes and 2 is a no; before, keys are the entry itself."""
        if self._noted and key in {keypad.YES, keypad.MENU}:
            return self._finished()
        if self._noted and key == keypad.NO:
            return self._over()
        if key == keypad.AGAIN:
            return self._deleted() if self._noted else (True, ())
        if key == keypad.MENU:
            raise Elsewhere(Way.MENU)
        found = yield from self._typed(key)
        if not found:
            return False, (self._prompt("dictation.nothing"),)
        return self._added(found)

    def _typed(self, first: str) -> Flow[str]:
        """All keys up to # or a pause, as symbols."""
        most = self._kind.most * (2 if self._kind.has_letters else 1)
        return self._symbols((yield from keyed_on(self._asking, first, keys=keypad.DIGITS, most=most)))

    def _symbols(self, keys: str) -> str:
        """Digits are what they are; of two keys each where there are letters, but for a code of digits alone."""
        if not self._kind.has_letters or self._kind.read(keys) is not None:
            return keys
        return keypad.symbols_of(keys)

    def _read_back(self, key: str) -> tuple[Sentence, ...]:
        return (self._prompt(key, what=self._what),)

    @property
    def _what(self) -> str:
        return self._dictation.said(self._kind, self._noted)

    def _prompt(self, key: str, **values: str) -> Sentence:
        return self._asking.prompt(key, **values)


def _replaced(noted: str, block: str) -> str:
    """What was noted with a block in the place of the one as long that is most like it, the last of several."""
    places = range(len(noted) - len(block) + 1)
    aligned = [at for at in places if at % len(block) == len(noted) % len(block)] or list(places)
    if not aligned:
        return block

    def likeness(at: int) -> tuple[int, int]:
        return sum(old == new for old, new in zip(noted[at:], block, strict=False)), at

    at = max(aligned, key=likeness)
    return noted[:at] + block + noted[at + len(block) :]


def _is_mostly(found: int, strange: int) -> bool:
    """Whether enough of what was said was understood to read it back."""
    return found > 0 and strange * _STRANGE_AMONG <= found
