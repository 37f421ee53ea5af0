"""The training sentences are well-formed, rich enough, free of contradictions, and apart from the held-out ones."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
RASA = ROOT / "nlu" / "rasa"
HELD_OUT = ROOT / "evaluation" / "data"
LANGUAGES = ("de", "en", "tr", "ar", "ru", "uk", "fr", "pl", "fa")
MAX_CHARS = 250

BIG_ASPECTS = ("fee", "documents", "how", "where", "deadline", "duration", "overview")
MINIMUM = defaultdict(lambda: 12, {"de": 30, "en": 18})
RAISED_MINIMUM = {
    "de": {**{f"ask_{aspect}": 50 for aspect in BIG_ASPECTS}, "state_need": 80, "out_of_scope": 120},
    "en": {**{f"ask_{aspect}": 30 for aspect in BIG_ASPECTS}, "state_need": 40, "out_of_scope": 60},
}
HELD_OUT_MINIMUM = defaultdict(lambda: 1, {"de": 8, "en": 5})
ENTITY_MINIMUM = defaultdict(lambda: 3, {"de": 20, "en": 10})

ANNOTATION = re.compile(r"\[(?P<text>[^\[\]]+)\]\((?P<entity>\w+)\)")


@dataclass(frozen=True)
class Example:
    """One training sentence as written, with its annotations, and the file it stands in."""

    raw: str
    intent: str
    language: str
    file: str

    @property
    def text(self) -> str:
        """The sentence as a citizen would write it."""
        return ANNOTATION.sub(r"\g<text>", self.raw)

    @property
    def entities(self) -> list[tuple[str, str]]:
        """Pairs of (entity, surface text)."""
        return [(found["entity"], found["text"]) for found in ANNOTATION.finditer(self.raw)]


def fold(text: str) -> str:
    """The sentence as an engine sees it: no case, no punctuation, single spaces; bare punctuation stays."""
    words = " ".join(re.findall(r"\w+", text.casefold()))
    return words or text.strip()


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping a YAML file holds."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict), path.name
    return content


def listed(block: str) -> list[str]:
    """The lines of a Rasa `examples: |` block without their dashes."""
    return [line.removeprefix("- ").strip() for line in block.splitlines() if line.strip()]


def intent_files() -> list[Path]:
    """The files of training sentences, `nlu.<group>.<language>.yml`."""
    return sorted((RASA / "data").glob("nlu.*.yml"))


def read_file(path: Path) -> Iterator[Example]:
    """The sentences of one file; their language is told by its name."""
    language = path.name.split(".")[-2]
    for item in read_yaml(path)["nlu"]:
        for raw in listed(item["examples"]):
            yield Example(raw, item["intent"], language, path.name)


@cache
def examples() -> tuple[Example, ...]:
    """All training sentences."""
    return tuple(example for path in intent_files() for example in read_file(path))


@cache
def domain() -> dict[str, Any]:
    """The Rasa domain."""
    return read_yaml(RASA / "domain.yml")


def held_out(language: str) -> list[dict[str, str]]:
    """The rows kept for measuring, never for training."""
    lines = (HELD_OUT / f"nlu_heldout.{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def lookups(kind: str) -> dict[str, list[str]]:
    """The lookup tables or synonyms by name."""
    items = read_yaml(RASA / "data" / "lookups.yml")["nlu"]
    return {item[kind]: listed(item["examples"]) for item in items if kind in item}


@pytest.mark.parametrize("path", [*intent_files(), RASA / "data" / "lookups.yml"], ids=lambda path: path.name)
def test_every_file_is_rasa_training_data(path: Path) -> None:
    """Each data file parses, carries the format version, and lists every example after a dash."""
    content = read_yaml(path)
    assert content["version"] == "3.1"
    for item in content["nlu"]:
        assert set(item) - {"examples"} <= {"intent", "lookup", "synonym"}
        lines = [line for line in item["examples"].splitlines() if line.strip()]
        assert lines
        assert all(line.startswith("- ") for line in lines), item


def test_every_file_names_its_language_and_has_its_counterpart() -> None:
    """Each group of intents exists once per language, told by the file name."""
    groups: dict[str, set[str]] = defaultdict(set)
    for path in intent_files():
        _, group, language, _ = path.name.split(".")
        groups[group].add(language)
    assert groups
    assert {group: langs for group, langs in groups.items() if langs != set(LANGUAGES)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_enough_sentences(language: str) -> None:
    """Each intent of the domain reaches its minimum in each language, counted without repetitions."""
    distinct = {(example.intent, fold(example.text)) for example in examples() if example.language == language}
    counts = Counter(intent for intent, _ in distinct)
    raised = RAISED_MINIMUM.get(language, {})
    wanted = {intent: raised.get(intent, MINIMUM[language]) for intent in domain()["intents"]}
    missing = {intent: (counts[intent], least) for intent, least in wanted.items() if counts[intent] < least}
    assert missing == {}


def test_training_uses_the_intents_of_the_domain() -> None:
    """The sentences teach exactly the intents the domain knows, each intent in one group only."""
    assert {example.intent for example in examples()} == set(domain()["intents"])
    groups = defaultdict(set)
    for example in examples():
        groups[example.intent].add(example.file.split(".")[1])
    assert {intent: found for intent, found in groups.items() if len(found) > 1} == {}


def test_no_sentence_stands_in_two_intents() -> None:
    """No sentence occurs in two intents, whatever its case, punctuation, annotation or language."""
    intents = defaultdict(set)
    for example in examples():
        intents[fold(example.text)].add(example.intent)
    assert {text: found for text, found in intents.items() if len(found) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_repeated(language: str) -> None:
    """No sentence of a language stands twice; words shared by both languages may stand in each."""
    counts = Counter(fold(example.text) for example in examples() if example.language == language)
    assert {text: count for text, count in counts.items() if count > 1} == {}


def test_sentences_are_short_enough() -> None:
    """No sentence is longer than a citizen types in one go."""
    assert [example.text for example in examples() if len(example.text) > MAX_CHARS] == []


def test_annotations_are_well_formed_and_known() -> None:
    """Every bracket is a whole annotation, and its entity is one of the domain's."""
    known = set(domain()["entities"])
    for example in examples():
        assert {entity for entity, _ in example.entities} <= known, example
        assert not set("[](){}") & set(example.text), example
        assert all(text == text.strip() for _, text in example.entities), example


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entity_is_taught(language: str) -> None:
    """Each entity of the domain has examples enough in each language."""
    counts = Counter(entity for example in examples() if example.language == language for entity, _ in example.entities)
    assert {name: counts[name] for name in domain()["entities"] if counts[name] < ENTITY_MINIMUM[language]} == {}


def test_places_are_annotated_throughout() -> None:
    """A place of the lookup table is annotated as a place wherever it stands."""
    names = "|".join(re.escape(name) for name in lookups("lookup")["place"])
    unmarked = re.compile(rf"(?<![\w-])(?:{names})(?![\w-])", re.IGNORECASE)
    assert [example.raw for example in examples() if unmarked.search(ANNOTATION.sub("", example.raw))] == []


def test_lookups_belong_to_entities_and_do_not_repeat() -> None:
    """Each lookup table feeds an entity of the domain and lists each name once."""
    tables = lookups("lookup")
    assert set(tables) <= set(domain()["entities"])
    for names in tables.values():
        assert [name for name, count in Counter(map(str.casefold, names)).items() if count > 1] == []


def test_synonyms_are_unambiguous() -> None:
    """Each synonym leads to one canonical value."""
    targets = defaultdict(set)
    for value, words in lookups("synonym").items():
        for word in words:
            targets[word.casefold()].add(value)
    assert {word: values for word, values in targets.items() if len(values) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_held_out_sentences_cover_every_intent(language: str) -> None:
    """The held-out file has enough distinct sentences for each intent, all in its language."""
    rows = held_out(language)
    assert {row["lang"] for row in rows} == {language}
    counts = Counter(intent for intent, _ in {(row["intent"], fold(row["text"])) for row in rows})
    assert set(counts) == set(domain()["intents"])
    assert {intent: count for intent, count in counts.items() if count < HELD_OUT_MINIMUM[language]} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_held_out_sentences_were_never_trained(language: str) -> None:
    """No held-out sentence is also a training sentence in any language, and none stands in it twice."""
    trained = {fold(example.text) for example in examples()}
    rows = [fold(row["text"]) for row in held_out(language)]
    assert [row for row in rows if row in trained] == []
    assert [row for row, count in Counter(rows).items() if count > 1] == []
