"""One message, several questions: "Wo melde ich meinen Hund an und was kostet das?"."""

import re
from dataclasses import dataclass

from assistant.model import Language
from nlu.data import load

_MAX_QUESTIONS = 3
_MIN_WORDS = 2
_AND = "و"
_SIGNS = re.compile(r"[.,;:?!،؛؟\n]")
_SENTENCE_END = re.compile(r"(?<=[?!؟])\s+|(?<=[a-zäöüß\]]\.)\s+(?=[A-ZÄÖÜ])|\n+")
_ABBREVIATION = re.compile(r"\b(?:z\. ?b|bzw|ca|nr|str|usw|evtl|inkl|geb)\.$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Words:
    join: re.Pattern[str]
    opens: re.Pattern[str]
    indirect: re.Pattern[str]
    greeting: re.Pattern[str]
    tells: re.Pattern[str]
    pause: re.Pattern[str] | None


class PatternQuestionSplitter:
    """Implements ``assistant.ports.QuestionSplitter`` over ``nlu/data/questions.yaml``."""

    def __init__(self) -> None:
        self._words = {Language(code): _compile(words) for code, words in load("questions").items()}

    def split(self, text: str, language: Language) -> tuple[str, ...]:
        """The questions in order; sentences that only tell the situation stay with the question they lead to."""
        words = self._words[language]
        told = _without_greeting(text.strip(), words)
        sentences = [part for part in _sentences(_with_pauses(told, words)) if part]
        questions = [half for sentence in _with_context(sentences, words) for half in _halves(sentence, words)]
        if len(questions) == 1:
            return (told,)
        if len(questions) > _MAX_QUESTIONS:
            questions = [*questions[: _MAX_QUESTIONS - 1], " ".join(questions[_MAX_QUESTIONS - 1 :])]
        return tuple(questions) or (text.strip(),)

    def focus(self, question: str, language: Language) -> str:
        """The last clause that asks: "wie melde ich es um?" of "Ich habe ein Auto gekauft, wie melde ich es um?"."""
        words = self._words[language]
        asking = [sentence for sentence in _sentences(question) if _is_question(sentence, words)]
        sentence = asking[-1] if asking else question
        clauses = [clause.strip(" ,;،؛") for clause in words.join.split(_with_pauses(sentence, words))]
        opening = [clause for clause in clauses if words.opens.match(clause.lower()) and len(clause.split()) > 1]
        return opening[-1] if opening else sentence


def _with_pauses(text: str, words: _Words) -> str:
    """What a recogniser wrote, without any sign, with a comma before each word that likely opens another clause."""
    is_heard = words.pause is not None and not _SIGNS.search(text) and text == text.lower()
    return words.pause.sub(", ", text) if is_heard and words.pause is not None else text


def _sentences(text: str) -> list[str]:
    sentences: list[str] = []
    for part in _SENTENCE_END.split(text):
        if sentences and _ABBREVIATION.search(sentences[-1]):
            sentences[-1] = f"{sentences[-1]} {part}"
        else:
            sentences.append(part.strip())
    return sentences


def _with_context(sentences: list[str], words: _Words) -> list[str]:
    """Questions, each with the statements around it: "Ich bin umgezogen. Was nun?" is one question."""
    questions: list[str] = []
    context: list[str] = []
    for sentence in sentences:
        if _is_question(sentence, words):
            questions.append(" ".join([*context, sentence]))
            context = []
        elif questions:
            questions[-1] = f"{questions[-1]} {sentence}"
        else:
            context.append(sentence)
    return questions or [" ".join(context)]


def _is_question(sentence: str, words: _Words) -> bool:
    return sentence.rstrip().endswith(("?", "؟")) or words.opens.match(sentence.lower()) is not None


def _halves(question: str, words: _Words) -> list[str]:
    """A question cut where a conjunction begins another one, if what stands before it asks something by itself.

    "Ich habe ein Auto gekauft, wie melde ich es um?" tells a situation first and stays whole.
    """
    halves: list[str] = []
    start = 0
    for match in words.join.finditer(question):
        left, right = question[start : match.start()], question[match.end() :]
        if min(len(left.split()), len(right.split())) >= _MIN_WORDS and _asks(left, words):
            halves.append(left.strip(" ,;،؛"))
            start = match.end()
    return [*halves, question[start:].strip()]


def _asks(text: str, words: _Words) -> bool:
    """Whether a clause of the text is a question of its own and not the frame of one ("Können Sie mir sagen, …").

    What goes on telling does not ask: "Ich bin umgezogen und habe jetzt …".
    """
    first, *later = (clause.strip(" ,;،؛").lower() for clause in words.join.split(text))
    asking = [first, *(clause for clause in later if not words.tells.match(clause))]
    return any(words.opens.match(clause) and not words.indirect.search(clause) for clause in asking)


def _without_greeting(text: str, words: _Words) -> str:
    """The text without a greeting at its beginning, unless the greeting is all there is."""
    match = words.greeting.match(text)
    rest = text[match.end() :] if match else text
    return rest if any(character.isalnum() for character in rest) else text


def _compile(words: dict[str, list[str]]) -> _Words:
    opens, joins, greetings = (_alternatives(words[key]) for key in ("opens", "joins", "greetings"))
    # In Arabic "and" is one letter written onto the word that opens the next question ("وكم").
    attached = _alternatives([word for word in words["opens"] if word.startswith(_AND) and len(word) > 2]) or r"(?!)"
    return _Words(
        join=re.compile(
            rf"(?:[,،]\s*|(?<!\s)\s+)(?:{joins})\s+(?=(?:{opens})\b)|[,،]\s+(?=(?:{opens})\b)|\s+(?=(?:{attached})\b)",
            re.IGNORECASE,
        ),
        indirect=re.compile("|".join(words["indirect"]), re.IGNORECASE),
        opens=re.compile(rf"(?:(?:{joins})\s+)?(?:{opens})\b", re.IGNORECASE),
        greeting=re.compile(rf"(?:{greetings})\b[\s,،.!:;-]*", re.IGNORECASE),
        tells=re.compile(rf"(?:{_alternatives(words['tells'])})\b" if "tells" in words else r"(?!)"),
        pause=_pause(words) if "pauses_before" in words else None,
    )


def _pause(words: dict[str, list[str]]) -> re.Pattern[str]:
    """The blank before a word that opens a clause, unless the word before it belongs to it ("für wie lange")."""
    bound = "".join(rf"(?<!\b{re.escape(word)})" for word in (*words["no_pauses_after"], *words["joins"]))
    return re.compile(rf"(?<=\w){bound}\s+(?=(?:{_alternatives(words['pauses_before'])})\s+\w)")


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
