"""Options, yes and no, out of what people say: by their names, within sentences, and never against a "not"."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from assistant.forms import spoken
from assistant.forms.numbers import in_figures
from assistant.model import NO, YES

Names = Mapping[str, Collection[str]]
"""How each code may be called."""

_Words = tuple[str, ...]

_ALIKE, _LEAST_ALIKE = 85, 5
_LEAST_STEM, _ENDING = 4, 3
_TELLING, _COMPOUND = 5, 10
_SPELLED = 2
_JOINS = spoken.among("joins") | spoken.among("or")


@dataclass(frozen=True, slots=True)
class _Mention:
    """Where in a clause an option is named."""

    code: str
    begin: int
    end: int

    def is_within(self, other: "_Mention") -> bool:
        """Whether it is but a part of another mention ("married" in "not married")."""
        return other.begin <= self.begin and self.end <= other.end and other.end - other.begin > self.end - self.begin


def read_option(said: str, names: Names) -> str | None:
    """The only code that is named; None where none is, several are, it is denied, or it is not certain.

    A whole name counts first, then names within a sentence, then parts of a name.
    """
    spelled = {code: [spoken.tokens(name) for name in its_names] for code, its_names in names.items()}
    code = _option(said, spelled)
    if code is None and _count(spelled) and (figures := in_figures(said)) != said:
        return _option(figures, spelled)  # "zwei Jahre" of "2 Jahre"
    return code


def _option(said: str, spelled: Mapping[str, Collection[_Words]]) -> str | None:
    words = spoken.tokens(said)
    exact = [code for code, spellings in spelled.items() if words in spellings]
    if exact or not words:
        return exact[0] if len(exact) == 1 else None
    if _is_open(said, spelled):
        return None
    named, denied = _mentioned(said, spelled)
    if named or denied:
        return named.pop() if len(named) == 1 and not named & denied else None
    return _part_of(words, spelled) or _hinted(words, spelled)


def read_yes_no(said: str, yes: Collection[str], no: Collection[str], names: Names) -> str | None:
    """Yes or no: the whole answer, how it begins, what only a "no" can be meant by, or one of ``names``; else None."""
    words = spoken.tokens(said)
    whole = {
        YES: {*map(spoken.tokens, yes)} | spoken.phrases("whole", "yes"),
        NO: {*map(spoken.tokens, no)} | spoken.phrases("whole", "no"),
    }
    exact = [code for code, spellings in whole.items() if words in spellings]
    if exact:
        return exact[0] if len(exact) == 1 else _of(words, yes, no)
    told = read_option(said, names) if names else None
    opened = _opening(said, {YES: {*map(spoken.tokens, yes)}, NO: {*map(spoken.tokens, no)}}, whole)
    if opened:
        codes = opened | ({told} if told else set())
        return codes.pop() if len(codes) == 1 else None
    if told:
        return told
    return NO if _is_denied(said) else _slip(words, whole)


def _of(words: _Words, yes: Collection[str], no: Collection[str]) -> str | None:
    """Which of the reader's own words it is, where other languages say the contrary with it."""
    own = [code for code, spellings in ((YES, yes), (NO, no)) if words in map(spoken.tokens, spellings)]
    return own[0] if len(own) == 1 else None


def _opening(said: str, own: Mapping[str, set[_Words]], whole: Mapping[str, Collection[_Words]]) -> set[str]:
    """What an answer begins with: a clause that says yes or no, or a word for it and then more; both are possible."""
    found: set[str] = set()
    clauses = spoken.clauses(said)
    for index, words in enumerate(clauses):
        clause = words
        code = next((code for code, spellings in whole.items() if clause in spellings), None)
        if code is None and index == 0:
            found, rest = _begun(clause, own, whole)
            if spoken.is_negated(clause[: len(clause) - len(rest)]) and set(rest) & spoken.among("unsure"):
                return set()  # "nie wiem"
            clause = rest
        elif code is not None:
            found.add(code)
        if found == {YES} and spoken.is_negated(clause) and code is None:
            found.add(NO)  # "yes, we don't"
    return found or _closing(clauses[-1] if clauses else (), own)


def _closing(clause: _Words, own: Mapping[str, set[_Words]]) -> set[str]:
    """The answer that stands at the very end ("also nein"), where nothing before it denies or doubts."""
    before = clause[:-1]
    if spoken.is_negated(before) or set(before) & (spoken.among("unsure") | spoken.among("asks")):
        return set()
    ends = ((YES, "yes"), (NO, "no"))
    return {code for code, key in ends if clause[-1:] in own[code] and clause[-1] in spoken.within("opening", key)}


def _begun(
    clause: _Words, own: Mapping[str, set[_Words]], whole: Mapping[str, Collection[_Words]]
) -> tuple[set[str], _Words]:
    """The answers at the beginning of a clause, one after the other, and what follows them."""
    openers = {
        words: code
        for code, key in ((YES, "yes"), (NO, "no"))
        for words in (*own[code], *(whole[NO] if code == NO else ()))  # "hab ich" may go on with "nicht"
        if len(words) > 1 or (words in own[code] and words[0] in spoken.within("opening", key))
    }
    found: set[str] = set()
    while clause:
        begin = next((clause[:n] for n in range(min(4, len(clause)), 0, -1) if clause[:n] in openers), None)
        if begin is None:
            break
        found.add(openers[begin])
        clause = clause[len(begin) :]
    return found, clause


def _is_denied(said: str) -> bool:
    """Whether every clause says that something is not so, and nothing is excepted or left open."""
    clauses = spoken.clauses(said)
    words = set(spoken.tokens(said))
    doubtful = spoken.among("unsure") | spoken.among("only") | spoken.among("asks") | spoken.among("past")
    return bool(clauses) and not words & doubtful and all(map(spoken.is_negated, clauses))


def _slip(words: _Words, whole: Mapping[str, Collection[_Words]]) -> str | None:
    """The answer that is written a little wrongly."""
    if len(words) > _SPELLED:
        return None
    found = {
        code
        for code, spellings in whole.items()
        for spelling in spellings
        if len(spelling) == len(words) and all(map(_is_alike, words, spelling))
    }
    return found.pop() if len(found) == 1 else None


def _count(spelled: Mapping[str, Collection[_Words]]) -> bool:
    """Whether the options tell numbers in figures."""
    return any(word.isdigit() for spellings in spelled.values() for words in spellings for word in words)


def _is_open(said: str, spelled: Mapping[str, Collection[_Words]]) -> bool:
    """Whether it is asked, doubted, or told of the past; words of the names aside."""
    ours = {word for spellings in spelled.values() for spelling in spellings for word in spelling}
    doubtful = spoken.among("asks") | spoken.among("unsure") | spoken.among("past")
    return bool((set(spoken.tokens(said)) - ours) & doubtful)


def _mentioned(said: str, spelled: Mapping[str, Collection[_Words]]) -> tuple[set[str], set[str]]:
    """The codes that are named, and those that are named and denied."""
    named: set[str] = set()
    denied: set[str] = set()
    for clause in spoken.clauses(said):
        mentions = [one for code, spellings in spelled.items() for one in _found(code, spellings, clause)]
        mentions = [one for one in mentions if not any(one.is_within(other) for other in mentions)]
        inside = {at for one in mentions for at in range(one.begin, one.end)}
        rest = [word for at, word in enumerate(clause) if at not in inside]
        if any(_is_joined(one, mentions, clause) for one in mentions):
            return set(), {one.code for one in mentions}  # "German and Turkish"
        is_denied = spoken.is_negated(rest)
        (denied if is_denied else named).update(one.code for one in mentions)
    return named, denied


def _found(code: str, spellings: Collection[_Words], clause: _Words) -> Iterator[_Mention]:
    for spelling in filter(_is_telling, spellings):
        for begin in range(len(clause) - len(spelling) + 1):
            end = begin + len(spelling)
            if all(map(_is_alike, clause[begin:end], spelling)):
                yield _Mention(code, begin, end)


def _is_telling(spelling: _Words) -> bool:
    """Whether a name tells something within a sentence, where small words stand for anything."""
    return sum(map(len, spelling)) >= _LEAST_STEM


def _is_joined(mention: _Mention, mentions: Collection[_Mention], clause: _Words) -> bool:
    """Whether an "and" or "or" beside it joins it with what is no option, or another."""
    own = {at for one in mentions if one.code == mention.code for at in range(one.begin, one.end)}
    for join, beyond in ((mention.begin - 1, mention.begin - 2), (mention.end, mention.end + 1)):
        if 0 <= join < len(clause) and clause[join] in _JOINS and 0 <= beyond < len(clause) and beyond not in own:
            return True
    return False


def _is_alike(word: str, name: str) -> bool:
    """Whether a word is the same as in a name: with an ending more, or a small slip, but never its contrary."""
    if word == name:
        return True
    if word[0] != name[0] or spoken.is_negation(word) != spoken.is_negation(name):
        return False  # "unverheiratet", "çalışmıyorum"
    if len(name) >= _LEAST_STEM and word.startswith(name) and len(word) - len(name) <= _ENDING:
        return True
    return min(len(word), len(name)) >= _LEAST_ALIKE and fuzz.ratio(word, name) >= _ALIKE


def _part_of(words: _Words, spelled: Mapping[str, Collection[_Words]]) -> str | None:
    """The only code with a name that holds all the words, one of them a longer one ("Ausland")."""
    if not any(len(word) >= _LEAST_STEM for word in words):
        return None
    meant = {
        code
        for code, spellings in spelled.items()
        for spelling in spellings
        if spoken.is_negated(words) == spoken.is_negated(spelling)
        and all(any(_is_alike(word, name) for name in spelling) for word in words)
    }
    return meant.pop() if len(meant) == 1 else None


def _hinted(words: _Words, spelled: Mapping[str, Collection[_Words]]) -> str | None:
    """The only code with a word of its own, which no other has, among what was said ("ich komm aus dem Ausland")."""
    if spoken.is_negated(words):
        return None
    stems = {code: _stems(next(iter(spellings))) for code, spellings in spelled.items() if spellings}
    often = Counter(stem for own in stems.values() for stem in own)
    said = _stems(words)
    meant = [code for code, own in stems.items() if any(often[stem] == 1 and _is_heard(stem, said) for stem in own)]
    return meant[0] if len(meant) == 1 else None


def _is_heard(stem: str, said: Collection[str]) -> bool:
    """Whether a word of what was said begins so, or is the beginning of it ("Neufeststellung")."""
    return any(word == stem or (len(word) >= _COMPOUND and stem.startswith(word)) for word in said)


def _stems(words: _Words) -> set[str]:
    """The longer words without their endings; none where they count something ("2 Jahre")."""
    if any(word.isdigit() for word in words):
        return set()
    return {word[: max(_TELLING, len(word) - _ENDING)] for word in words if len(word) >= _TELLING}
