"""Training on a part of the sentences, in seconds, for tests that need a real engine but not a good one."""

from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path

from spacy.language import Language as Pipeline

from assistant.model import Intent, Language
from nlu.spacy_engine.fit import Recipe
from nlu.spacy_engine.learn import learn
from nlu.training_data import Example, TrainingData, load_training_data

RASA_PYTHON = Path(__file__).parents[1] / ".venv-rasa/bin/python"
QUICK = Recipe(networks=1, dimensions=32, epochs=6)


def few_sentences(each: int) -> TrainingData:
    """German training data with at most so many sentences an intent."""
    data = load_training_data(languages=(Language.DE,))
    by_intent: dict[Intent, list[Example]] = defaultdict(list)
    for example in data.examples:
        by_intent[example.intent].append(example)
    return replace(data, examples=tuple(example for some in by_intent.values() for example in some[:each]))


@cache
def quick_pipeline() -> Pipeline:
    """An embedded engine's pipeline, quickly trained."""
    return learn(few_sentences(25), recipe=QUICK)
