"""How much is learned; apart from the network, so that it can be told without PyTorch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Training:
    """How the network is learned: width of its layers, chunks of a second in a step, steps, threads, seed."""

    width: int = 192
    batch: int = 48
    steps: int = 1500
    threads: int = 2
    seed: int = 1
