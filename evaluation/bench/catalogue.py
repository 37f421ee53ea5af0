"""A catalogue of any size that looks like a real one: the sample catalogue, and services made of its words by seed.

A made-up service is called by a new compound of known nouns and a known verb ("Bewohnerparkgebühr ummelden"), with
synonyms and some six sections. Their sentences come from sections of the same kind of several real services, now about
the new thing and with other figures. So vocabulary, lengths and ambiguity grow as they do in a city's catalogue.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from assistant.model import Language, LifeSituation, Office, Section, SectionKind, Service, ServiceText
from knowledge.lexicon import LexiconEntry

_NOUN = re.compile(r"\b[A-ZÄÖÜ][a-zäöüß]{3,}\b")
_VERB = re.compile(r"\b[a-zäöüß]{4,}en\b")
_FIGURE = re.compile(r"\b\d{1,3}(?=,\d\d Euro| Euro| Tage| Wochen| Monate)")
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+")
_SECTIONS = (4, 8)


@dataclass(frozen=True)
class SyntheticCatalogue:
    """``size`` services in German; the same seed gives the same ones. Made one at a time, nothing is kept."""

    sample: tuple[Service, ...]
    lexicon: tuple[LexiconEntry, ...]
    size: int
    seed: int = 115

    @property
    def revision(self) -> str:
        return f"synthetic-{self.size}-{self.seed}"

    def services(self) -> Iterator[Service]:
        yield from self.sample[: self.size]
        for number in range(len(self.sample), self.size):
            yield self._invented(number)

    def service(self, service_id: str) -> Service | None:
        return next((service for service in self.services() if service.id == service_id), None)

    def office(self, office_id: str) -> Office | None:
        return None

    def offices(self) -> Iterator[Office]:
        return iter(())

    def life_situations(self) -> Sequence[LifeSituation]:
        return ()

    def services_in_situation(self, situation_id: str) -> Sequence[Service]:
        return ()

    def questions(self, count: int) -> tuple[str, ...]:
        """What people ask: by turns in the lexicon's words, and by the name of one of the services."""
        random = Random(f"questions-{self.seed}")  # noqa: S311 - a fixed seed is the point
        asked = [question for entry in self.lexicon for question in entry.questions.get(Language.DE, ())]
        return tuple(random.choice(asked) if turn % 2 else self._by_name(random) for turn in range(count))

    def _by_name(self, random: Random) -> str:
        number = random.randrange(self.size)
        service = self.sample[number] if number < len(self.sample) else self._invented(number)
        frames = ("Was kostet {}?", "{} unterlagen", "Ich möchte {}, was muss ich tun?", "wo kann ich {}", "{}")
        return random.choice(frames).format(service.texts[0].title)

    # ── inventing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _invented(self, number: int) -> Service:
        random = Random(f"{self.seed}-{number}")  # noqa: S311 - a fixed seed is the point
        thing = self._compound(random)
        model = random.choice(self._german)
        kinds = random.sample(sorted(self._sentences), random.randint(*_SECTIONS))
        text = ServiceText(
            Language.DE,
            f"{thing} {random.choice(self._verbs)}",
            f"{thing}: {self._retold(model.summary, thing, random)}",
            (thing, self._compound(random), random.choice(self._terms)),
            tuple(self._section(kind, thing, random) for kind in kinds),
        )
        return Service(f"synthetic-{number}", (text,))

    def _section(self, kind: SectionKind, thing: str, random: Random) -> Section:
        sentences = self._sentences[kind]
        chosen = random.sample(sentences, min(len(sentences), random.randint(3, 8)))
        return Section(kind, " ".join(self._retold(sentence, thing, random) for sentence in chosen))

    def _retold(self, text: str, thing: str, random: Random) -> str:
        """The text with other figures, and about the thing in place of one of its nouns."""
        text = _FIGURE.sub(lambda _: str(random.randint(1, 250)), text)
        nouns = _NOUN.findall(text)
        return text.replace(random.choice(nouns), thing, 1) if nouns else text

    def _compound(self, random: Random) -> str:
        first, second = random.sample(self._nouns, 2)
        return first + second.lower()

    @cached_property
    def _german(self) -> list[ServiceText]:
        return [service.text(Language.DE) for service in self.sample]

    @cached_property
    def _terms(self) -> list[str]:
        return [term for entry in self.lexicon for term in entry.terms.get(Language.DE, ())]

    @cached_property
    def _nouns(self) -> list[str]:
        texts = [text.title for text in self._german] + self._terms
        return sorted({noun for text in texts for noun in _NOUN.findall(text)})

    @cached_property
    def _verbs(self) -> list[str]:
        titles = [entry.titles.get(Language.DE, "") for entry in self.lexicon] + [text.title for text in self._german]
        return sorted({verb for title in titles for verb in _VERB.findall(title)})

    @cached_property
    def _sentences(self) -> dict[SectionKind, list[str]]:
        found: defaultdict[SectionKind, list[str]] = defaultdict(list)
        for text in self._german:
            for section in text.sections:
                found[section.kind].extend(_SENTENCE_END.split(section.text))
        return dict(found)
