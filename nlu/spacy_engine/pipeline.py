"""The spaCy pipeline: a blank tokeniser for any language, word forms, entities, intents."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import cast

import spacy
from spacy.language import Language as Pipeline

from nlu.spacy_engine.classifier import CLASSIFIER, Classifier, IntentClassifier
from nlu.spacy_engine.entities import ENTITIES, EntityFinder, Names
from nlu.spacy_engine.words import NORMALISER
from nlu.training_data import Example, TrainingData

_ANY_LANGUAGE = "xx"
_CUE = "cue_"
_LOOKUP_WEIGHT = 2


def blank_pipeline() -> Pipeline:
    """The pipeline before it has learned anything."""
    nlp = spacy.blank(_ANY_LANGUAGE)
    for component in (NORMALISER, ENTITIES, CLASSIFIER):
        nlp.add_pipe(component)
    return nlp


def teach_names(nlp: Pipeline, names: Names) -> None:
    """Let the pipeline find these entities."""
    cast(EntityFinder, nlp.get_pipe(ENTITIES)).learn(names)


def teach_intents(nlp: Pipeline, classifier: Classifier) -> None:
    """Let the pipeline tell intents with this classifier."""
    cast(IntentClassifier, nlp.get_pipe(CLASSIFIER)).classifier = classifier


def names_of(data: TrainingData, examples: Sequence[Example]) -> Names:
    """The lookups with their synonyms, and what is marked in these sentences.

    Where one wording is marked as two kinds ("Reisepass" to apply for, "Reisepass" to bring along), the more frequent
    one counts; a lookup counts as much as two marks.
    """
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for listed, names in data.lookups.items():
        for name in names:
            seen[name.casefold()][listed.value] += _LOOKUP_WEIGHT
    for example in examples:
        for span in example.spans:
            seen[example.text[span.start : span.end].casefold()][span.kind.value] += 1
    for word, name in data.synonyms.items():
        seen[word] += seen[name.casefold()]
    wordings: dict[str, dict[str, str]] = defaultdict(dict)
    for word, kinds in seen.items():
        kind = max(kinds, key=lambda kind: (kinds[kind], kind))
        if kind not in data.patterns:
            wordings[kind][word] = data.synonyms.get(word, word)
    patterns = {kind: list(lines) for kind, lines in data.patterns.items() if not kind.startswith(_CUE)}
    return Names(dict(wordings), patterns)


def cues_of(data: TrainingData) -> dict[str, list[str]]:
    """The word classes among the patterns."""
    return {name: list(lines) for name, lines in data.patterns.items() if name.startswith(_CUE)}
