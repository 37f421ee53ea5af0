"""The decoding graphs: ``HCLr.fst`` from sounds to words, ``Gr.fst`` from words to sentences.

The decoder composes them while it listens, looking ahead; so a step of the dialogue can put its own small grammar in the
place of ``Gr.fst``. Both are written in OpenFst's text format and compiled with its command-line tools.
"""

import math
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.errors import SpeechUnavailableError
from voice.model.lexicon import Lexicon
from voice.model.ngrams import Bigrams, grammar_arcs

_TOOLS = ("fstcompile", "fstconnect", "fstrmepsilon", "fstarcsort", "fstconvert")
_PLUGINS = "fst/*/olabel_lookahead-fst.so"
_LIBRARIES = Path("/usr/lib")
_PAUSE_SHARE = 0.2
STAY_COST = math.log(2)
"""The cost of staying in a phone for one more frame, and of leaving it."""


def write_graphs(folder: Path, lexicon: Lexicon, model: Bigrams) -> None:
    """Write the graphs with their list of words into a folder."""
    environment = _tools()
    ids = {word: number for number, word in enumerate(lexicon.ways, start=1)}
    backoff = len(ids) + 1
    with TemporaryDirectory() as name:
        rough, sounds, pairs = (Path(name) / part for part in ("sounds.txt", "sounds.fst", "pairs.txt"))
        _write(rough, sound_arcs(lexicon, ids, backoff))
        _pipe(f"fstcompile {rough} | fstconnect | fstrmepsilon | fstarcsort --sort_type=olabel > {sounds}", environment)
        convert = f"fstconvert --fst_type=olabel_lookahead --save_relabel_opairs={pairs} {sounds}"
        _pipe(f"{convert} > {folder / 'HCLr.fst'}", environment)
        # Looking ahead gives every word a new number, so that words reached together lie side by side.
        renamed = dict(tuple(map(int, line.split())) for line in pairs.read_text().splitlines())
        words = {word: renamed[number] for word, number in ids.items()}
        grammar = Path(name) / "grammar.txt"
        _write(grammar, grammar_arcs(model, words, renamed[backoff]))
        _pipe(
            f"fstcompile {grammar} | fstarcsort --sort_type=ilabel | fstconvert --fst_type=const > {folder / 'Gr.fst'}",
            environment,
        )
    listed = sorted({"<eps>": 0, "#0": renamed[backoff], **words}.items(), key=lambda item: item[1])
    _write(folder / "words.txt", (f"{word} {number}" for word, number in listed))
    _write(folder / "disambig_tid.int", (str(disambiguation(lexicon)),))


def transition(phone: int, *, leaves: bool) -> int:
    """Kaldi's number of a phone's transition (phones count from 1): staying, or leaving."""
    return 2 * phone - 1 + leaves


def disambiguation(lexicon: Lexicon) -> int:
    """The number after those of all transitions: what back-off in the grammar consumes, heard by nobody."""
    return 2 * len(lexicon.phones) + 1


def sound_arcs(lexicon: Lexicon, ids: Mapping[str, int], backoff: int) -> Iterator[str]:
    """A tree of all pronunciations from one node (0) back to it, words at their ends, with pauses where they may be."""
    phones = {phone: number for number, phone in enumerate(lexicon.phones, start=1)}
    pause, no_pause = -math.log(_PAUSE_SHARE), -math.log(1 - _PAUSE_SHARE)
    start, ending, quiet, after_pause, first_node = range(1, 6)
    yield f"{start} 0 0 0 {no_pause:.4f}"  # the first line's state is the initial one
    yield f"{start} {quiet} 0 0 {pause:.4f}"
    yield f"{ending} 0 0 0 {no_pause:.4f}"
    yield f"{ending} {quiet} 0 0 {pause:.4f}"
    yield from _phone_arcs(quiet, after_pause, 1)
    yield f"{after_pause} 0 0 0 0"
    yield f"0 0 {disambiguation(lexicon)} {backoff} 0"
    yield "0 0"
    nodes: dict[tuple[int, str], int] = {}
    for word, ways in lexicon.ways.items():
        for way, cost in ways:
            node = 0
            for phone in way:
                if (node, phone) not in nodes:
                    nodes[node, phone] = first_node + len(nodes)
                    yield from _phone_arcs(node, nodes[node, phone], phones[phone])
                node = nodes[node, phone]
            yield f"{node} {ending} 0 {ids[word]} {cost:.4f}"


def _phone_arcs(source: int, target: int, phone: int) -> Iterator[str]:
    """A phone of one state, with its self-loop; the target is left by its self-loop or without hearing anything."""
    yield f"{source} {target} {transition(phone, leaves=True)} 0 {STAY_COST:.4f}"
    yield f"{target} {target} {transition(phone, leaves=False)} 0 {STAY_COST:.4f}"


def _tools() -> dict[str, str]:
    """The environment in which OpenFst's tools find their plug-ins; raises SpeechUnavailableError where either is missing."""
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
