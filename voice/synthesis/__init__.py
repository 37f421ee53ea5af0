"""From sentences to sound: speakers in their own processes, a cache for fixed sentences, one to fall back on."""

from voice.synthesis.cache import CachedSpeaker
from voice.synthesis.espeak import EspeakSpeaker, SpeakerOptions
from voice.synthesis.fallback import FallbackSpeaker
from voice.synthesis.piper import PiperOptions, PiperSpeaker

__all__ = ["CachedSpeaker", "EspeakSpeaker", "FallbackSpeaker", "PiperOptions", "PiperSpeaker", "SpeakerOptions"]
