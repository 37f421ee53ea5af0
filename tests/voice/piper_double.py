"""Speaks as the ``piper`` program does: a sentence a line in, a WAV a sentence out.

It bleeps instead of speaking, and takes some words literally. Every process notes its number in ``started`` beside it.
"""

import argparse
import io
import os
import sys
import time
import wave
from pathlib import Path

import numpy as np

RATE = 22_050


def main() -> None:
    """Serve standard input to its end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--output_file", required=True, choices=["-"])
    parser.add_argument("--length_scale", type=float, default=1.0)
    parser.add_argument("--sentence_silence", type=float, default=0.2)
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    with Path(__file__).with_name("started").open("a", encoding="ascii") as started:
        started.write(f"{os.getpid()} {options.length_scale}\n")
    if not options.model.is_file() or not Path(f"{options.model}.json").is_file():
        sys.exit("Model file doesn't exist")
    for line in sys.stdin:
        if "hängen" in line:
            time.sleep(3600)
        if "sterben" in line:
            os._exit(1)
        sys.stdout.buffer.write(b"noise" * 20 if "rauschen" in line else _wave(line.strip(), options.length_scale))
        sys.stdout.flush()


def _wave(text: str, slowness: float) -> bytes:
    tones = [
        np.sin(np.arange(int(1_300 * slowness)) * ord(letter) / 800) * 6_000 for letter in text if letter.isalnum()
    ]
    file = io.BytesIO()
    with wave.open(file, "wb") as spoken:
        spoken.setnchannels(1)
        spoken.setsampwidth(2)
        spoken.setframerate(RATE)
        spoken.writeframes(np.concatenate(tones).astype("<i2").tobytes())
    return file.getvalue()


if __name__ == "__main__":
    main()
