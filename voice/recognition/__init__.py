"""From sound to words: the Vosk recogniser in worker processes."""

from voice.recognition.folder import has_runtime_graph, missing_parts
from voice.recognition.recognizer import RecognitionModel, RecognizerOptions, VoskRecognizer

__all__ = ["RecognitionModel", "RecognizerOptions", "VoskRecognizer", "has_runtime_graph", "missing_parts"]
