"""The decoding graphs, and the tools that compile them."""

import math
from collections import defaultdict
from pathlib import Path

import pytest

from assistant.errors import SpeechUnavailableError
from voice.model.graph import BACKOFF, UNKNOWN_WORD, disambiguation, require_tools, sound_arcs, transition, write_graphs
from voice.model.lexicon import Lexicon
from voice.model.ngrams import bigrams_of

LEXICON = Lexicon(
    ("SIL", "ANY", "a", "j", "n"),
    {"ja": ((("j", "a"), 0.0),), "na": ((("n", "a"), 0.0), (("n",), math.log(4))), "jan": ((("j", "a", "n"), 0.0),)},
)
IDS = {"ja": 1, "na": 2, "jan": 3, UNKNOWN_WORD: 4, BACKOFF: 5}


def spoken(heard_phones: list[int]) -> dict[int, float]:
    """Which single words the graph hears in these phones, one frame each, and at what cost."""
    rows = [line.split() for line in sound_arcs(LEXICON, IDS)]
    finals = {int(row[0]) for row in rows if len(row) == 2}
    arcs: defaultdict[int, list[tuple[int, int, int, float]]] = defaultdict(list)
    for row in rows:
        if len(row) == 5:
            arcs[int(row[0])].append((int(row[1]), int(row[2]), int(row[3]), float(row[4])))
    found: dict[int, float] = {}
    todo = [(int(rows[0][0]), 0, 0, 0.0)]
    while todo:
        state, place, said, total = todo.pop()
        if place == len(heard_phones) and state in finals and said:
            found[said] = min(total, found.get(said, math.inf))
        for target, heard, word, cost in arcs[state]:
            if heard == disambiguation(LEXICON) or (word and said):
                continue
            if heard == 0:
                todo.append((target, place, said or word, total + cost))
            elif place < len(heard_phones) and heard == transition(heard_phones[place], leaves=True):
                todo.append((target, place + 1, said, total + cost))
    return found


def phones(*names: str) -> list[int]:
    """Their numbers."""
    return [LEXICON.phones.index(name) + 1 for name in names]


def test_words_come_out_of_their_sounds() -> None:
    """The phones of a word give that word; those of none give nothing."""
    assert set(spoken(phones("j", "a"))) == {IDS["ja"]}
    assert set(spoken(phones("j", "a", "n"))) == {IDS["jan"]}
    assert not spoken(phones("a", "j", "a"))


def test_any_sounds_are_the_unknown_word() -> None:
    """What fits no word can still be heard, as unknown."""
    assert set(spoken(phones("ANY", "ANY"))) == {IDS[UNKNOWN_WORD]}


def test_rare_ways_of_saying_a_word_cost_more() -> None:
    """The cost of a pronunciation is added to that of its sounds."""
    usual, rare = spoken(phones("n", "a"))[IDS["na"]], spoken(phones("n"))[IDS["na"]]
    assert rare - math.log(4) == pytest.approx(usual - math.log(2), abs=1e-3)


def test_pauses_may_be_around_words() -> None:
    """Silence before and after changes the cost, not the word."""
    assert set(spoken(phones("SIL", "n", "a", "SIL"))) == {IDS["na"]}


def test_transitions_are_numbered_from_one() -> None:
    """Two for each phone; what back-off consumes comes after all of them."""
    numbers = [transition(phone, leaves=leaves) for phone in range(1, 6) for leaves in (False, True)]
    assert numbers == list(range(1, 11))
    assert disambiguation(LEXICON) == 11


def test_missing_tools_say_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without OpenFst's tools the error names the packages."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SpeechUnavailableError, match="apt-get install libfst-tools"):
        require_tools()


@pytest.mark.slow
def test_graphs_are_compiled_with_their_words(tmp_path: Path) -> None:
    """The folder gets both graphs, the words by the numbers the graphs use, and what back-off consumes."""
    write_graphs(tmp_path, LEXICON, bigrams_of([["ja"], ["ja", "jan"]], LEXICON.ways))
    listed = dict(line.split() for line in (tmp_path / "words.txt").read_text(encoding="utf-8").splitlines())
    assert set(listed) == {"<eps>", *IDS}
    assert len(set(listed.values())) == len(listed)
    assert (tmp_path / "disambig_tid.int").read_text() == "11\n"
    assert (tmp_path / "HCLr.fst").stat().st_size > 0
    assert (tmp_path / "Gr.fst").stat().st_size > 0


@pytest.mark.slow
def test_a_graph_that_cannot_be_compiled_is_an_error(tmp_path: Path) -> None:
    """What the tools complain about is told; no broken model is left to be used."""
    with pytest.raises(SpeechUnavailableError, match="could not be compiled"):
        write_graphs(tmp_path / "nowhere", LEXICON, bigrams_of([["ja"]], LEXICON.ways))
