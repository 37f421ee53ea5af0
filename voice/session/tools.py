"""What every call needs, whoever calls."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.ports import CallOffice, SpeechRecognizer, SpeechSynthesizer, VoiceActivity
from voice.session.observe import Observers
from voice.session.speaking import Spare


@dataclass(frozen=True, slots=True)
class CallTools:
    """Shared by all calls; ``activity`` makes the voice activity of one. ``spare``: see there."""

    office: CallOffice
    recognizer: SpeechRecognizer
    speaker: SpeechSynthesizer
    activity: Callable[[], VoiceActivity]
    observers: Observers
    spare: Spare
