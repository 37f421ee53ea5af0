"""The phone line's ears and mouth: audio, recognition, speech and turn-taking."""
