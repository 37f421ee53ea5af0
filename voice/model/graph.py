"""The decoding graphs: ``HCLr.fst`` from sounds to words, ``Gr.fst`` from words to sentences.

The decoder composes them while it listens, looking ahead; so a step of the dialogue can put its own small grammar in
the place of ``Gr.fst``. Both are written in OpenFst's text format and compiled with its command-line tools.
"""

import math
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.errors import SpeechUnavailableError
from voice.model.lexicon import ANY_SOUND, Lexicon
from voice.model.ngrams import Bigrams, grammar_arcs

BACKOFF = "#0"
"""The word nobody says, which the grammar consumes when it takes a pair of words that was never seen."""

_TOOLS = ("fstcompile", "fstconnect", "fstrmepsilon", "fstarcsort", "fstconvert")
_PLUGINS = "fst/*/olabel_lookahead-fst.so"
_LIBRARIES = Path("/usr/lib")
_HUB, _START, _WORD_END, _QUIET, _AFTER_PAUSE, _FIRST_FREE = range(6)
_PAUSE_SHARE = 0.2
_STAY_COST = math.log(2)
"""The cost of staying in a phone for one more frame, and of leaving it."""
_UNKNOWN_COST = 1.0
"""What an unknown word costs besides its sounds."""

UNKNOWN_WORD = "[unk]"
"""Stands in a step's grammar for everything that is not expected; no sentence of the model's own has it."""


def write_graphs(folder: Path, lexicon: Lexicon, model: Bigrams) -> None:
    """Write the graphs with their list of words into a folder."""
    environment = require_tools()
    ids = {word: number for number, word in enumerate(lexicon.ways, start=1)}
    unknown, backoff = len(ids) + 1, len(ids) + 2
    with TemporaryDirectory() as name:
        rough, sounds, pairs = (Path(name) / part for part in ("sounds.txt", "sounds.fst", "pairs.txt"))
        _write(rough, sound_arcs(lexicon, {**ids, UNKNOWN_WORD: unknown, BACKOFF: backoff}))
        _pipe(f"fstcompile {rough} | fstconnect | fstrmepsilon | fstarcsort --sort_type=olabel > {sounds}", environment)
        convert = f"fstconvert --fst_type=olabel_lookahead --save_relabel_opairs={pairs} {sounds}"
        _pipe(f"{convert} > {folder / 'HCLr.fst'}", environment)
        # Looking ahead gives every word a new number, so that words reached together lie side by side.
        renamed = {int(number): int(new) for number, new in map(str.split, pairs.read_text().splitlines())}
        words = {word: renamed[number] for word, number in ids.items()}
        grammar = Path(name) / "grammar.txt"
        _write(grammar, grammar_arcs(model, words, renamed[backoff]))
        _pipe(
            f"fstcompile {grammar} | fstarcsort --sort_type=ilabel | fstconvert --fst_type=const > {folder / 'Gr.fst'}",
            environment,
        )
    listed = sorted(
        {"<eps>": 0, BACKOFF: renamed[backoff], UNKNOWN_WORD: renamed[unknown], **words}.items(),
        key=lambda item: item[1],
    )
    _write(folder / "words.txt", (f"{word} {number}" for word, number in listed))
    _write(folder / "disambig_tid.int", (str(disambiguation(lexicon)),))


def transition(phone: int, *, leaves: bool) -> int:
    """Kaldi's number of a phone's transition (phones count from 1): staying, or leaving."""
    return 2 * phone - 1 + leaves


def disambiguation(lexicon: Lexicon) -> int:
    """The number after those of all transitions: what back-off in the grammar consumes, heard by nobody."""
    return 2 * len(lexicon.phones) + 1


def sound_arcs(lexicon: Lexicon, ids: Mapping[str, int]) -> Iterator[str]:
    """All words from one node back to it, with pauses where they may be; ``ids`` number what comes out."""
    pause, no_pause = -math.log(_PAUSE_SHARE), -math.log(1 - _PAUSE_SHARE)
    yield f"{_START} {_HUB} 0 0 {no_pause:.4f}"  # the first line's state is the initial one
    yield f"{_START} {_QUIET} 0 0 {pause:.4f}"
    yield f"{_WORD_END} {_HUB} 0 0 {no_pause:.4f}"
    yield f"{_WORD_END} {_QUIET} 0 0 {pause:.4f}"
    yield from _phone_arcs(_QUIET, _AFTER_PAUSE, 1)
    yield f"{_AFTER_PAUSE} {_HUB} 0 0 0"
    yield f"{_HUB} {_HUB} {disambiguation(lexicon)} {ids[BACKOFF]} 0"
    yield f"{_HUB} 0"
    free = count(_FIRST_FREE)
    yield from _unknown_arcs(lexicon, ids[UNKNOWN_WORD], free)
    yield from _tree_arcs(lexicon, ids, free)


def _unknown_arcs(lexicon: Lexicon, unknown: int, free: Iterator[int]) -> Iterator[str]:
    """A word of any sounds."""
    first, later = next(free), next(free)
    sound = lexicon.phones.index(ANY_SOUND) + 1
    yield from _phone_arcs(_HUB, first, sound, _UNKNOWN_COST)
    yield from _phone_arcs(first, later, sound)
    yield f"{later} {_WORD_END} 0 {unknown} 0"


def _tree_arcs(lexicon: Lexicon, ids: Mapping[str, int], free: Iterator[int]) -> Iterator[str]:
    """A tree of all pronunciations, words at their ends."""
    phones = {phone: number for number, phone in enumerate(lexicon.phones, start=1)}
    nodes: dict[tuple[int, str], int] = {}
    for word, ways in lexicon.ways.items():
        for way, cost in ways:
            node = _HUB
            for phone in way:
                if (node, phone) not in nodes:
                    nodes[node, phone] = next(free)
                    yield from _phone_arcs(node, nodes[node, phone], phones[phone])
                node = nodes[node, phone]
            yield f"{node} {_WORD_END} 0 {ids[word]} {cost:.4f}"


def _phone_arcs(source: int, target: int, phone: int, cost: float = 0.0) -> Iterator[str]:
    """A phone of one state: the way in, and the self-loop."""
    yield f"{source} {target} {transition(phone, leaves=True)} 0 {_STAY_COST + cost:.4f}"
    yield f"{target} {target} {transition(phone, leaves=False)} 0 {_STAY_COST:.4f}"


def require_tools() -> dict[str, str]:
    """The environment in which OpenFst's tools find their plug-ins; raises SpeechUnavailableError without either."""
    plugins = sorted(_LIBRARIES.glob(_PLUGINS)) or sorted(_LIBRARIES.glob(f"*/{_PLUGINS}"))
    if not plugins or not all(shutil.which(tool) for tool in _TOOLS):
        raise SpeechUnavailableError("OpenFst's tools are missing: apt-get install libfst-tools libfst22-plugins-base")
    known = os.environ.get("LD_LIBRARY_PATH")
    return {**os.environ, "LD_LIBRARY_PATH": str(plugins[-1].parent) + (f":{known}" if known else "")}


def _pipe(command: str, environment: Mapping[str, str]) -> None:
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], env=environment, capture_output=True, check=False)
    if done.returncode:
        raise SpeechUnavailableError(f"a graph could not be compiled: {done.stderr.decode(errors='replace').strip()}")


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
