"""Whether lexicon files keep the rules: those of the schema, and those that no schema can tell."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema

from assistant.model import Language
from knowledge.text import fold

_SCHEMA = "entry.schema.json"
_SINGLE, _SEVERAL = ("title", "summary"), ("terms", "questions")
_QUOTED = 60

_ARABIC, _CYRILLIC = "\u0600-\u06ff", "\u0400-\u04ff"
_SCRIPT = {Language.AR: _ARABIC, Language.FA: _ARABIC, Language.RU: _CYRILLIC, Language.UK: _CYRILLIC}
# Letters that only the neighbour's alphabet has: a text in the wrong one of two languages shows by them.
_NEIGHBOURS = {Language.RU: "іїєґІЇЄҐ", Language.UK: "ыэёъЫЭЁЪ"}
_NAMES = {_ARABIC: "Arabic", _CYRILLIC: "Cyrillic"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a file; ``line`` is 0 where the whole file is meant, ``key`` the entry's where it has one."""

    file: str
    line: int
    key: str | None
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {f'{self.key}: ' if self.key else ''}{self.reason}"


@dataclass(frozen=True, slots=True)
class LexiconCheck:
    """All problems of the files checked, in their order, and how much they hold by language."""

    problems: tuple[Problem, ...]
    total: int
    entries: Mapping[Language, int] = field(hash=False)
    terms: Mapping[Language, int] = field(hash=False)
    questions: Mapping[Language, int] = field(hash=False)


@dataclass(frozen=True, slots=True)
class _Line:
    file: str
    number: int
    record: Any = None
    broken: str = ""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.number}"

    @property
    def key(self) -> str | None:
        key = self.record.get("key") if isinstance(self.record, dict) else None
        return key if isinstance(key, str) else None

    def texts(self, *parts: str) -> Iterator[tuple[str, Language, str]]:
        """Part, language and text of all that is where it belongs; what is not, the schema complains of."""
        for part in parts:
            by_language = self.record.get(part) if isinstance(self.record, dict) else None
            for code, found in by_language.items() if isinstance(by_language, dict) else ():
                if code in set(Language):
                    texts = found if isinstance(found, list) else [found]
                    yield from ((part, Language(code), text) for text in texts if isinstance(text, str))


def check_lexicon(paths: Sequence[Path]) -> LexiconCheck:
    """Check files as one lexicon: a key or a question may stand in one of them only."""
    lines = [line for path in paths for line in _lines(path)]
    validator = jsonschema.Draft202012Validator(
        json.loads(files(__package__).joinpath(_SCHEMA).read_text(encoding="utf-8"))
    )
    twice = _Twice()
    problems = [
        Problem(line.file, line.number, line.key, reason)
        for line in lines
        for reason in ([line.broken] if line.broken else _reasons(line, validator, twice))
    ]
    return LexiconCheck(
        tuple(problems),
        sum(not line.broken for line in lines),
        _counted(lines, "title"),
        _counted(lines, "terms"),
        _counted(lines, "questions"),
    )


def _lines(path: Path) -> Iterator[_Line]:
    try:
        texts = path.read_bytes().split(b"\n")
    except OSError as error:
        yield _Line(str(path), 0, broken=f"cannot be read ({error.strerror})")
        return
    for number, text in enumerate(texts, start=1):
        if text.strip():
            try:
                yield _Line(str(path), number, json.loads(text.decode("utf-8")))
            except UnicodeDecodeError:
                yield _Line(str(path), number, broken="not written in UTF-8")
            except json.JSONDecodeError as error:
                yield _Line(str(path), number, broken=f"not JSON ({error.msg}, column {error.colno})")


def _counted(lines: Iterable[_Line], part: str) -> Mapping[Language, int]:
    counts = Counter(language for line in lines for _, language, _ in line.texts(part))
    return {language: counts[language] for language in Language}


def _reasons(line: _Line, validator: jsonschema.Draft202012Validator, twice: "_Twice") -> Iterator[str]:
    for error in validator.iter_errors(line.record):
        yield _in_words(error)
    for part, language, text in line.texts(*_SINGLE, *_SEVERAL):
        if wrong := _wrong_script(part, language, text):
            yield f"{part}.{language}: {wrong}: {_quoted(text)}"
    yield from twice.reasons(line)


def _in_words(error: jsonschema.ValidationError) -> str:
    """One rule of the schema that is broken; the library's own words would repeat whole lists."""
    place = ".".join(step for step in error.absolute_path if isinstance(step, str))
    value: Any = error.validator_value
    instance: Any = error.instance
    reason = {
        "required": lambda: f"lacks {error.message.split(' ', 1)[0]}",
        "minItems": lambda: f"{len(instance)} texts, at least {value} are wanted",
        "maxLength": lambda: f"longer than {value} letters: {_quoted(instance)}",
        "pattern": lambda: f"not of the form {value}: {_quoted(instance)}",
        "uniqueItems": lambda: f"twice: {', '.join(_quoted(text) for text in _repeated(instance))}",
    }.get(str(error.validator), lambda: error.message[:200])()
    return f"{place}: {reason}" if place else reason


def _repeated(texts: Sequence[Any]) -> list[Any]:
    return [text for place, text in enumerate(texts) if text in texts[:place]]


def _wrong_script(part: str, language: Language, text: str) -> str:
    """What is wrong with the letters of a text; loanwords among the terms may keep their Latin letters."""
    own = _SCRIPT.get(language)
    for script, name in _NAMES.items():
        if script != own and re.search(f"[{script}]", text):
            return f"{name} letters"
    if own and part != "terms" and not re.search(f"[{own}]", text):
        return f"no {_NAMES[own]} letters"
    foreign = set(text) & set(_NEIGHBOURS.get(language, ""))
    return f"letters of another language ({''.join(sorted(foreign))})" if foreign else ""


def _quoted(text: Any) -> str:
    told = str(text)
    return f'"{told[:_QUOTED]}…"' if len(told) > _QUOTED else f'"{told}"'


class _Twice:
    """Remembers what stood where."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._questions: dict[str, _Line] = {}

    def reasons(self, line: _Line) -> Iterator[str]:
        """Keys and questions that stood before, however they are written."""
        if line.key is not None and (first := self._keys.setdefault(line.key, line.place)) != line.place:
            yield f"the key stands in {first} too"
        own: dict[tuple[Language, str], str] = {}
        for _, language, text in line.texts("questions"):
            folded = fold(text)
            before = self._questions.setdefault(folded, line)
            if before is not line:
                yield f"questions.{language}: stands in {before.key} ({before.place}) too: {_quoted(text)}"
            # The schema tells of texts that are the same letter by letter.
            elif own.setdefault((language, folded), text) != text:
                yield f"questions.{language}: twice: {_quoted(text)}"
