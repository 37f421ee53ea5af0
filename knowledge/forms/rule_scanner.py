"""The words, references and values in a rule, one after the other.

A rule names an element by its id and mostly quotes its name too; names and the labels of options are known from the
schema, so they are skipped however (and whether) they are quoted.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

from assistant.own_yaml import read_yaml

_ID = r"[FG]\d+(?:[Vv]\d+(?:\.\d+)*)?(?!\w)"
REFERENCE: Final = re.compile(rf"{_ID}(?:[./]{_ID})*")
_VERSION = re.compile(r"[Vv].*")
_NAME_BEFORE_ID = re.compile(rf"""(?:"[^"\n]*"|'[^'\n]*') ?(?=[(\[]{_ID})""")
_LIES_IN = re.compile(r"(?:in|aus|von|innerhalb)(?= )", re.IGNORECASE)
_CODE = re.compile(r"[\w-]+(?:[.,]\d+)*")
_BLANKS = re.compile(" *")
_QUOTES = "\"'"
_ONE_QUOTE = str.maketrans("„“”«»‟‚‘’`´", '""""""\'\'\'\'\'')
_SPACE = re.compile(r"\s+")
_CLOSED_WORD = r"(?:(?<=\w)(?![\w-])|(?<=\W))"


class Unreadable(Exception):  # noqa: N818 - not an error: a sentence that says something else
    """A sentence is no rule that is understood here."""


@cache
def words() -> Mapping[str, Any]:
    """The data of ``rule_words.yaml``."""
    data: dict[str, Any] = read_yaml((files("knowledge.forms") / "rule_words.yaml").read_text("utf-8"))
    return data


@cache
def pattern(expression: str) -> re.Pattern[str]:
    """One of the expressions of ``rule_words.yaml``, as whole words."""
    joined = re.sub(r"\|\s+", "|", expression.strip())
    return re.compile(f"(?:{joined}){_CLOSED_WORD}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """An element by its id, after the ids of what it lies in where they are told.

    ``is_guessed``: what was quoted after it is none of its names; mostly an old one, but it may be a value.
    """

    ids: tuple[str, ...]
    is_guessed: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Value:
    """What a field is compared with: the code of one of its options, a yes or no, or else the word as it stands."""

    code: str | None = None
    truth: bool | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the schema calls its elements and options, by id of the element."""

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def references_in(text: str) -> tuple[Reference, ...]:
    """The elements that a text names."""
    return tuple(Reference(_ids(found)) for found in REFERENCE.findall(text))


def plain(text: str) -> str:
    """``text`` with one kind of double and one of single quotes, each as long as before."""
    return text.translate(_ONE_QUOTE)


def like(text: str) -> str:
    """What two labels have in common that are meant to be the same."""
    return _SPACE.sub(" ", plain(text)).strip(" .:").casefold()


class Scanner:
    """Goes through ``text``; what it takes is behind it, what it does not find leaves it where it is."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = plain(text)
        self.at = 0
        self._vocabulary = vocabulary

    def take(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        """The expression, if it comes next."""
        found = expression.match(self.text, self._next())
        if found:
            self.at = found.end()
        return found

    def take_word(self, key: str) -> bool:
        """One of the words of that key of ``rule_words.yaml``, if it comes next."""
        return self.take(pattern(words()[key])) is not None

    def take_sign(self, signs: str) -> bool:
        """One of these characters, if it comes next."""
        at = self._next()
        if self.text[at : at + 1] and self.text[at] in signs:
            self.at = at + 1
            return True
        return False

    def reference(self) -> Reference | None:
        """An element, if it comes next; with the words before it and its name after it."""
        start = self.at
        self.take_word("before_reference")
        is_named = self.take(_NAME_BEFORE_ID) is not None
        opening = self.text[self._next() : self._next() + 1]
        has_opening = self.take_sign(_QUOTES + ("([" if is_named else "["))
        found = self.take(REFERENCE)
        if not found:
            self.at = start
            return None
        ids = _ids(found[0])
        is_guessed = False
        if not has_opening:
            is_guessed = self._skip_name(ids[-1])
        elif opening in _QUOTES:
            self._close_quote(opening, self._vocabulary.names.get(ids[-1], ()))
        elif not self.take_sign("])"):
            raise Unreadable
        return Reference((*self._group_after(ids), *ids), is_guessed)

    def _group_after(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """The group in "F1 in der Gruppe G2"."""
        start = self.at
        if ids[0].startswith("F") and self.take(_LIES_IN):
            group = self.reference()
            if group and group.ids[-1].startswith("G"):
                return group.ids
        self.at = start
        return ()

    def value(self, element: str) -> Value:
        """A value of the element with that id; raises Unreadable where none comes next."""
        options = self._vocabulary.options.get(element, {})
        at = self._next()
        if self.text[at : at + 1] in {*_QUOTES}:
            return self._quoted_value(options)
        for code, label in sorted(options.items(), key=lambda option: -len(option[1])):
            if end := self._after(at, label):
                self.at = end
                return Value(code=code)
        found = self.take(_CODE)
        if not found:
            raise Unreadable
        return self._value(found[0], options)

    def _quoted_value(self, options: Mapping[str, str]) -> Value:
        start = self._next()
        content = self._quoted(options.values())
        try:
            return self._value(content, options)
        except Unreadable:
            self.at = start
            raise

    def _value(self, word: str, options: Mapping[str, str]) -> Value:
        code = _code(word, options)
        if code is not None:
            if like(word) != like(options[code]):
                self._skip_label(code, options)
            return Value(code=code)
        for key, truth in (("yes", True), ("no", False)):
            if pattern(words()[key]).fullmatch(word.strip(" .")):
                return Value(truth=truth, word=word)
        if options:
            raise Unreadable
        return Value(word=word)

    def _skip_label(self, code: str, options: Mapping[str, str]) -> None:
        """The label after a code; another option's label after it means that one of the two is wrong."""
        start = self.at
        is_told = self.take_sign("=:")
        at = self._next()
        if self.text[at : at + 1] in {*_QUOTES}:
            told = self._quoted((options[code], *options.values()))
            if like(told) != like(options[code]) and like(told) in map(like, options.values()):
                raise Unreadable
        elif end := self._after(at, options[code]):
            self.at = end
        elif is_told:
            self.at = start
        else:
            self._skip_in_parentheses((options[code],))

    def _skip_name(self, element: str) -> bool:
        """The name after an id; whether it is none that the element has. A value in quotes is left where it is."""
        names = self._vocabulary.names.get(element, ())
        at = self.at
        if self.text[self._next() : self._next() + 1] in {*_QUOTES}:
            told = self._quoted(names)
            if like(told) in map(like, names):
                return False
            if self._is_value(told, element):
                self.at = at
            return True
        for name in names:
            if end := self._after(self._next(), name):
                self.at = end
                return False
        self._skip_in_parentheses(names)
        return False

    def _is_value(self, told: str, element: str) -> bool:
        try:
            value = self._value(told, self._vocabulary.options.get(element, {}))
        except Unreadable:
            return False
        return value.code is not None or value.truth is not None

    def _skip_in_parentheses(self, names: Iterable[str]) -> None:
        at = self._next()
        if self.text[at : at + 1] == "(":
            for name in names:
                end = self._after(at + 1, name)
                if end and self.text[end : end + 1] == ")":
                    self.at = end + 1
                    return

    def _close_quote(self, quote: str, names: Iterable[str]) -> None:
        """The rest of a quotation that began with an id."""
        for name in names:
            if (end := self._after(self._next(), name)) and self.text[end : end + 1] == quote:
                self.at = end + 1
                return
        end = self.text.find(quote, self.at)
        if end < 0 or REFERENCE.search(self.text, self.at, end):
            raise Unreadable
        self.at = end + 1

    def _quoted(self, known: Iterable[str]) -> str:
        """What stands in quotes next. A known text needs no closing quote, and may contain quotes."""
        at = self._next()
        quote = self.text[at]
        ends = [end for text in known if (end := self._after(at + 1, text))]
        closed = next((end for end in ends if self.text[end : end + 1] == quote), None)
        if closed is not None:
            self.at = closed + 1
            return self.text[at + 1 : closed]
        end = self.text.find(quote, at + 1)
        if end > 0 and not REFERENCE.search(self.text, at, end):
            self.at = end + 1
            return self.text[at + 1 : end]
        if ends:
            self.at = max(ends)
            return self.text[at + 1 : self.at]
        raise Unreadable

    def _after(self, at: int, known: str) -> int | None:
        """Where a known text ends that stands at ``at``, with the blanks around it; None where it does not."""
        wanted = _SPACE.sub(" ", plain(known)).strip()
        at = _blanks(self.text, at)
        end = at + len(wanted)
        if not wanted or self.text[at:end].lower() != wanted.lower():
            return None
        if wanted[-1].isalnum() and self.text[end : end + 1].isalnum():
            return None
        closing = _blanks(self.text, end)
        return closing if self.text[closing : closing + 1] in {*_QUOTES, ")"} else end

    def _next(self) -> int:
        return _blanks(self.text, self.at)


def _ids(reference: str) -> tuple[str, ...]:
    return tuple(_VERSION.sub("", one) for one in re.split("[./](?=[FG])", reference))


def _blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _code(word: str, options: Mapping[str, str]) -> str | None:
    """The option meant by a code, by a number without or with other zeros before it, or by a label."""
    if word in options:
        return word
    for same in (_same_label, _same_code, _same_number):
        found = [code for code, label in options.items() if same(word, code, label)]
        if len(found) == 1:
            return found[0]
    return None


def _same_label(word: str, _: str, label: str) -> bool:
    return like(label) == like(word)


def _same_code(word: str, code: str, _: str) -> bool:
    return code.casefold() == word.casefold()


def _same_number(word: str, code: str, _: str) -> bool:
    return code.isdecimal() and word.isdecimal() and code.lstrip("0") == word.lstrip("0")
