"""How the encoder is trained; apart from the training itself, so that reading the settings loads no torch."""

from collections.abc import Callable
from dataclasses import dataclass, field

from knowledge.encoder.tokens import Hashing

Progress = Callable[[str, float], None]
"""Called with what is being done and the share (0–1) of it that is done."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How the encoder is trained.

    ``german_share`` is the share of questions in German, the rest being spread evenly over the other languages;
    ``asked_share`` the share of pairs of two questions instead of a question and a description. To every batch come
    ``aligned_size`` texts with their translations, from which it learns which words mean the same.
    """

    hashing: Hashing = field(default_factory=Hashing)
    dimensions: int = 128
    steps: int = 1_500
    batch_size: int = 256
    aligned_size: int = 96
    learning_rate: float = 0.1
    temperature: float = 0.1
    german_share: float = 0.35
    asked_share: float = 0.4
    slip_share: float = 0.4
    longest_row: int = 160
    seed: int = 115
    threads: int = 1
