"""What every call needs, whoever calls."""

from dataclasses import dataclass

from assistant.ports import CallOffice, SpeechRecognizer, SpeechSynthesizer
from voice.session.observe import Observers
from voice.session.speaking import Spare


@dataclass(frozen=True, slots=True)
class CallTools:
    """Shared by all calls."""

    office: CallOffice
    recognizer: SpeechRecognizer
    speaker: SpeechSynthesizer
    observers: Observers
    spare: Spare
