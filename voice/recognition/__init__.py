"""From sound to words: the Vosk recogniser in worker processes."""

from voice.recognition.recognizer import RecognitionModel, RecognizerOptions, VoskRecognizer

__all__ = ["RecognitionModel", "RecognizerOptions", "VoskRecognizer"]
