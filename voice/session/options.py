"""How the talk on the telephone is set up."""

from dataclasses import dataclass, field

from assistant.model import Language
from voice.prompts import SPOKEN
from voice.turns import TurnOptions


@dataclass(frozen=True, slots=True)
class Confidence:
    """From which confidence of the recogniser (0–1) what is done.

    ``sure``: acted upon; ``likely``: acted upon and said along, or confirmed where the act is costly; ``doubtful``:
    asked back; below: not heard. Measured with the test model, see docs/voice-model.md.
    """

    sure: float = 0.9
    likely: float = 0.75
    doubtful: float = 0.5


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """One talk. Times are seconds.

    ``language`` is the first one, ``languages`` are those that can be heard and spoken here.
    ``turns`` tells when a caller has finished, and what interrupts. ``patience_s``: how long a question waits,
    ``patience_dictated_s`` within a dictation, ``hold_s`` after "Moment bitte" before Roland says that it is still
    there, ``hold_times`` often. ``waiting_after_s``: when an answer that takes long is bridged by a sentence.
    ``continues_within_s``: who speaks on so soon had not finished. ``longest_call_s`` ends politely, ``grace_s`` later
    at once.
    """

    city: str = "Bremen"
    language: Language = Language.DE
    languages: tuple[Language, ...] = SPOKEN
    confidence: Confidence = Confidence()
    turns: TurnOptions = field(default_factory=TurnOptions)
    patience_s: float = 7.0
    patience_dictated_s: float = 4.0
    hold_s: float = 60.0
    hold_times: int = 3
    waiting_after_s: float = 1.5
    continues_within_s: float = 1.2
    office_timeout_s: float = 10.0
    recognition_timeout_s: float = 4.0
    synthesis_timeout_s: float = 3.0
    transfer_timeout_s: float = 90.0
    closing_timeout_s: float = 5.0
    longest_call_s: float = 1800.0
    grace_s: float = 30.0
    is_test_line: bool = False
