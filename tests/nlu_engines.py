"""Training on a part of the sentences, in seconds, for tests that need a real engine but not a good one."""

from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path

import yaml
from spacy.language import Language as Pipeline

from assistant.model import Intent, Language
from nlu.spacy_engine.fit import Recipe
from nlu.spacy_engine.learn import learn
from nlu.training_data import RASA_PROJECT, Example, TrainingData, load_training_data, to_rasa

RASA_PYTHON = Path(__file__).parents[1] / ".venv-rasa/bin/python"
_TEST_FILES = {"nlu.few.de.yml": {"intent"}, "lookups.yml": {"lookup", "synonym"}, "patterns.yml": {"regex"}}
QUICK = Recipe(networks=1, dimensions=32, epochs=6)


def few_sentences(each: int) -> TrainingData:
    """German training data with at most so many sentences an intent."""
    data = load_training_data(languages=(Language.DE,))
    by_intent: dict[Intent, list[Example]] = defaultdict(list)
    for example in data.examples:
        by_intent[example.intent].append(example)
    return replace(data, examples=tuple(example for some in by_intent.values() for example in some[:each]))


def small_project(folder: Path, each: int) -> Path:
    """A Rasa project in ``folder`` with few sentences; everything else is as in Roland's own."""
    (folder / "data").mkdir(parents=True)
    for name in ("config.yml", "domain.yml"):
        (folder / name).write_bytes((RASA_PROJECT / name).read_bytes())
    items = yaml.safe_load(to_rasa(few_sentences(each)))["nlu"]
    for name, kinds in _TEST_FILES.items():
        content = {"version": "3.1", "nlu": [item for item in items if kinds & set(item)]}
        (folder / "data" / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder


@cache
def quick_pipeline() -> Pipeline:
    """An embedded engine's pipeline, quickly trained."""
    return learn(few_sentences(25), recipe=QUICK)
