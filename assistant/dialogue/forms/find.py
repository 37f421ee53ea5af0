"""Finding what is meant in a form: the form itself by its name, a term by its word, a field by number or name."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rapidfuzz import fuzz, utils
from rapidfuzz.distance import Prefix

from assistant.model import FieldGroup, Form, FormElement, FormText, Language, Register, Term
from assistant.ports import FormLibrary

_ALIKE = 90
_FIELD_ALIKE = 88
_LEAST_LETTERS = 4
_ENDINGS = 2
_TELLING_LETTERS = 5
_MOST_WORDS = 5
_MOST_CHECKED = 30
_LONG_WORD = 9
_LEADING = re.compile(r"^(?:[وف]?(?:بال|كال|ال|لل))(?=\w{3})")  # Arabic: and, in, as, for, the


def find_form(text: str, library: FormLibrary, language: Language, likely: Iterable[str] = ()) -> Form | None:
    """The form whose name stands in the text; None where none does, or several do equally well.

    Of several, one of the ``likely`` ones (by id) is meant, else the one whose name says most.
    """
    plain = _stems(text)
    named = {form.id: score for form in library.forms() if (score := _best(plain, _names(form, language))) >= _ALIKE}
    if not named:
        return None
    if meant := [form_id for form_id in likely if form_id in named]:
        return library.form(meant[0])
    tied = [form_id for form_id, score in named.items() if score == max(named.values())]
    return library.form(tied[0]) if len(tied) == 1 else _longest(plain, tied, library, language)


def find_term(word: str, forms: Iterable[Form], language: Language, register: Register) -> tuple[Form, Term] | None:
    """The term of that word; asked for in German or in the reader's language, forms in the order given.

    The word it is filed under counts more than another spelling, and that more than one that only resembles it.
    """
    known = tuple(forms)
    for is_it in (_is_filed_under, _is_spelt, _resembles):
        for form in known:
            told = form.text(language, register)
            for text in dict.fromkeys((told, form.text(language), form.text(Language.DE))):
                for term in text.terms:
                    if is_it(word, term):
                        return form, _told(told, term)
    return None


def find_elements(word: str, form: Form, language: Language, register: Register) -> tuple[FormElement, ...]:
    """The fields and groups of that number, else of that name, else in whose names the word stands; fields first."""
    number = word.casefold().rstrip(".")
    numbered = [one for one in form.walk() if one.number is not None and one.number.casefold().rstrip(".") == number]
    if numbered:
        return tuple(numbered)
    labels = _labels(form, language, register)
    named = [one for one in form.walk() if any(_is_same(word, label) for label in labels[one.path])]
    named = named or [one for one in form.walk() if any(_holds(label, word) for label in labels[one.path])]
    return tuple(sorted(named, key=_is_group))


def find_named(text: str, form: Form, language: Language, register: Register) -> tuple[FormElement, ...]:
    """The fields and groups a sentence names: by the longest run of its words that is a name, else by a word of one.

    Of single words the one counts that fewest names share: "Hausnummer" says more than "Straße".
    """
    runs = _runs(text)
    labels = _labels(form, language, register)
    for run in runs:
        if named := [one for one in form.walk() if any(_is_same(run, label) for label in labels[one.path])]:
            return tuple(sorted(named, key=_is_group))
    shared: list[list[FormElement]] = [
        [one for one in form.walk() if any(_holds(label, word) for label in labels[one.path])]
        for word in runs
        if " " not in word and len(word) >= _TELLING_LETTERS
    ]
    rarest = min((found for found in shared if found), key=len, default=[])
    return tuple(sorted(rarest, key=_is_group))


def find_named_term(
    text: str, forms: Iterable[Form], language: Language, register: Register
) -> tuple[Form, Term] | None:
    """The term whose word stands in a sentence; of several the one with the longest."""
    known = tuple(forms)
    runs = [run for run in _runs(text) if len(run) >= _LEAST_LETTERS]
    return next((found for run in runs if (found := find_term(run, known, language, register)) is not None), None)


def without_german_names(text: str, form: Form) -> str:
    """A text without the long German words of a form, which people of all languages say in their own sentences."""
    german = form.text(Language.DE)
    names = [told.label for told in german.elements.values()] + [word for term in german.terms for word in term.words]
    known = {_stems(word) for name in names for word in name.split() if len(word) >= _LONG_WORD}
    return " ".join(word for word in text.split() if _stems(word) not in known)


def _runs(text: str) -> list[str]:
    """The words that follow one another in a text, the most of them first."""
    words = utils.default_process(text).split()[:_MOST_CHECKED]
    return [
        " ".join(words[start : start + length])
        for length in range(min(_MOST_WORDS, len(words)), 0, -1)
        for start in range(len(words) - length + 1)
    ]


def _labels(form: Form, language: Language, register: Register) -> dict[str, list[str]]:
    """The names of every field and group by its path, as the reader is told them and in German."""
    versions = (form.text(language, register), form.text(Language.DE))
    return {
        element.path: [told.label for text in versions if (told := text.elements.get(element.path)) is not None]
        for element in form.walk()
    }


def _is_group(element: FormElement) -> bool:
    return isinstance(element, FieldGroup)


def _holds(label: str, word: str) -> bool:
    """Whether a word stands in a name ("Hausnummer" in "Straße und Hausnummer")."""
    wanted, names = _stems(word).split(), _stems(label).split()
    return bool(wanted) and all(any(_is_form_of(one, name) for name in names) for one in wanted)


def _is_form_of(word: str, name: str) -> bool:
    """Whether two words differ in their endings alone ("номере", "номер")."""
    if word == name:
        return True
    shared = Prefix.similarity(word, name)
    return shared >= _LEAST_LETTERS and max(len(word), len(name)) - shared <= _ENDINGS


def _told(told: FormText, found: Term) -> Term:
    """The same term as the reader is told it: versions of a term share a word, the German one."""
    return next((term for term in told.terms if set(term.words) & set(found.words)), found)


def _is_filed_under(word: str, term: Term) -> bool:
    return _stems(word) == _stems(term.words[0])


def _is_spelt(word: str, term: Term) -> bool:
    return any(_stems(word) == _stems(spelling) for spelling in term.words)


def _resembles(word: str, term: Term) -> bool:
    return any(_is_same(word, spelling) for spelling in term.words)


def _names(form: Form, language: Language) -> Iterator[str]:
    for text in form.texts:
        if text.language in {language, Language.DE}:
            yield text.title
            yield from text.names


def _best(plain: str, names: Iterable[str]) -> float:
    return max((_score(plain, _stems(name)) for name in names), default=0.0)


def _score(plain: str, name: str) -> float:
    """How well a name stands in a text: as whole words, or within a compound ("Wohngeldantragsformular")."""
    if len(name) < _LEAST_LETTERS:
        return 0.0
    return fuzz.partial_ratio(name, plain, score_cutoff=_ALIKE) if len(name) <= len(plain) else fuzz.ratio(name, plain)


def _longest(plain: str, form_ids: list[str], library: FormLibrary, language: Language) -> Form | None:
    """Of forms that are named equally well, the one with the longest name in the text: it says most."""
    lengths = {
        form_id: max(
            (len(_stems(name)) for name in _names(form, language) if _score(plain, _stems(name)) >= _ALIKE), default=0
        )
        for form_id in form_ids
        if (form := library.form(form_id)) is not None
    }
    longest = [form_id for form_id, length in lengths.items() if length == max(lengths.values())]
    return library.form(longest[0]) if len(longest) == 1 else None


def _is_same(word: str, spelling: str) -> bool:
    """Whether two words are the same, endings and small slips aside."""
    one, other = _stems(word), _stems(spelling)
    return bool(one) and (one == other or (len(one) >= _LEAST_LETTERS and fuzz.ratio(one, other) >= _FIELD_ALIKE))


@lru_cache(maxsize=8_192)
def _stems(text: str) -> str:
    words = [_LEADING.sub("", word) for word in utils.default_process(text).split()]
    return " ".join(word[: max(_LEAST_LETTERS, len(word) - _ENDINGS)] if len(word) > 5 else word for word in words)
