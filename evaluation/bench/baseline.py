"""The named baseline: a plain Rasa bot made from the same training sentences, one rule and one answer for each intent.

It understands and says one fixed sentence; it finds, composes and stores nothing. So it is the least that any Rasa bot
does for a message.
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import yaml

from assistant.own_yaml import read_yaml
from evaluation.bench.servers import Server, ServerError, free_port, running
from nlu.rasa_server import rasa_environment

Pipeline = Literal["same", "default"]
"""Roland's own pipeline for Rasa, or the one that Rasa proposes for languages with spaces (DIET)."""

# Of the 100 that Rasa proposes: fewer make the bot less clever, not faster, and its training ten times shorter.
_EPOCHS = 10

_DEFAULT_PIPELINE = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": _EPOCHS, "constrain_similarities": True},
    {"name": "EntitySynonymMapper"},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
]

# Rasa answers this intent with ``utter_restart`` by a rule of its own, and refuses another one.
_RULED_BY_RASA = ("restart",)


@dataclass(frozen=True, slots=True)
class Bot:
    """A trained bot."""

    model: Path
    python: Path
    """The interpreter that has Rasa."""

    @contextmanager
    def serve(self, log: Path) -> Iterator[Server]:
        """The bot's server with Rasa's REST channel, while it runs."""
        port = free_port()
        command = [str(self.python), "-m", "rasa", "run", "--model", str(self.model), "--port", str(port)]
        command += ["--interface", "127.0.0.1", "--credentials", str(self.model.parent / "credentials.yml")]
        with running(command, port, "/webhooks/rest/", log, rasa_environment()) as server:
            yield server


def uses_diet() -> bool:
    """Whether Roland's own pipeline for Rasa is made of DIET, so that "default" would tell nothing new."""
    return any(part["name"] == "DIETClassifier" for part in _own("config.yml")["pipeline"])


def trained_bot(python: Path, cache: Path, pipeline: Pipeline) -> Bot:
    """The bot, trained where no model of the same sentences, pipeline and rules lies in ``cache``."""
    with as_file(files("nlu") / "rasa" / "data") as sentences:
        project = _project(pipeline)
        folder = cache / _key(project, sentences)
        if not (folder / "bot.tar.gz").exists():
            _train(python, project, sentences, folder)
    return Bot(folder / "bot.tar.gz", python)


def _project(pipeline: Pipeline) -> dict[str, Any]:
    """The bot's files besides its sentences."""
    domain = _own("domain.yml")
    intents = domain["intents"]
    rules = [
        {"rule": intent, "steps": [{"intent": intent}, {"action": f"utter_{intent}"}]}
        for intent in (*intents, "nlu_fallback")
        if intent not in _RULED_BY_RASA
    ]
    config = {
        "version": "3.1",
        "recipe": "default.v1",
        "language": "de",
        "assistant_id": "baseline",
        "pipeline": _own("config.yml")["pipeline"] if pipeline == "same" else _DEFAULT_PIPELINE,
        "policies": [{"name": "RulePolicy"}],
    }
    responses = {f"utter_{intent}": [{"text": intent}] for intent in (*intents, "nlu_fallback")}
    return {
        "config.yml": config,
        "domain.yml": {**domain, "intents": [*intents, "nlu_fallback"], "responses": responses},
        "rules.yml": {"version": "3.1", "rules": rules},
        "credentials.yml": {"rest": None},
    }


def _own(name: str) -> Any:
    return read_yaml((files("nlu") / "rasa" / name).read_text(encoding="utf-8"))


def _key(project: dict[str, Any], sentences: Path) -> str:
    digest = hashlib.sha256(json.dumps(project, sort_keys=True).encode())
    for path in sorted(sentences.glob("*.yml")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _train(python: Path, project: dict[str, Any], sentences: Path, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        for name, content in project.items():
            Path(made, name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        command = [str(python), "-m", "rasa", "train", "--config", "config.yml", "--domain", "domain.yml"]
        command += ["--data", str(sentences), "rules.yml", "--out", ".", "--fixed-model-name", "bot"]
        log = folder.parent / "train.log"
        with log.open("wb") as output:
            done = subprocess.run(command, cwd=made, env=rasa_environment(), stdout=output, stderr=output, check=False)
        if done.returncode != 0:
            raise ServerError(f"the baseline could not be trained, see {log}")
        shutil.copytree(made, folder, dirs_exist_ok=True)
