"""From training data to a pipeline that understands."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from spacy.language import Language as Pipeline

from nlu.calibration import Probabilities, fit_temperature
from nlu.folds import folds
from nlu.spacy_engine.classifier import Classifier
from nlu.spacy_engine.features import Cues, feature_ids, words_of
from nlu.spacy_engine.fit import DEFAULT, Recipe, fit
from nlu.spacy_engine.pipeline import blank_pipeline, cues_of, names_of, teach_intents, teach_names
from nlu.training_data import Example, TrainingData

Progress = Callable[[str], None]

_CALIBRATION_PARTS = 5


def learn(data: TrainingData, progress: Progress = lambda _: None, recipe: Recipe = DEFAULT) -> Pipeline:
    """A pipeline that has learned all the data; its probabilities are calibrated on sentences held back at first."""
    labels = labels_of(data)
    progress("training on four fifths of the sentences, to calibrate on the rest")
    train, test = next(iter(folds(data.examples, _CALIBRATION_PARTS)))
    trial = learn_uncalibrated(replace(data, examples=train), labels, recipe)
    truth = [labels.index(example.intent.value) for example in test]
    temperature = fit_temperature(np.stack(list(_probabilities(trial, test, labels))), truth)
    progress("training on all sentences")
    return learn_uncalibrated(data, labels, recipe, temperature)


def learn_uncalibrated(
    data: TrainingData, labels: Sequence[str], recipe: Recipe = DEFAULT, temperature: float = 1.0
) -> Pipeline:
    """A pipeline that has learned all the data; its probabilities are as they come, under the given temperature."""
    nlp = blank_pipeline()
    teach_names(nlp, names_of(data, data.examples))
    cues = Cues(cues_of(data))
    rows = [(ids, labels.index(e.intent.value)) for e in data.examples for ids in _views(nlp, e, cues)]
    weights = fit([ids for ids, _ in rows], [intent for _, intent in rows], len(labels), recipe)
    teach_intents(nlp, Classifier(tuple(labels), weights, cues, temperature))
    return nlp


def labels_of(data: TrainingData) -> tuple[str, ...]:
    """The intents that have sentences, by name."""
    return tuple(sorted({example.intent.value for example in data.examples}))


def _views(nlp: Pipeline, example: Example, cues: Cues) -> Iterator[list[int]]:
    """The sentence with its entities masked, and as it stands, because not every name will be recognised."""
    doc = nlp(example.text)
    found = cues.found(example.text)
    yield feature_ids(words_of(doc), found)
    if doc.ents:
        yield feature_ids(words_of(doc, masked=False), found)


def _probabilities(nlp: Pipeline, examples: Sequence[Example], labels: Sequence[str]) -> Iterator[Probabilities]:
    for doc in nlp.pipe(example.text for example in examples):
        yield np.array([doc.cats[label] for label in labels])
