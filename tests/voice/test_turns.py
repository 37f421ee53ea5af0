"""Callers are let finish, can interrupt, and are not interrupted by their own cough."""

from collections.abc import Iterator

import numpy as np
import pytest

from assistant.model import FRAME_BYTES, FRAME_MS
from tests.voice.sounds import Samples, as_pcm, at_level, cough, mixed, noise, spoken, telephoned
from voice.activity import SileroActivity
from voice.silero import SileroNetwork
from voice.turns import SILENCE_DB, Pace, Playback, SpeechEnded, SpeechGate, SpeechStarted, TurnOptions, level_db

LOUD, QUIET = as_pcm(noise(FRAME_MS, -20)), bytes(FRAME_BYTES)
REQUESTS = (
    "Stopp",
    "Moment bitte",
    "ja",
    "nein",
    "Personalausweis",
    "Was kostet das?",
    "Bitte langsamer",
    "Mitarbeiter",
)
ANNOUNCEMENT = (
    "Guten Tag, Sie sprechen mit einem Computerprogramm der Stadt Bremen. Ich helfe Ihnen bei Fragen zu Behörden. "
    "Was kann ich für Sie tun?"
)
CALLER_DB, ROLAND_DB, NOISE_DB = -23.0, -20.0, -33.0


@pytest.fixture(scope="module")
def activity() -> SileroActivity:
    """One network for all of these tests."""
    return SileroActivity(SileroNetwork())


def hear(gate: SpeechGate, frames: int, probability: float, pcm: bytes = LOUD) -> list[SpeechStarted | SpeechEnded]:
    """What happens in some frames that are all alike."""
    events = (gate.hear(pcm, probability) for _ in range(frames))
    return [event for event in events if event is not None]


def turns(
    activity: SileroActivity, line: bytes, played: bytes = b"", pace: Pace = Pace.TALK
) -> list[tuple[int, SpeechStarted | SpeechEnded]]:
    """What happens on a line, each with its millisecond, while something is being played from the first one on."""
    activity.reset()
    gate, playback = SpeechGate(), Playback()
    gate.pace = pace
    playback.play(played)
    events = []
    for start in range(0, len(line) - FRAME_BYTES + 1, FRAME_BYTES):
        frame = line[start : start + FRAME_BYTES]
        now_ms = start // 16 + FRAME_MS
        event = gate.hear(frame, activity.hear(frame), playback.now(max(0, len(played) // 16 - now_ms)))
        if event:
            events.append((now_ms, event))
    return events


def announcement() -> Samples:
    """What Roland says meanwhile."""
    return at_level(spoken(ANNOUNCEMENT), ROLAND_DB)


def requests(begin_ms: int) -> Iterator[tuple[str, Samples, int]]:
    """Callers who begin at about some millisecond: what they say, its sound, and when exactly."""
    for number, (text, voice) in enumerate((text, voice) for text in REQUESTS for voice in ("de", "de+f2", "de+m7")):
        yield f"{text} ({voice})", at_level(spoken(text, voice), CALLER_DB), begin_ms + number % FRAME_MS


def test_a_turn_has_all_that_was_said_and_what_came_just_before() -> None:
    """The recogniser needs the first sounds too, which were not yet known to be speech."""
    gate = SpeechGate(TurnOptions(pre_roll_ms=100))
    before = [as_pcm(noise(FRAME_MS, -40, seed)) for seed in range(5)]
    for frame in before:
        assert gate.hear(frame, 0.1) is None
    (started,) = hear(gate, 3, 0.9)
    assert started == SpeechStarted(b"".join(before[-2:]) + 3 * LOUD, interrupts=False)
    assert gate.is_speaking


def test_a_turn_ends_with_the_pause_of_its_pace() -> None:
    """300 ms while talking; 900 ms where numbers or names are dictated."""
    for pace, frames in ((Pace.TALK, 15), (Pace.DICTATION, 45)):
        gate = SpeechGate()
        gate.pace = pace
        hear(gate, 20, 0.9)
        assert hear(gate, frames - 1, 0.1) == []
        assert hear(gate, 1, 0.1) == [SpeechEnded(speech_ms=400)]
        assert not gate.is_speaking


def test_a_short_breath_ends_no_turn() -> None:
    """Silence counts from the last sound of speech on."""
    gate = SpeechGate()
    hear(gate, 20, 0.9)
    assert [hear(gate, 10, probability) for probability in (0.1, 0.9, 0.1, 0.9)] == [[], [], [], []]


def test_whoever_never_stops_is_stopped() -> None:
    """A turn has a longest time; what follows is the next one."""
    gate = SpeechGate(TurnOptions(longest_ms=1_000))
    events = hear(gate, 60, 0.9)
    assert [type(event) for event in events] == [SpeechStarted, SpeechEnded, SpeechStarted]
    assert events[1] == SpeechEnded(1_000, is_cut=True)


def test_a_click_is_no_turn() -> None:
    """One frame that sounds like speech is forgotten again."""
    gate = SpeechGate()
    assert [hear(gate, 1, probability) for probability in (0.9, 0.1) * 10] == [[]] * 20


def test_what_is_very_faint_is_not_meant_for_roland() -> None:
    """A television in the next room is no caller."""
    assert hear(SpeechGate(), 50, 0.99, as_pcm(noise(FRAME_MS, -60))) == []


def test_a_reset_gate_knows_nothing() -> None:
    """Neither a turn nor the sound before it outlives it."""
    gate = SpeechGate()
    hear(gate, 20, 0.9)
    gate.reset()
    assert not gate.is_speaking
    (started,) = hear(gate, 3, 0.9)
    assert started == SpeechStarted(3 * LOUD, interrupts=False)


def test_playback_is_heard_when_it_is_sent_and_a_little_longer() -> None:
    """An echo may come back half a second after the last sound; what was cleared never comes."""
    playback = Playback(TurnOptions(echo_ms=100))
    assert playback.now(0) is None
    playback.play(LOUD * 3)
    assert [playback.now(left) is not None for left in (40, 20, 0, 0, 0, 0, 0, 0)] == [True] * 7 + [False]
    playback.play(LOUD * 3)
    playback.clear()
    assert playback.now(0) is None


def test_levels_are_below_full_scale() -> None:
    """A full square wave is 0 dB, silence as low as can be."""
    assert level_db(np.full(160, -32_768, "<i2").tobytes()) == 0
    assert level_db(QUIET) == level_db(b"") == SILENCE_DB


@pytest.mark.slow
@pytest.mark.parametrize("noise_db", [None, NOISE_DB])
def test_callers_are_heard_and_let_finish(activity: SileroActivity, noise_db: float | None) -> None:
    """On a silent line and in noise 10 dB below them: one turn, with its beginning, ended about 300 ms after it."""
    for name, sound, begin_ms in requests(1_000):
        end_ms = begin_ms + len(sound) // 8
        background = noise(end_ms + 1_000, noise_db) if noise_db else np.zeros(1)
        events = turns(activity, telephoned(mixed(end_ms + 1_000, (begin_ms, sound), (0, background))))
        assert [type(event) for _, event in events] == [SpeechStarted, SpeechEnded], name
        (started_ms, started), (ended_ms, _) = events
        assert isinstance(started, SpeechStarted)
        assert begin_ms < started_ms < begin_ms + 350, name
        assert started_ms - len(started.sound) // 16 <= begin_ms, name
        assert end_ms + 150 < ended_ms < end_ms + 400, name


def test_callers_interrupt_within_200_ms(activity: SileroActivity) -> None:
    """Nineteen of twenty, while Roland speaks and they hear his echo; the others a moment later."""
    echo = announcement() / 10
    delays = []
    for _, sound, begin_ms in requests(1_500):
        line = telephoned(mixed(begin_ms + 1_000, (begin_ms, sound), (120, echo)))
        started_ms, event = turns(activity, line, as_pcm(announcement()))[0]
        assert event == SpeechStarted(event.sound, interrupts=True) if isinstance(event, SpeechStarted) else False
        delays.append(started_ms - begin_ms)
    assert min(delays) > 0
    assert np.percentile(delays, 95) <= 200
    assert max(delays) < 300


@pytest.mark.parametrize("delay_ms", [20, 100, 250, 450])
def test_his_own_echo_does_not_interrupt_roland(activity: SileroActivity, delay_ms: int) -> None:
    """20 dB fainter than what he says, it may sound like speech and come whenever it likes."""
    sound = announcement()
    line = telephoned(mixed(len(sound) // 8 + 1_000, (delay_ms, sound / 10)))
    assert turns(activity, line, as_pcm(sound)) == []
    assert turns(activity, line) != []


@pytest.mark.parametrize("level", [-33.0, -25.0])
def test_noise_does_not_interrupt_roland(activity: SileroActivity, level: float) -> None:
    """Steady noise, even nearly as loud as a caller, is no speech, whether Roland speaks or not."""
    line = telephoned(noise(6_000, level))
    assert turns(activity, line, as_pcm(announcement())) == turns(activity, line) == []


@pytest.mark.slow
@pytest.mark.parametrize("length_ms", [60, 100, 150])
def test_a_cough_does_not_interrupt_roland(activity: SileroActivity, length_ms: int) -> None:
    """Forty coughs, of many kinds and loudnesses."""
    played = as_pcm(announcement())
    for seed in range(40):
        line = telephoned(mixed(2_000, (1_000 + seed % FRAME_MS, cough(length_ms, seed))))
        assert turns(activity, line, played) == [], seed


def test_sound_in_any_pieces_is_the_same_sound(activity: SileroActivity) -> None:
    """The network looks at 32 ms, frames have 20: nothing is lost between them."""
    line = telephoned(spoken("Guten Tag"))[: 64 * 100]
    activity.reset()
    frames = [activity.hear(line[start : start + 320]) for start in range(0, len(line), 320)]
    activity.reset()
    assert activity.hear(line) == frames[-1]
    assert max(frames) > 0.9
    activity.reset()
    assert activity.hear(b"") == 0.0


def test_calls_share_a_network_and_no_memory() -> None:
    """What is heard in one call changes nothing in another one that is heard between its frames."""
    network = SileroNetwork()
    speech, silence = telephoned(spoken("Guten Tag")), bytes(64 * 100)
    alone = frames_of(SileroActivity(network), speech)
    first, second = SileroActivity(network), SileroActivity(network)
    both = [
        (first.hear(speech[start : start + 320]), second.hear(silence[:320])) for start in range(0, len(speech), 320)
    ]
    assert [one for one, _ in both] == alone
    assert max(alone) > 0.9
    assert max(other for _, other in both) < 0.1


def frames_of(activity: SileroActivity, line: bytes) -> list[float]:
    """What is heard after every frame."""
    return [activity.hear(line[start : start + 320]) for start in range(0, len(line), 320)]
