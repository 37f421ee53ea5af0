"""The second environment: what its lock holds together can train and understand."""

import os
import subprocess
from pathlib import Path

import pytest

RASA = Path(__file__).parents[2] / ".venv-rasa/bin"
CONFIG = """
recipe: default.v1
language: de
pipeline:
  - name: WhitespaceTokenizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    max_ngram: 4
  - name: LogisticRegressionClassifier
"""
SENTENCES = """
version: "3.1"
nlu:
  - intent: ask_fee
    examples: |
      - Was kostet ein Reisepass?
      - Wie teuer ist der Ausweis?
      - Welche Gebühr zahle ich?
  - intent: greet
    examples: |
      - Hallo
      - Guten Tag
      - Moin
"""
PARSE = """
import asyncio, sys
from rasa.core.agent import Agent
print(asyncio.run(Agent.load(sys.argv[1]).parse_message(sys.argv[2]))["intent"]["name"])
"""


@pytest.mark.rasa
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_rasa_trains_and_understands(tmp_path: Path) -> None:
    """A model trained in .venv-rasa names the intent of a sentence it has not seen."""
    (tmp_path / "config.yml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "nlu.yml").write_text(SENTENCES, encoding="utf-8")
    train = ["rasa", "train", "nlu", "--nlu", "nlu.yml", "--config", "config.yml", "--fixed-model-name", "tiny"]
    rasa(tmp_path, *train)
    printed = rasa(tmp_path, "python", "-c", PARSE, "models/tiny.tar.gz", "Wie hoch ist die Gebühr für einen Pass?")
    assert printed.splitlines()[-1] == "ask_fee"


def rasa(folder: Path, program: str, *arguments: str) -> str:
    """Runs a program of the second environment; returns what it printed."""
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "HOME": str(folder)}
    command = [str(RASA / program), *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout
