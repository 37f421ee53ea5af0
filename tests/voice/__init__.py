"""Tests of the phone line's ears and mouth."""
