"""Making the test model: every stage in its order, into a folder that is exchanged when it is whole."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import mkdtemp

from voice.model.corpus import corpus_of
from voice.model.espeak import espeak
from voice.model.features import KALDI_OPTIONS
from voice.model.folder import LABEL, MARK
from voice.model.graph import require_tools, write_graphs
from voice.model.lexicon import Lexicon, lexicon_of
from voice.model.ngrams import bigrams_of
from voice.model.samples import Recipe, Utterances, utterances
from voice.model.training import Training

Say = Callable[[str], None]

_OURS = Path(__file__).parent
_DECIDING = (
    *("build", "corpus", "espeak", "features", "graph", "lexicon", "network", "ngrams", "nnet3", "samples"),
    *("telephone", "training"),
)
_DECODING = """\
--min-active=200
--max-active=3000
--beam=12.0
--lattice-beam=5.0
--acoustic-scale=0.6
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.8
--endpoint.rule4.min-trailing-silence=1.5
"""
_LONGEST_SENTENCE = 14


@dataclass(frozen=True, slots=True)
class Plan:
    """How many utterances are spoken, by how many processes, how they are learned; and the seed of what is drawn."""

    utterances: int = 9000
    training: Training = field(default_factory=Training)
    processes: int = 2
    seed: int = 1


def build_test_model(
    folder: Path, sources: Sequence[Path], sentences: Callable[[], Sequence[str]], say: Say, plan: Plan | None = None
) -> bool:
    """Make the test model of these sentences, unless the folder holds it already; tells whether it was made.

    ``sources`` are the files the sentences come from: their content decides whether the model is made anew. Raises
    SpeechUnavailableError where libespeak-ng or OpenFst's tools are missing.
    """
    plan = plan or Plan()
    require_tools()
    wanted = _fingerprint(sources, plan)
    if fingerprint_of(folder) == wanted:
        return False
    begun = time.monotonic()
    with _exchanged(folder) as new:
        _make(new, sentences(), plan, say)
        shutil.copy(_OURS / "TEST_MODEL.md", new / "README.md")
        seconds = round(time.monotonic() - begun)
        _mark(new, {"label": LABEL, "language": "de", "fingerprint": wanted, "seconds": seconds})
    return True


def fingerprint_of(folder: Path) -> str:
    """What the test model of a folder was made from; empty where there is none."""
    try:
        return str(json.loads((folder / MARK).read_text(encoding="utf-8")).get("fingerprint", ""))
    except (OSError, ValueError):
        return ""


def _make(folder: Path, sentences: Sequence[str], plan: Plan, say: Say) -> None:
    said = corpus_of(sentences, plan.seed)
    lexicon = lexicon_of(said, espeak())
    say(f"  words: {len(lexicon.ways)} in {len(said)} sentences")
    graphs = folder / "graph"
    graphs.mkdir()
    write_graphs(graphs, lexicon, bigrams_of([sentence.split() for sentence in said], lexicon.ways))
    spoken = tuple(sentence for sentence in said if len(sentence.split()) <= _LONGEST_SENTENCE)
    recipe = Recipe(spoken, tuple(lexicon.ways), lexicon.phones, plan.seed)
    heard = utterances(recipe, plan.utterances, plan.processes, _tenths("speaking", say))
    _write_network(folder, heard, lexicon, plan.training, say)
    (folder / "conf").mkdir()
    (folder / "conf/mfcc.conf").write_text(KALDI_OPTIONS, encoding="utf-8")
    (folder / "conf/model.conf").write_text(_DECODING, encoding="utf-8")


def _write_network(folder: Path, heard: Utterances, lexicon: Lexicon, training: Training, say: Say) -> None:
    from voice.model.network import learn  # noqa: PLC0415 – PyTorch, which the speaking processes do without
    from voice.model.nnet3 import kaldi_model  # noqa: PLC0415

    acoustics = learn(heard, len(lexicon.phones), training, _tenths("learning", say))
    (folder / "am").mkdir()
    (folder / "am/final.mdl").write_text(kaldi_model(acoustics), encoding="utf-8")


def _fingerprint(sources: Sequence[Path], plan: Plan) -> str:
    """A digest of everything that decides what the model is."""
    digest = hashlib.sha256(json.dumps([asdict(plan), espeak().version]).encode())
    code = [_OURS / f"{name}.py" for name in _DECIDING]
    for path in [*code, _OURS / "german.toml", *sources]:
        digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _mark(folder: Path, facts: Mapping[str, object]) -> None:
    (folder / MARK).write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


@contextmanager
def _exchanged(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of the old one when it is ready; nothing is left of it when it fails."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield new
        new.chmod(0o755)
        if folder.exists():
            old = new.with_name(new.name + "-old")
            folder.rename(old)
            new.rename(folder)
            shutil.rmtree(old)
        else:
            new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _tenths(stage: str, say: Say) -> Callable[..., None]:
    """Tells a stage's progress at every tenth."""
    told = -1

    def progress(share: float, note: str = "") -> None:
        nonlocal told
        tenth = int(share * 10 + 1e-9)
        if tenth > told:
            told = tenth
            say(f"  {stage}: {tenth * 10} %" + (f", {note}" if note else ""))

    return progress
